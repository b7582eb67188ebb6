/** What is mine and what others see of me: positions that move, every leg, the board, what I am told. */
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { DESK, expectPage, hasChromium, openBrowser, PHONE, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';
import { actAs, type Person } from './people.js';

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))('people', () => {
  let fair: Fair;
  let browser: Browser;
  let uma: Person;

  beforeAll(async () => {
    fair = await openFair({ hasTables: true });
    browser = await openBrowser();
    uma = await fair.join('uma');
    await fair.tablesReach();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await fair?.close();
  });

  test('what is bought stands in the portfolio, moves with its price, and leaves its legs', async () => {
    const { page, complaints } = await visitor(browser, { viewport: DESK });
    await actAs(page.context(), fair.url, uma);
    await page.goto(`${fair.url}/m/P-ARG-10`);
    await page.getByLabel('Points to spend').fill('300');
    await page.getByRole('button', { name: /^Buy/ }).last().click();
    await expectPage(page.getByText(/^Bought .* for 300\.00 Points/)).toBeVisible();
    await page.goto(`${fair.url}/portfolio`);
    const row = page.getByRole('region', { name: 'Positions' }).getByRole('row', { name: /Messi/ });
    const worth = row.getByRole('cell').nth(3);
    await expectPage(worth).toHaveText(/^\d{3}\.\d{2}$/);
    const before = Number(await worth.innerText());
    await fair.ask('/v1/orders', { market: 'P-ARG-10', side: 'buy', spend: '500' }, fair.playerKey);
    await expect.poll(async () => Number(await worth.innerText())).toBeGreaterThan(before);
    await page.getByRole('button', { name: 'Ledger' }).click();
    const ledger = page.getByRole('region', { name: 'Ledger' });
    await expectPage(ledger.getByRole('row').filter({ hasText: 'Traded' })).toHaveCount(3);
    await expectPage(ledger).toContainText('shares');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('the board counts by profit and return, and leads to a player', async () => {
    await fair.tablesReach();
    const { page, complaints } = await visitor(browser, { viewport: DESK });
    await actAs(page.context(), fair.url, uma);
    await page.goto(`${fair.url}/leaderboard`);
    const first = page.getByRole('row').nth(1);
    await expectPage(first).toContainText('uma (you)');
    await page.getByRole('button', { name: 'Return' }).click();
    await page.getByRole('button', { name: 'Day' }).click();
    await expectPage(first).toContainText('uma (you)');
    await page.getByRole('link', { name: 'uma (you)' }).click();
    await expectPage(page.getByRole('heading', { level: 1, name: 'uma' })).toBeVisible();
    await expectPage(page.getByText(uma.account)).toBeVisible();
    await expectPage(page.getByRole('region', { name: 'Holds' })).toContainText('Lionel Messi');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('the bell counts what I am told, an alert rings, and reading ends the count', async () => {
    const { page, complaints } = await visitor(browser, { viewport: PHONE });
    await actAs(page.context(), fair.url, uma);
    await page.goto(`${fair.url}/notifications`);
    await expectPage(page.getByRole('link', { name: 'Notifications', exact: true })).toBeVisible();
    await fair.ask('/v1/admin/grants', { to: uma.account, amount: '7', reason: 'for the test' });
    await expectPage(page.getByRole('link', { name: 'Notifications, 1 unread' })).toBeVisible();
    await expectPage(page.getByText(/You were granted 7\.00 Points/)).toBeVisible();
    await page.getByLabel('Market').fill('Mexico beat South Africa');
    await page.getByLabel('Outcome').selectOption('NO');
    await page.getByLabel('When the price is').selectOption('below');
    await page.getByLabel('Points a share').fill('0.59');
    await page.getByRole('button', { name: 'Wait for it' }).click();
    const alerts = page.getByRole('region', { name: 'Price alerts' });
    await expectPage(alerts.getByRole('listitem')).toContainText('NO: at or below 0.5900');
    const order = { market: 'M-001', side: 'buy', outcome: 'YES', spend: '200' };
    await fair.ask('/v1/orders', order, fair.playerKey);
    await expectPage(page.getByText(/NO: the price is 0\.\d+, below the 0\.59/)).toBeVisible();
    await page.getByRole('button', { name: 'Mark all read' }).click();
    await expectPage(page.getByRole('link', { name: 'Notifications', exact: true })).toBeVisible();
    await expectPage(page.getByText('Unread', { exact: true })).toHaveCount(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
