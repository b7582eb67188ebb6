/** The frame around all pages: who I am, where I can go, and what a program can say about who can use it. */
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { expectAccessible } from './accessible.js';
import { DESK, expectPage, hasChromium, openBrowser, PHONE, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';
import { actAs, signInOn } from './people.js';

/** Six pages, each looked through rule by rule, on a machine that may be busy. */
const AXE_MS_MAX = 60_000;

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))('the frame', () => {
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

  test(
    'who signs in sees his Points move, and is nobody again when he leaves',
    async () => {
      const mia = await fair.join('mia');
      const { page, complaints } = await visitor(browser, { viewport: DESK });
      await page.goto(fair.url);
      await signInOn(page, 'mia');
      const purse = page.getByTitle('Your Points');
      await expectPage(purse).toContainText('10,000.00');
      await fair.ask('/v1/admin/grants', { to: mia.account, amount: '25', reason: 'for the test' });
      await expectPage(purse).toContainText('10,025.00');
      await page.goto(`${fair.url}/m/M-001`);
      await page.getByLabel('Points to spend').fill('50');
      await page.getByRole('button', { name: 'Buy YES' }).click();
      await expectPage(page.getByText(/^Bought .* YES shares for 50\.00 Points/)).toBeVisible();
      await expectPage(purse).toContainText('9,975.00');
      await page.getByRole('button', { name: 'Account of mia' }).click();
      await expectAccessible(page);
      // On a slow line the socket is back, with the cookie still there, before the session ends.
      await page.route('**/v1/auth/sign-out', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        await route.continue();
      });
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await expectPage(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
      const cookies = async () => (await page.context().cookies()).map(({ value }) => value);
      await expect.poll(cookies, { timeout: 10_000 }).toEqual([]);
      await page.waitForTimeout(1_000);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    AXE_MS_MAX,
  );

  test('a session that ends elsewhere ends here', async () => {
    const leo = await fair.join('leo');
    const { page } = await visitor(browser, { viewport: DESK });
    await actAs(page.context(), fair.url, leo);
    await page.goto(fair.url);
    await expectPage(page.getByTitle('Your Points')).toContainText('10,000.00');
    await fetch(`${fair.url}/v1/auth/sign-out`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: leo.cookie, Origin: fair.url },
      body: '{}',
    });
    await expectPage(page.getByRole('link', { name: 'Sign up' })).toBeVisible();
    await page.context().close();
  });

  test('an admin and a seller are shown their ways, on a desk and on a phone', async () => {
    const zoe = await fair.join('zoe', 'admin', 'seller');
    const { page } = await visitor(browser, { viewport: DESK });
    await actAs(page.context(), fair.url, zoe);
    await page.goto(fair.url);
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await expectPage(pages.getByRole('link')).toHaveText([
      'Markets',
      'Leaderboard',
      'Portfolio',
      'Sell',
      'Admin',
      'Proof',
    ]);
    await page.setViewportSize(PHONE);
    await page.getByRole('button', { name: 'More' }).click();
    const more = page.getByRole('dialog', { name: 'More' });
    await more.getByRole('link', { name: 'Admin' }).click();
    await expectPage(page).toHaveURL(/\/admin$/);
    await page.context().close();
  });

  test.each(['light', 'dark'] as const)(
    'in the %s theme nothing stands in the way',
    async (colorScheme) => {
      for (const path of ['/', '/sign-in', '/m/M-001', '/m/BALLS', '/settings', '/proof']) {
        const { page, complaints } = await visitor(browser, { viewport: PHONE, colorScheme });
        await page.goto(`${fair.url}${path}`);
        await expectPage(page.getByText('Live', { exact: true })).toBeVisible();
        await expectPage(page.getByRole('heading', { level: 1 })).toBeVisible();
        await expectAccessible(page);
        expect({ path, complaints }).toEqual({ path, complaints: [] });
        await page.context().close();
      }
    },
    AXE_MS_MAX,
  );

  test('the theme stands before the first paint, and the choice is kept', async () => {
    const { page } = await visitor(browser, { viewport: DESK, colorScheme: 'light' });
    await page.goto(fair.url);
    await page.getByRole('button', { name: 'Turn the lights off' }).click();
    await page.reload({ waitUntil: 'commit' });
    await expectPage(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await expectPage(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
    await page.context().close();
  });
});
