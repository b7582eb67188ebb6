/** The feeds as the house sees them: letters that come while one looks, and pullers that are made, tried and changed. */
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { expectAccessible } from './accessible.js';
import { DESK, expectPage, hasChromium, openBrowser, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';
import { type Outside, outside, pricesCome, tick } from './outside.js';
import { actAs, type Person } from './people.js';

const STORY_MS_MAX = 120_000;

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))('feeds', () => {
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
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await fair?.close();
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
});
