import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { expectPage, hasChromium, openBrowser, PHONE, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))('the page', () => {
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

  /** A fresh page, and what its console complained of. */
  async function visit(path: string, size = PHONE): Promise<{ page: Page; complaints: string[] }> {
    const { page, complaints } = await visitor(browser, { viewport: size });
    await page.goto(`${fair.url}${path}`);
    await expectPage(page.getByText('Live', { exact: true })).toBeVisible();
    return { page, complaints };
  }

  const overflow = (page: Page): Promise<number> =>
    page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

  const rows = (page: Page) => page.getByRole('region', { name: 'Markets' }).locator('.row');

  test('shows the markets, searches them on the node, and filters by kind', async () => {
    const { page, complaints } = await visit('/');
    await expectPage(rows(page)).toHaveCount(6);
    await page.getByLabel('Search markets').fill('haal');
    await expectPage(rows(page)).toHaveCount(1);
    await expectPage(rows(page)).toContainText('Erling Haaland');
    await page.getByLabel('Search markets').fill('nobody');
    await page.getByRole('button', { name: 'Show all' }).click();
    await expectPage(rows(page)).toHaveCount(6);
    await page.getByRole('button', { name: 'Matches' }).click();
    await expectPage(rows(page)).toHaveText([/Mexico beat South Africa/]);
    await page.getByRole('button', { name: 'Outrights' }).click();
    await expectPage(rows(page)).toHaveText([/Who wins the World Cup\?.*of 12/]);
    await page.getByRole('button', { name: 'Rallies' }).click();
    await expectPage(rows(page)).toHaveCount(2);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('moves a price when someone trades, without a reload', async () => {
    const { page, complaints } = await visit('/');
    const price = rows(page).filter({ hasText: 'Lionel Messi' }).locator('.price');
    await expectPage(price).toHaveText('30.00');
    await fair.ask('/v1/orders', { market: 'P-ARG-10', side: 'buy', spend: '100' }, fair.playerKey);
    await expectPage(price).toHaveText('▲30.49');
    await fair.ask('/v1/orders', { market: 'P-ARG-10', side: 'sell', shares: '1' }, fair.playerKey);
    await expectPage(price).toHaveText('▼30.34');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('tells a goal as it happens, on the front page and on the chart of its stock', async () => {
    const { page: home } = await visit('/');
    const { page: stock, complaints } = await visit('/m/P-NOR-9');
    await expectPage(home.getByText('No goal yet')).toBeVisible();
    const goal = { market: 'P-NOR-9', kind: 'goal', happened_at: '2026-06-20T19:12:00Z' };
    await fair.ask('/v1/facts', { ...goal, fact: 'g1' }, fair.sourceKey);
    const goals = home.getByRole('region', { name: 'Last goals' });
    await expectPage(goals.getByRole('listitem')).toContainText('Erling Haaland');
    await expectPage(goals).toContainText('+2.40');
    await expectPage(stock.locator('.market-price')).toContainText('32.40');
    await expectPage(stock.getByRole('region', { name: 'Facts' })).toContainText('Goal');
    await expectPage(stock.locator('canvas').first()).toBeVisible();
    expect(complaints).toEqual([]);
    await home.context().close();
    await stock.context().close();
  });

  test('quotes, buys with a pasted key, and shows what I hold', async () => {
    const { page, complaints } = await visit('/m/M-001');
    await page.getByLabel('Points to spend').fill('50');
    await expectPage(page.getByText('50.00 Points', { exact: true })).toBeVisible();
    await page.getByText('Use an API key').click();
    await page.getByLabel('Paste an API key to trade').fill(fair.playerKey);
    await page.getByRole('button', { name: 'Use', exact: true }).click();
    await page.getByLabel('Points to spend').fill('50');
    await page.getByRole('button', { name: 'Buy YES' }).click();
    await expectPage(page.getByText(/^Bought .* YES shares for 50\.00 Points/)).toBeVisible();
    await expectPage(page.getByRole('region', { name: 'My position' })).toContainText(/[\d.]+ YES/);
    await expectPage(page.getByRole('region', { name: 'Trades' }).getByRole('row')).toHaveCount(2);
    await page.getByLabel('Points to spend').fill('999999');
    await expectPage(page.getByText('You do not have enough Points.')).toBeVisible();
    await expectPage(page.getByRole('button', { name: 'Buy YES' })).toBeDisabled();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('trades one outcome of many, and its price moves for whoever watches', async () => {
    const { page: other } = await visit('/');
    const { page, complaints } = await visit('/m/CHAMPION');
    const outcomes = page.getByRole('region', { name: 'Outcomes' });
    await expectPage(outcomes.getByRole('button', { name: /held/ })).toHaveCount(8);
    await outcomes.getByRole('button', { name: 'Show all 12' }).click();
    await outcomes.getByRole('button', { name: /^URU/ }).click();
    await expectPage(page.getByLabel('Outcome', { exact: true })).toHaveValue('URU');
    await expectPage(
      page.getByLabel('Price of URU over time').locator('canvas').first(),
    ).toBeVisible();
    await page.getByText('Use an API key').click();
    await page.getByLabel('Paste an API key to trade').fill(fair.playerKey);
    await page.getByRole('button', { name: 'Use', exact: true }).click();
    await page.getByLabel('Points to spend').fill('100');
    await page.getByRole('button', { name: 'Buy URU' }).click();
    await expectPage(page.getByText(/^Bought .* URU shares for 100\.00 Points/)).toBeVisible();
    await expectPage(page.locator('.market-price')).toContainText('chance of URU');
    await expectPage(outcomes.getByRole('button', { name: /^URU/ })).not.toContainText('8.3%');
    await expectPage(rows(other).filter({ hasText: 'World Cup' })).toContainText('URU of 12');
    expect(complaints).toEqual([]);
    await page.context().close();
    await other.context().close();
  });

  test('joins a rally, sees the price fall for everybody, and reads the receipt', async () => {
    const { page: watcher, complaints } = await visit('/m/SCARVES');
    await expectPage(watcher.locator('.melt-price')).toContainText('100.00');
    await expectPage(watcher.getByRole('timer')).toContainText(
      /\d+ days \d\d hours \d\d min \d\d s/,
    );
    const { page } = await visit('/m/SCARVES');
    await page.getByText('Use an API key').click();
    await page.getByLabel('Paste an API key to trade').fill(fair.playerKey);
    await page.getByRole('button', { name: 'Use', exact: true }).click();
    const units = page.getByLabel('Units you want in all');
    await units.fill('9');
    await expectPage(page.getByText('One person may have 8.')).toBeVisible();
    await expectPage(page.getByRole('button', { name: 'Join', exact: true })).toBeDisabled();
    await units.fill('3');
    await expectPage(page.getByText('240.00 Points')).toBeVisible();
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await expectPage(page.getByText(/^You are in with 3 units; 240\.00 Points/)).toBeVisible();
    await expectPage(watcher.locator('.melt-price')).toContainText('80.00');
    await expectPage(watcher.getByRole('progressbar', { name: 'Units taken' })).toHaveAttribute(
      'aria-valuenow',
      '3',
    );
    const joins = watcher.getByRole('region', { name: 'Joined' });
    await expectPage(joins.getByRole('row')).toHaveCount(2);
    await units.fill('1');
    await expectPage(page.getByText(/a pledge only grows/)).toBeVisible();
    await units.fill('8');
    await page.getByRole('button', { name: 'Join with 5 more' }).click();
    const receipt = watcher.getByRole('region', { name: 'Receipt' });
    await expectPage(receipt).toContainText('60.00');
    await expectPage(watcher.getByText(/^Sold: 8 units at 60\.00 Points each/)).toBeVisible();
    await expectPage(page.getByRole('region', { name: 'Receipt' })).toContainText('You: 8 units');
    await expectPage(page.getByRole('region', { name: 'Receipt' })).toContainText(
      '480.00 Points paid',
    );
    expect(complaints).toEqual([]);
    await page.context().close();
    await watcher.context().close();
  });

  test('never scrolls sideways, on a phone and on a small one', async () => {
    for (const path of ['/', '/m/P-ARG-10', '/m/CHAMPION', '/m/BALLS', '/proof']) {
      const { page } = await visit(path);
      await expectPage(page.getByRole('heading', { level: 1 })).toBeVisible();
      const over = [await overflow(page)];
      await page.setViewportSize({ width: 320, height: 640 });
      over.push(await overflow(page));
      expect({ path, over }).toEqual({ path, over: [0, 0] });
      await page.context().close();
    }
  }, 240_000);

  test('shows that the invariants hold', async () => {
    const { page, complaints } = await visit('/proof');
    await expectPage(
      page.getByText(/The books balance; (\d+) of \1 invariants hold/),
    ).toBeVisible();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
