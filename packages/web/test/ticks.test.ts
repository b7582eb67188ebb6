/** What comes from outside: prices that move while one looks, letters that are mended, matches that are played. */
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { expectAccessible } from './accessible.js';
import { DESK, expectPage, hasChromium, openBrowser, PHONE, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';
import { MATCHES, MatchServer, pullFrom } from './match-server.js';
import { type Outside, outside, pricesCome, tick } from './outside.js';
import { actAs, type Person } from './people.js';

const STORY_MS_MAX = 120_000;
const BTC = '/ticks/BTC-USDT';
const PATHS = ['/ticks', BTC, '/matches', '/admin/dead-letters', '/admin/pullers'];

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))('from outside', () => {
  const server = new MatchServer();
  let fair: Fair;
  let browser: Browser;
  let zoe: Person;
  let feed: Outside;

  beforeAll(async () => {
    fair = await openFair({ hasTables: true, pullsLocal: true });
    browser = await openBrowser();
    zoe = await fair.join('zoe', 'admin');
    feed = await outside(fair, zoe);
    await pricesCome(feed);
    await pullFrom(fair, await server.open(), feed.adminKey);
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await fair?.close();
    await server.close();
  });

  test(
    'a price moves on both pages while somebody looks, and the list says which tick came late',
    async () => {
      const { page, complaints } = await visitor(browser, { viewport: DESK });
      await page.goto(`${fair.url}/ticks`);
      const row = page.getByRole('link', { name: /^BTC-USDT/ });
      await expectPage(row).toBeVisible();
      await feed.send(tick('BTC-USDT', '70000.25'));
      await expectPage(row).toContainText('70,000.25');
      await row.click();
      const price = page.locator('.symbol-price .price');
      await expectPage(price).toContainText('70,000.25');
      const rows = page.getByRole('table', { name: 'The newest ticks' }).getByRole('row');
      await expectPage(rows.filter({ hasText: 'late' })).toHaveCount(1);
      await page.evaluate(() => document.body.setAttribute('data-same', 'yes'));
      await feed.send(tick('BTC-USDT', '71234.50'));
      await expectPage(price).toContainText('71,234.50');
      await expectPage(rows.nth(1)).toContainText('71,234.50');
      await expectPage(page.locator('.chart-box canvas').first()).toBeVisible();
      expect(await page.locator('body').getAttribute('data-same')).toBe('yes');
      for (const format of ['CSV', 'NDJSON']) {
        const path = await page
          .getByRole('link', { name: format, exact: true })
          .getAttribute('href');
        const file = await (await fetch(`${fair.url}${String(path)}`)).text();
        expect(file).toContain('71234.50');
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    STORY_MS_MAX,
  );

  test(
    'a symbol with a slash has a page, also after a reload, and our own markets have theirs',
    async () => {
      const { page, complaints } = await visitor(browser, { viewport: DESK });
      await page.goto(`${fair.url}/ticks?prefix=weather`);
      await page.getByRole('link', { name: /^weather:oslo\/celsius/ }).click();
      await page.reload();
      const heading = page.getByRole('heading', { level: 1 });
      await expectPage(heading).toHaveText('weather:oslo/celsius');
      await expectPage(page.locator('.symbol-price .price')).toContainText('−3.5');
      await page.goto(`${fair.url}/ticks/${encodeURIComponent('market:M-001/YES')}`);
      await expectPage(page.getByText('No tick of this symbol has come')).toBeVisible();
      const order = { market: 'M-001', side: 'buy', outcome: 'YES', spend: '20' };
      await fair.ask('/v1/orders', order, fair.playerKey);
      await expectPage(page.locator('.symbol-price .price')).toContainText('0.4');
      await expectPage(page.getByText(/1 tick · fairground/)).toBeVisible();
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    STORY_MS_MAX,
  );

  test(
    'a dead letter is mended and taken, another is dropped, the rest says why it stays',
    async () => {
      const { page, complaints } = await visitor(browser, { viewport: DESK });
      await actAs(page.context(), fair.url, zoe);
      await page.goto(`${fair.url}/admin/dead-letters`);
      const letters = page.locator('.letter');
      await expectPage(letters).toHaveCount(3);
      const broken = letters.filter({ hasText: '61,280' });
      await broken.getByRole('button', { name: 'Mend' }).click();
      const dialog = page.getByRole('dialog');
      const text = dialog.getByLabel('The tick as it should be');
      const came = await text.inputValue();
      await text.fill(`${came}}`);
      await dialog.getByRole('button', { name: 'Replay' }).click();
      await expectPage(dialog.getByRole('alert')).toHaveText('That is no JSON.');
      await expectAccessible(page);
      await text.fill(came.replace('61,280', '61280.75'));
      await dialog.getByRole('button', { name: 'Replay' }).click();
      await expectPage(letters).toHaveCount(2);
      const { items } = (await (
        await fetch(`${fair.url}/v1/ticks?symbol=BTC-USDT&limit=5`)
      ).json()) as { items: { price: string }[] };
      expect(items.map(({ price }) => price)).toContain('61280.75');
      await page.getByRole('button', { name: 'Replay all' }).click();
      await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
      await expectPage(page.getByText('2 are still no ticks and stay here.')).toBeVisible();
      await page.getByLabel('Reason').selectOption('ahead');
      await expectPage(letters).toHaveCount(1);
      await letters.getByRole('button', { name: 'Drop' }).click();
      await dialog.getByRole('button', { name: 'Drop' }).click();
      await expectPage(page.getByText('None fits.')).toBeVisible();
      await page.getByRole('button', { name: 'Dropped' }).click();
      await expectPage(letters).toHaveCount(1);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    STORY_MS_MAX,
  );

  test(
    'a goal outside shows on the home page, and an admin vetoes a result and turns the puller off',
    async () => {
      const { page, complaints } = await visitor(browser, { viewport: DESK });
      await actAs(page.context(), fair.url, zoe);
      await page.goto(fair.url);
      const line = page.getByRole('link', { name: 'Matches that are played now' });
      await expectPage(line).toContainText('Mexico 2–1 Spain');
      server.matches = MATCHES.map((one) =>
        one.id === '1' ? { ...one, goals: [2, 2], minute: '68' } : one,
      );
      await expectPage(line).toContainText('Mexico 2–2 Spain 68′');
      await line.click();
      await expectPage(page.getByText('It comes to M-001: YES.')).toBeVisible();
      await page.goto(`${fair.url}/admin/pullers`);
      await page.getByText('1 not taken').click();
      await expectPage(page.getByText(/unknown status/)).toBeVisible();
      const dialog = page.getByRole('dialog');
      await page.getByRole('button', { name: 'Veto 3' }).click();
      await dialog.getByLabel('Why?').fill('The referee is looking at it.');
      await dialog.getByRole('button', { name: 'Veto' }).click();
      await expectPage(page.getByRole('button', { name: 'Veto 3' })).toBeHidden();
      await page.getByRole('button', { name: 'Pull now' }).click();
      await dialog.getByRole('button', { name: 'Pull' }).click();
      await expectPage(page.getByText('It looks as soon as it can.')).toBeVisible();
      await page.getByRole('button', { name: 'Turn off' }).click();
      await dialog.getByRole('button', { name: 'Turn off' }).click();
      await expectPage(page.getByRole('button', { name: 'Turn on' })).toBeVisible();
      await page.getByRole('button', { name: 'Turn on' }).click();
      await dialog.getByRole('button', { name: 'Turn on' }).click();
      await expectPage(page.getByRole('button', { name: 'Turn off' })).toBeVisible();
      await page.goto(`${fair.url}/matches`);
      await expectPage(page.getByText('Vetoed: an admin decides.')).toBeVisible();
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    STORY_MS_MAX,
  );

  test.each(['light', 'dark'] as const)(
    'in the %s theme nothing stands in the way, and nothing scrolls sideways on a phone',
    async (colorScheme) => {
      const { page, complaints } = await visitor(browser, { viewport: PHONE, colorScheme });
      await actAs(page.context(), fair.url, zoe);
      for (const path of PATHS) {
        await page.goto(`${fair.url}${path}`);
        await expectPage(page.getByText('Live', { exact: true })).toBeVisible();
        await expectPage(page.getByRole('heading', { level: 1 })).toBeVisible();
        await page.waitForLoadState('networkidle');
        await expectAccessible(page);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect({ path, over }).toEqual({ path, over: 0 });
      }
      await page.getByRole('button', { name: 'More' }).click();
      const more = page.getByRole('dialog', { name: 'More' });
      await more.getByRole('link', { name: 'Ticks' }).click();
      await expectPage(page).toHaveURL(/\/ticks$/);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    STORY_MS_MAX,
  );
});
