/** The rally room: the price melts before everybody's eyes, each who joins is seen, and in the end all pay the same. */
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { expectAccessible } from './accessible.js';
import { DESK, expectPage, hasChromium, openBrowser, PHONE, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';
import { actAs } from './people.js';

/** Each story asks two or three browsers, on a machine that may be busy. */
const STORY_MS_MAX = 60_000;

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))(
  'the rally room',
  { timeout: STORY_MS_MAX },
  () => {
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

    const shown = (page: Page) => page.locator('.melt-price b');

    async function watch(path: string, motion: 'reduce' | 'no-preference') {
      const { page, complaints } = await visitor(browser, {
        viewport: DESK,
        reducedMotion: motion,
      });
      await page.goto(`${fair.url}${path}`);
      await expectPage(page.getByText('Live', { exact: true })).toBeVisible();
      await expectPage(shown(page)).toHaveText('100.00');
      return { page, complaints };
    }

    /** Every figure that stands there from now on, as it changes. */
    async function recorded(page: Page): Promise<() => Promise<readonly string[]>> {
      await page.evaluate(() => {
        const figures: string[] = [];
        Object.assign(globalThis, { figures });
        const figure = document.querySelector('.melt-price b');
        if (!figure) throw new Error('there is no price');
        new MutationObserver(() => figures.push(figure.textContent ?? '')).observe(figure, {
          characterData: true,
          childList: true,
          subtree: true,
        });
      });
      return () => page.evaluate(() => (globalThis as unknown as { figures: string[] }).figures);
    }

    test('melts for who watches, at once for whom motion is too much, and shows who came', async () => {
      const [moving, still] = [
        await watch('/m/BALLS', 'no-preference'),
        await watch('/m/BALLS', 'reduce'),
      ];
      const figures = [await recorded(moving.page), await recorded(still.page)] as const;
      const pat = await fair.join('pat');
      const { page, complaints } = await visitor(browser, { viewport: PHONE });
      await actAs(page.context(), fair.url, pat);
      await page.goto(`${fair.url}/m/BALLS`);
      await page.getByLabel('Units you want in all').fill('4');
      await page.getByRole('button', { name: 'Join', exact: true }).click();
      const pledge = page.getByRole('region', { name: 'My pledge' });
      await expectPage(pledge).toContainText('You have joined with4 units');
      await expectPage(pledge).toContainText('Held for you320.00 Points');
      for (const watcher of [moving.page, still.page]) {
        await expectPage(shown(watcher)).toHaveText('80.00');
        await expectPage(watcher.locator('.face')).toHaveText([pat.account.slice(-2)]);
        await expectPage(watcher.locator('.melt-next')).toContainText(
          '4 more and everybody pays 60.00',
        );
      }
      expect((await figures[0]()).length).toBeGreaterThan(3);
      expect(await figures[1]()).toEqual(['80.00']);
      await fair.ask('/v1/rallies/BALLS/join', { units: 5 }, fair.playerKey);
      await expectPage(pledge).toContainText('Comes back at this price80.00 Points');
      expect([complaints, moving.complaints, still.complaints]).toEqual([[], [], []]);
      for (const one of [page, moving.page, still.page]) await one.context().close();
    });

    test('the clock runs to the second, and the link leads here', async () => {
      const { page } = await visitor(browser, { viewport: PHONE });
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.goto(`${fair.url}/m/SCARVES`);
      const timer = page.getByRole('timer');
      const before = await timer.innerText();
      await expectPage(timer).not.toHaveText(before);
      await page.getByRole('button', { name: 'Copy link' }).click();
      await expectPage(page.getByText('Copied.')).toBeAttached();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      expect(link).toBe(`${fair.url}/m/SCARVES`);
      await page.context().close();
    });

    test.each(['light', 'dark'] as const)(
      'in the %s theme nothing stands in the way',
      async (colorScheme) => {
        for (const path of ['/m/BALLS', '/m/SCARVES']) {
          const { page, complaints } = await visitor(browser, { viewport: PHONE, colorScheme });
          await page.goto(`${fair.url}${path}`);
          await expectPage(page.getByRole('timer')).toBeVisible();
          await expectAccessible(page);
          expect({ path, complaints }).toEqual({ path, complaints: [] });
          await page.context().close();
        }
      },
    );
  },
);
