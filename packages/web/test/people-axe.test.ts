/** Every page of people and proof, looked through rule by rule, in both themes, on a phone. */
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { expectAccessible } from './accessible.js';
import { expectPage, hasChromium, openBrowser, PHONE, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';
import { actAs, type Person } from './people.js';

/** Eleven pages, on a machine that may be busy. */
const AXE_MS_MAX = 90_000;

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))(
  'pages of people',
  () => {
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

    test.each(['light', 'dark'] as const)(
      'in the %s theme nothing stands in the way of anybody',
      async (colorScheme) => {
        const { page, complaints } = await visitor(browser, { viewport: PHONE, colorScheme });
        const paths = ['/sign-up', '/confirm#x', '/forgot', '/reset#x', '/u/uma', '/portfolio'];
        const look = async (path: string): Promise<void> => {
          await page.goto(`${fair.url}${path}`);
          await expectPage(page.getByText('Live', { exact: true })).toBeVisible();
          await expectPage(page.getByRole('heading', { level: 1 })).toBeVisible();
          await expectPage(page.locator('.skeleton')).toHaveCount(0);
          await expectAccessible(page);
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect({ path, over, complaints }).toEqual({ path, over: 0, complaints: [] });
        };
        for (const path of paths) await look(path);
        await actAs(page.context(), fair.url, uma);
        const mine = ['/portfolio', '/leaderboard', '/notifications', '/settings', '/proof'];
        for (const path of mine) await look(path);
        await page.context().close();
      },
      AXE_MS_MAX,
    );
  },
);
