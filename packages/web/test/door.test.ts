/** Coming in, being somebody, and leaving for good: as a browser does it. */
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { DESK, expectPage, hasChromium, openBrowser, PHONE, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';
import { actAs, emailOf, PASSWORD, signInOn, tokenFor } from './people.js';

const OTHER_PASSWORD = 'another long enough secret';

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))('the door', () => {
  let fair: Fair;
  let browser: Browser;

  beforeAll(async () => {
    fair = await openFair();
    browser = await openBrowser();
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await fair?.close();
  });

  test('who opens an account is told what is public, and is back where he was', async () => {
    const { page, complaints } = await visitor(browser, { viewport: PHONE });
    await page.goto(`${fair.url}/m/P-ARG-10`);
    await page.getByRole('link', { name: 'open an account' }).click();
    await expectPage(
      page.getByText(/Everything an account does stands in the journal/),
    ).toBeVisible();
    await page.getByLabel('Handle').fill('noa');
    await page.getByLabel('E-mail').fill(emailOf('noa'));
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await page.getByRole('main').getByRole('button', { name: 'Open an account' }).click();
    await expectPage(page.getByRole('heading', { name: 'Look into your mailbox' })).toBeVisible();
    const token = await tokenFor(fair.dataDir, emailOf('noa'));
    // The letter is read in another tab of the same browser.
    const tab = await page.context().newPage();
    await tab.goto(`${fair.url}/confirm#${token}`);
    await tab.getByRole('button', { name: 'Come in' }).click();
    await expectPage(tab).toHaveURL(/\/m\/P-ARG-10$/);
    await expectPage(tab.getByTitle('Your Points')).toContainText('10,000.00');
    await expectPage(page.getByTitle('Your Points')).toContainText('10,000.00');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('what is wrong is said at its field, and a used link says so', async () => {
    const ivo = await fair.join('ivo');
    const { page } = await visitor(browser, { viewport: PHONE });
    await page.goto(`${fair.url}/sign-up`);
    await page.getByLabel('Handle').fill(ivo.handle);
    await page.getByLabel('E-mail').fill('somebody@mail.example');
    const password = page.getByRole('textbox', { name: 'Password' });
    await password.fill('short');
    const open = page.getByRole('main').getByRole('button', { name: 'Open an account' });
    await open.click();
    await expectPage(password).toHaveAccessibleDescription(/At least 10 characters/);
    await expectPage(password).toHaveAttribute('aria-invalid', 'true');
    await password.fill(PASSWORD);
    await open.click();
    await expectPage(page.getByLabel('Handle')).toHaveAccessibleDescription(/This handle is taken/);
    const used = await tokenFor(fair.dataDir, emailOf('ivo'));
    await page.goto(`${fair.url}/confirm#${used}`);
    await page.getByRole('button', { name: 'Come in' }).click();
    await expectPage(page.getByRole('heading', { name: 'This link says nothing' })).toBeVisible();
    await page.context().close();
  });

  test('a forgotten password is set anew by letter, and ends every session', async () => {
    const eva = await fair.join('eva');
    const { page: old } = await visitor(browser, { viewport: DESK });
    await actAs(old.context(), fair.url, eva);
    await old.goto(fair.url);
    await expectPage(old.getByTitle('Your Points')).toContainText('10,000.00');
    const { page } = await visitor(browser, { viewport: DESK });
    await page.goto(`${fair.url}/sign-in`);
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    // The page before has such a field, too.
    await expectPage(page.getByRole('heading', { name: 'Forgot your password?' })).toBeVisible();
    await page.getByLabel('E-mail').fill(emailOf('eva'));
    const letter = await tokenFor(fair.dataDir, emailOf('eva'));
    await page.getByRole('button', { name: 'Send me a link' }).click();
    await expectPage(page.getByText(/If there is an account/)).toBeVisible();
    await expect.poll(() => tokenFor(fair.dataDir, emailOf('eva'))).not.toBe(letter);
    await page.goto(`${fair.url}/reset#${await tokenFor(fair.dataDir, emailOf('eva'))}`);
    await page.getByRole('textbox', { name: 'New password' }).fill(OTHER_PASSWORD);
    await page.getByRole('button', { name: 'Set it' }).click();
    await expectPage(page.getByRole('heading', { name: 'Your new password is set' })).toBeVisible();
    await expectPage(old.getByRole('link', { name: 'Sign up' })).toBeVisible();
    await signInOn(page, 'eva');
    await expectPage(page.getByText('The e-mail or the password is wrong.')).toBeVisible();
    await page.getByRole('textbox', { name: 'Password' }).fill(OTHER_PASSWORD);
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await expectPage(page.getByTitle('Your Points')).toContainText('10,000.00');
    await old.context().close();
    await page.context().close();
  });
});
