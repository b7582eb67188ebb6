/** Trading in a real browser: from a letter to a line in the ledger, on a desk, on a phone and by keyboard alone. */
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { DESK, expectPage, hasChromium, openBrowser, PHONE, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';
import { actAs, type Person, signInOn } from './people.js';

/** The tables may still be filling when the first trade is done. */
const LEDGER_MS_MAX = 20_000;

/** Each story asks two or three browsers, on a machine that may be busy. */
const STORY_MS_MAX = 60_000;

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))(
  'trading',
  { timeout: STORY_MS_MAX },
  () => {
    let fair: Fair;
    let browser: Browser;

    beforeAll(async () => {
      fair = await openFair({ hasTables: true });
      browser = await openBrowser();
    }, 240_000);

    afterAll(async () => {
      await browser?.close();
      await fair?.close();
    });

    async function visit(path: string, size = DESK, as?: Person) {
      const { page, complaints } = await visitor(browser, { viewport: size });
      if (as) await actAs(page.context(), fair.url, as);
      await page.goto(`${fair.url}${path}`);
      await expectPage(page.getByText('Live', { exact: true })).toBeVisible();
      return { page, complaints };
    }

    const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

    async function ledgerOf({ cookie }: Person): Promise<string> {
      const answer = await fetch(`${fair.url}/v1/me/ledger`, { headers: { Cookie: cookie } });
      return answer.text();
    }

    test.each([
      ['on a desk', 'nina', DESK],
      ['on a phone', 'otto', PHONE],
    ] as const)(
      'who signs up %s buys, is seen to move the price, sells, and finds both in the ledger',
      async (_, handle, size) => {
        const person = await fair.join(handle);
        const { page: other, complaints: others } = await visit('/m/M-001');
        const { page, complaints } = await visit('/', size);
        await signInOn(page, handle);
        await page
          .getByRole('link', { name: /Mexico beat South Africa/ })
          .last()
          .click();
        const before = await other.locator('.market-price .price').innerText();
        await page.getByLabel('Points to spend').fill('200');
        await page.getByRole('button', { name: 'Buy YES for 200.00 Points' }).click();
        await expectPage(
          page.getByText(/^Bought [\d.,]+ YES shares for 200\.00 Points/),
        ).toBeVisible();
        await expectPage(page.getByLabel('Points to spend')).toHaveValue('');
        await expectPage(other.locator('.market-price .price')).not.toHaveText(before);
        await expectPage(region(other, 'Trades')).toContainText('200.00');
        const mine = region(page, 'My position');
        await expectPage(mine).toContainText('Put in, net200.00 Points');
        await page.getByRole('button', { name: 'Sell', exact: true }).click();
        await page.getByRole('button', { name: 'All', exact: true }).last().click();
        await page.getByRole('button', { name: /^Sell [\d.,]+ YES$/ }).click();
        await expectPage(page.getByText(/^Sold [\d.,]+ YES shares for/)).toBeVisible();
        await expectPage(mine).toContainText(/Profit▼−/);
        await expect
          .poll(() => ledgerOf(person), { timeout: LEDGER_MS_MAX })
          .toMatch(/"traded".*"change":"-198"/);
        expect({ complaints, others }).toEqual({ complaints: [], others: [] });
        await page.context().close();
        await other.context().close();
      },
    );

    test('sets are minted and merged, and merging pairs is told before it is done', async () => {
      const rosa = await fair.join('rosa');
      const { page, complaints } = await visit('/m/M-001', PHONE, rosa);
      await page.getByRole('button', { name: 'Sets' }).click();
      await page.getByLabel('Sets', { exact: true }).fill('20');
      await page.getByRole('button', { name: 'Mint 20.00 sets' }).click();
      await expectPage(page.getByText('Minted 20.00 sets for 20.00 Points')).toBeVisible();
      const mine = region(page, 'My position');
      await expectPage(mine).toContainText('20.00 YES');
      await expectPage(mine).toContainText('20.00 NO');
      await page.getByRole('button', { name: 'Merge' }).click();
      await page.getByLabel('Sets', { exact: true }).fill('21');
      await expectPage(page.getByText('You do not have that many of each outcome.')).toBeVisible();
      await page.getByRole('button', { name: 'All', exact: true }).click();
      await page.getByRole('button', { name: 'Merge 20.00 sets' }).click();
      await expectPage(page.getByText('Merged 20.00 sets for 20.00 Points')).toBeVisible();
      await page.getByRole('button', { name: 'Buy', exact: true }).click();
      await page.getByLabel('Points to spend').fill('10');
      await page.getByRole('button', { name: 'Buy YES for' }).click();
      await expectPage(mine).toContainText(/[\d.]+ YES/);
      await page.getByRole('button', { name: /^NO/ }).click();
      await page.getByLabel('Points to spend').fill('10');
      await expectPage(page.getByText(/pairs become [\d.]+ Points at once/)).toBeVisible();
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    test('the tolerance is what bounds the order', async () => {
      const { page } = await visit('/m/M-001', DESK, await fair.join('tom'));
      await page.getByLabel('Points to spend').fill('10');
      const bound = page.locator('dt', { hasText: 'Never less than' }).locator('+ dd');
      await expectPage(bound).toContainText('shares');
      const usual = Number.parseFloat(await bound.innerText());
      await page.getByRole('button', { name: '5%', exact: true }).click();
      await expectPage(bound).not.toContainText(usual.toFixed(2));
      expect(Number.parseFloat(await bound.innerText()) / usual).toBeCloseTo(0.95 / 0.99, 3);
      const asked = page.waitForRequest((one) => one.url().endsWith('/v1/orders'));
      await page.getByRole('button', { name: 'Buy YES for' }).click();
      const { gets_min: least } = (await asked).postDataJSON() as { gets_min: string };
      expect(Number(least)).toBeLessThan(usual);
      await page.context().close();
    });

    test('an order without an answer is being checked, and counts once', async () => {
      const uma = await fair.join('uma');
      const { page } = await visit('/m/P-ARG-10', DESK, uma);
      let tries = 0;
      await page.route('**/v1/orders', async (route) => {
        // The first one arrives; what it was answered is lost.
        if (tries++ > 0) return route.continue();
        await route.fetch();
        return route.abort();
      });
      await page.getByLabel('Points to spend').fill('30');
      await page.getByRole('button', { name: 'Buy for 30.00 Points' }).click();
      await expectPage(page.getByText('Checking what became of the order')).toBeVisible();
      await expectPage(page.getByText(/^Bought [\d.]+ shares for 30\.00 Points/)).toBeVisible();
      expect(tries).toBeGreaterThan(1);
      await expectPage(region(page, 'My position')).toContainText('Put in, net30.00 Points');
      await page.context().close();
    });

    test('the whole ticket can be worked by keyboard', async () => {
      const { page, complaints } = await visit('/m/M-001', DESK, await fair.join('vera'));
      await page.getByRole('button', { name: 'Buy', exact: true }).focus();
      const names: string[] = [];
      for (let step = 0; step < 9; step++) {
        await page.keyboard.press('Tab');
        names.push(await page.evaluate(() => document.activeElement?.textContent ?? ''));
        if (await page.getByLabel('Points to spend').evaluate((one) => one.matches(':focus')))
          break;
      }
      expect(names.map((name) => name.replace(/ .*/, ''))).toEqual([
        'Sell',
        'Sets',
        'YES',
        'NO',
        'Points',
        'Shares',
        '',
      ]);
      await page.keyboard.type('15');
      const button = page.getByRole('button', { name: 'Buy YES for 15.00 Points' });
      await expectPage(button).toBeEnabled();
      for (let step = 0; step < 9; step++) {
        await page.keyboard.press('Tab');
        if (await button.evaluate((one) => one.matches(':focus-visible'))) break;
      }
      await page.keyboard.press('Enter');
      await expectPage(page.getByText(/^Bought [\d.]+ YES shares for 15\.00 Points/)).toBeVisible();
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    test('nothing shifts when prices tick', async () => {
      const { page } = await visit('/m/P-NOR-9', PHONE);
      await expectPage(page.locator('canvas').first()).toBeVisible();
      await page.waitForLoadState('networkidle');
      await page.evaluate(() => {
        const seen: number[] = [];
        Object.assign(globalThis, { shifts: seen });
        new PerformanceObserver((list) => {
          for (const one of list.getEntries())
            seen.push((one as unknown as { value: number }).value);
        }).observe({ type: 'layout-shift' });
      });
      for (const spend of ['100', '900', '40']) {
        const price = await page.locator('.market-price .price').innerText();
        await fair.ask('/v1/orders', { market: 'P-NOR-9', side: 'buy', spend }, fair.playerKey);
        await expectPage(page.locator('.market-price .price')).not.toHaveText(price);
      }
      const shifts = await page.evaluate(
        () => (globalThis as unknown as { shifts: number[] }).shifts,
      );
      expect(shifts.filter((value) => value > 0.001)).toEqual([]);
      await page.context().close();
    });

    test('a pause and a frozen account are told as they happen', async () => {
      const wim = await fair.join('wim');
      const { page } = await visit('/m/CHAMPION', DESK, wim);
      await expectPage(page.locator('.button.main')).toBeVisible();
      await fair.ask('/v1/markets/CHAMPION/pause', {});
      await expectPage(page.getByText('Trading is paused. The price stands still')).toBeVisible();
      await fair.ask('/v1/markets/CHAMPION/resume', {});
      await expectPage(page.locator('.button.main')).toBeVisible();
      await fair.ask('/v1/admin/freeze', { account: wim.account, reason: 'for the test' });
      await expectPage(page.getByText('Your account is frozen.')).toBeVisible();
      await expectPage(page.locator('.button.main')).toHaveCount(0);
      await page.context().close();
    });

    test('a stock tells its facts from its crowd, and its season match by match', async () => {
      const goal = { market: 'P-ARG-10', kind: 'goal' };
      const { page, complaints } = await visit('/m/P-ARG-10', PHONE);
      await expectPage(region(page, 'Season')).toContainText('What moves the fundamental');
      const times = ['2026-06-15T19:12:00Z', '2026-06-15T19:50:00Z', '2026-06-20T16:03:00Z'];
      for (const [place, happened_at] of times.entries()) {
        await fair.ask('/v1/facts', { ...goal, happened_at, fact: `s${place}` }, fair.sourceKey);
      }
      const rows = region(page, 'Season').getByRole('row');
      await expectPage(rows).toHaveCount(3);
      await expectPage(rows.nth(2)).toContainText('2 × Goal');
      await expectPage(rows.nth(2)).toContainText('34.99');
      await expectPage(rows.nth(1)).toContainText('37.79');
      await expectPage(page.locator('.premium')).toContainText('Fundamental37.79');
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  },
);
