/** What somebody sets for himself: where he is in, what acts for him, and the way to be forgotten. */
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { DESK, expectPage, hasChromium, openBrowser, PHONE, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';
import { actAs, emailOf, PASSWORD, signInOn } from './people.js';

const OTHER_PASSWORD = 'another long enough secret';

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))('settings', () => {
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

  test('sessions are listed and ended, one and all others', async () => {
    const tom = await fair.join('tom');
    const { page, complaints } = await visitor(browser, { viewport: PHONE });
    await page.goto(`${fair.url}/settings`);
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('E-mail').fill(emailOf('tom'));
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await expectPage(page).toHaveURL(/\/settings$/);
    const sessions = page.getByRole('region', { name: 'Sessions' });
    await expectPage(sessions.getByRole('listitem')).toHaveCount(2);
    await sessions.getByRole('button', { name: /^End the session/ }).click();
    await expectPage(sessions.getByRole('listitem')).toHaveCount(1);
    const me = (): Promise<number> =>
      fetch(`${fair.url}/v1/me`, { headers: { Cookie: tom.cookie } }).then(({ status }) => status);
    expect(await me()).toBe(401);
    const { page: other } = await visitor(browser);
    await other.goto(fair.url);
    await signInOn(other, 'tom');
    await expectPage(other.getByTitle('Your Points')).toContainText('10,000.00');
    await page.reload();
    await sessions.getByRole('button', { name: 'End all others' }).click();
    await page.getByRole('button', { name: 'End them' }).click();
    await expectPage(sessions.getByRole('listitem')).toHaveText([/Chrome on Linux.*This one/]);
    await expectPage(other.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
    expect(complaints).toEqual([]);
    await other.context().close();
    await page.context().close();
  });

  test('a key is shown once, works, says when it was used, and is revoked', async () => {
    const kim = await fair.join('kim');
    const { page, complaints } = await visitor(browser, { viewport: DESK });
    await actAs(page.context(), fair.url, kim);
    await page.goto(`${fair.url}/settings`);
    const keys = page.getByRole('region', { name: 'API keys' });
    await keys.getByLabel('Name of the new key').fill('a bot');
    await keys.getByLabel('Trade: orders, joins, settings').uncheck();
    await keys.getByRole('button', { name: 'Make a key' }).click();
    const key = await keys.locator('code.secret').innerText();
    expect(key).toMatch(/^fg_/);
    const me = (): Promise<number> =>
      fetch(`${fair.url}/v1/me`, { headers: { Authorization: `Bearer ${key}` } }).then(
        ({ status }) => status,
      );
    await expectPage(keys.getByRole('listitem')).toContainText('read · never used');
    expect(await me()).toBe(200);
    await page.reload();
    await expectPage(keys.locator('code.secret')).toHaveCount(0);
    await expectPage(keys.getByRole('listitem')).toContainText(/used (now|\d+ s ago)/);
    await keys.getByRole('button', { name: 'Revoke a bot' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await expectPage(keys.getByText('No program acts for you.')).toBeVisible();
    expect(await me()).toBe(401);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a password is changed by who knows it, and a wrong one signs nobody out', async () => {
    const lea = await fair.join('lea');
    const { page } = await visitor(browser, { viewport: PHONE });
    await actAs(page.context(), fair.url, lea);
    await page.goto(`${fair.url}/settings`);
    const part = page.getByRole('region', { name: 'Password' });
    const current = part.getByRole('textbox', { name: 'Current password' });
    await current.fill('not my password at all');
    await part.getByRole('textbox', { name: 'New password' }).fill(OTHER_PASSWORD);
    await part.getByRole('button', { name: 'Change it' }).click();
    await expectPage(current).toHaveAccessibleDescription(/This is not your password/);
    // The old session's end is told at once, and the answer to who I still am may come after all else.
    await page.route('**/v1/me', async (route) => {
      const response = await route.fetch();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await route.fulfill({ response });
    });
    await current.fill(PASSWORD);
    await part.getByRole('button', { name: 'Change it' }).click();
    await expectPage(page.getByText(/Your password is changed/)).toBeVisible();
    await expectPage(current).toHaveValue('');
    await page.waitForTimeout(2_000);
    await expectPage(page.getByTitle('Your Points')).toContainText('10,000.00');
    await page.context().close();
  });

  test('who deletes himself is asked twice, and only the random id is left', async () => {
    const gil = await fair.join('gil');
    const { page } = await visitor(browser, { viewport: PHONE });
    await actAs(page.context(), fair.url, gil);
    await page.goto(`${fair.url}/settings`);
    await page.getByRole('button', { name: 'Delete my account' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete my account' });
    await dialog.getByLabel('Type your handle, gil').fill('gil');
    await dialog.getByRole('textbox', { name: 'Password' }).fill('a wrong guess');
    await dialog.getByRole('button', { name: 'Delete for ever' }).click();
    await expectPage(dialog.getByRole('textbox', { name: 'Password' })).toHaveAccessibleDescription(
      /This is not your password/,
    );
    await dialog.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Delete for ever' }).click();
    await expectPage(page.getByText(/Your account is gone/)).toBeVisible();
    await signInOn(page, 'gil');
    await expectPage(page.getByText('The e-mail or the password is wrong.')).toBeVisible();
    await page.context().close();
  });
});
