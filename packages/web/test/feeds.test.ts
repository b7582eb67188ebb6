/** The feeds as the house sees them: letters that come while one looks, and pullers that are tried and changed. */
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { expectAccessible } from './accessible.js';
import { DESK, expectPage, hasChromium, openBrowser, PHONE, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';
import { MatchServer } from './match-server.js';
import { type Outside, outside, pricesCome, tick } from './outside.js';
import { actAs, type Person } from './people.js';

const STORY_MS_MAX = 120_000;
const TALL = 3_600;

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))('feeds', () => {
  const server = new MatchServer();
  let fair: Fair;
  let browser: Browser;
  let zoe: Person;
  let feed: Outside;
  let address: string;

  beforeAll(async () => {
    fair = await openFair({ hasTables: true, pullsLocal: true });
    browser = await openBrowser();
    zoe = await fair.join('zoe', 'admin');
    feed = await outside(fair, zoe);
    await pricesCome(feed);
    address = await server.open();
    const { account } = await fair.ask('/v1/admin/users', { handle: 'feed' });
    await fair.ask('/v1/admin/roles', { account, role: 'source' });
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await fair?.close();
    await server.close();
  });

  test(
    'letters that come while somebody looks wait above his list, and those of one symbol are found',
    async () => {
      const { page, complaints } = await visitor(browser, { viewport: DESK });
      await actAs(page.context(), fair.url, zoe);
      await page.goto(`${fair.url}/admin/dead-letters`);
      const letters = page.locator('.letter');
      await expectPage(letters).toHaveCount(3);
      await expectPage(page.getByText('3 open in all')).toBeVisible();
      await feed.send({ ...tick('odd/1', '1'), side: 'up' }, { ...tick('odd/2', '1'), side: 'up' });
      const news = page.getByRole('button', { name: 'Show 2 new' });
      await expectPage(news).toBeVisible();
      await expectPage(page.getByText('5 open in all')).toBeVisible();
      await expectPage(letters).toHaveCount(3);
      await expectAccessible(page);
      await news.click();
      await expectPage(letters).toHaveCount(5);
      await expectPage(news).toBeHidden();
      const symbol = page.getByRole('textbox', { name: 'Symbol' });
      await symbol.fill('odd/3');
      await symbol.press('Enter');
      await expectPage(page.getByText('None fits.')).toBeVisible();
      // Where the list is empty nothing can move: it stands there at once.
      await feed.send({ ...tick('odd/3', '1'), side: 'up' });
      await expectPage(letters).toHaveCount(1);
      await expectPage(letters).toContainText('exchange · odd/3');
      await page.getByRole('button', { name: 'Replay all' }).click();
      const dialog = page.getByRole('dialog');
      await expectPage(dialog.getByText('of the symbol odd/3')).toBeVisible();
      await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
      await expectPage(page.getByText('1 is still no tick and stays here.')).toBeVisible();
      // Somebody else gives it up: it goes from this page too.
      const headers = { authorization: `Bearer ${feed.adminKey}` };
      const asked = await fetch(`${fair.url}/v1/dead-letters?symbol=odd/3`, { headers });
      const [odd] = ((await asked.json()) as { items: { id: string }[] }).items;
      await fair.ask(`/v1/dead-letters/${odd?.id}/drop`, {}, feed.adminKey);
      await expectPage(page.getByText('None fits.')).toBeVisible();
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    STORY_MS_MAX,
  );

  test(
    'a puller is tried out, made, changed and deleted; what is wrong stands at its field',
    async () => {
      const { page, complaints } = await visitor(browser, { viewport: DESK });
      await actAs(page.context(), fair.url, zoe);
      await page.goto(`${fair.url}/admin/pullers`);
      await expectPage(page.getByText('There is no puller.')).toBeVisible();
      await page.getByRole('button', { name: 'New puller' }).click();
      const form = page.getByRole('form', { name: 'New puller' });
      const fill = (name: string, text: string): Promise<void> =>
        form.getByLabel(name, { exact: true }).fill(text);
      await form.getByRole('button', { name: 'Make the puller' }).click();
      await expectPage(form.getByLabel('Address', { exact: true })).toHaveAccessibleDescription(
        'This is needed.',
      );
      await fill('Name', 'World Cup');
      await fill('Whose facts they are', 'feed');
      await expectPage(form.getByText(/^feed, acc_/)).toBeVisible();
      await fill('Address', address);
      await fill('Looks every, s', '1');
      await fill('Names at', 'home, away');
      await fill('List of items at', 'match..es');
      await fill('Status at', 'status');
      await fill('To come', 'NS');
      await fill('Live', '1H, HT, 2H');
      await fill('Over', 'FT');
      await form.getByRole('button', { name: 'Add a count' }).click();
      await fill('Count', 'home');
      await fill('Path', 'goals.0');
      await fill('Stock', 'X-{id}');
      await fill('Kind of fact', 'goal');
      await form.getByRole('button', { name: 'Add a market' }).click();
      await fill('Market', 'id: 3 = M-001');
      await fill('Winner at', 'winner');
      await fill('Comes to', 'home = YES, away = NO');
      const tryIt = form.getByRole('button', { name: 'Try it out' });
      // A refusal of the node's is a line on the console of any page: it is looked away from here.
      await tryIt.click();
      const list = form.getByLabel('List of items at');
      await expectPage(list).toHaveAccessibleDescription(/A path is like/);
      await fill('List of items at', 'matches');
      await tryIt.click();
      await expectPage(form.getByText('2 facts (goal) for X-1.')).toBeVisible();
      await expectPage(form.getByText('there is no market X-1')).toBeVisible();
      await expectPage(form.getByText(/M-001 comes to YES, after the hold/)).toBeVisible();
      // All of it at once: what a bar lies over is reached by scrolling.
      await page.setViewportSize({ ...DESK, height: TALL });
      await expectAccessible(page);
      await page.setViewportSize(DESK);
      await fill('Stock', '');
      await fill('Kind of fact', '');
      await form.getByText('An answer').click();
      await fill('As the address would answer', '{"matches":[]}');
      await tryIt.click();
      await expectPage(form.getByText('Nothing in it would count.')).toBeVisible();
      await form.getByRole('button', { name: 'Make the puller' }).click();
      const card = page.locator('.puller');
      await expectPage(card).toContainText('World Cup');
      await expectPage(card).toContainText('3 items in its last answer');
      await card.getByRole('button', { name: 'Change' }).click();
      const change = page.getByRole('form', { name: 'Change World Cup' });
      await expectPage(change.getByLabel('Comes to')).toHaveValue('home = YES, away = NO');
      await change.getByLabel('Looks every, s').fill('600');
      await change.getByLabel('On: it looks').uncheck();
      await change.getByRole('button', { name: 'Save' }).click();
      await expectPage(card).toContainText('Every 600 s');
      await expectPage(card.getByText('Off', { exact: true })).toBeVisible();
      await page.getByRole('button', { name: 'New puller' }).click();
      await page.setViewportSize({ ...PHONE, height: TALL });
      await expectAccessible(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(over).toBe(0);
      await page.getByRole('button', { name: 'Leave it' }).click();
      await card.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await expectPage(page.getByText('There is no puller.')).toBeVisible();
      expect(complaints.filter((line) => !line.includes('400'))).toEqual([]);
      await page.context().close();
    },
    STORY_MS_MAX,
  );
});
