/** Every page of the house and of sellers, rule by rule, in both themes, on a phone. */
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { expectAccessible } from './accessible.js';
import { expectPage, hasChromium, openBrowser, PHONE, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';
import { actAs, type Person } from './people.js';

/** A dozen pages, each looked through rule by rule, on a machine that may be busy. */
const AXE_MS_MAX = 120_000;

const PATHS = [
  '/sell',
  '/admin',
  '/admin/new',
  '/admin/markets/M-001',
  ...['waiting', 'users', 'treasury', 'limits', 'jobs', 'pullers', 'quarantine', 'audit'].map(
    (section) => `/admin/${section}`,
  ),
];

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))('the house', () => {
  let fair: Fair;
  let browser: Browser;
  let zoe: Person;

  beforeAll(async () => {
    fair = await openFair();
    browser = await openBrowser();
    zoe = await fair.join('zoe', 'admin', 'seller');
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await fair?.close();
  });

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
      // A node without tables has no jobs, and says so.
      expect(complaints.filter((one) => !one.includes('404'))).toEqual([]);
      await page.context().close();
    },
    AXE_MS_MAX,
  );
});
