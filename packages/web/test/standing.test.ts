/** Where nobody may trade, or not everybody: each place says why; and what a program can say about who can use it. */
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { expectAccessible } from './accessible.js';
import { expectPage, hasChromium, openBrowser, PHONE, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';
import { actAs, type Person } from './people.js';
import { STATES, statesFair } from './states.js';

/** Each story asks two or three browsers, on a machine that may be busy. */
const STORY_MS_MAX = 60_000;

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))(
  'standing',
  { timeout: STORY_MS_MAX },
  () => {
    let fair: Fair;
    let browser: Browser;
    let reader: Person;

    beforeAll(async () => {
      fair = await openFair();
      browser = await openBrowser();
      reader = await fair.join('reader');
      await statesFair(fair, await fair.join('judge', 'admin'), fair.playerKey);
    }, 240_000);

    afterAll(async () => {
      await browser?.close();
      await fair?.close();
    });

    async function visit(path: string, size: typeof PHONE, as: Person) {
      const { page, complaints } = await visitor(browser, { viewport: size });
      await actAs(page.context(), fair.url, as);
      await page.goto(`${fair.url}${path}`);
      await expectPage(page.getByText('Live', { exact: true })).toBeVisible();
      return { page, complaints };
    }

    test.each([
      [STATES.waiting, /Trading has ended. The market waits for its result/],
      [STATES.proposed, /An admin has proposed the result YES. It counts once a second one/],
      [STATES.cancelled, /Given back: 40.00 Points, all that was due.*less what it had taken out/],
      [STATES.settled, /The result is YES: each YES share is paid 1 Point/],
      [STATES.halted, /buying rests until .* Selling goes on. .* left/],
      [STATES.draft, /Trading has not begun. It opens/],
    ])('%s says why it cannot be traded as usual', async (id, says) => {
      const { page } = await visit(`/m/${id}`, PHONE, reader);
      await expectPage(page.getByRole('main')).toContainText(says);
      const button = page.locator('.button.main');
      if (id === STATES.halted) {
        await page.getByLabel('Points to spend').fill('1');
        await expectPage(button).toBeDisabled();
      } else {
        await expectPage(button).toHaveCount(0);
      }
      await page.context().close();
    });

    test.each(['light', 'dark'] as const)(
      'in the %s theme nothing stands in the way of trading',
      async (colorScheme) => {
        for (const path of ['/m/P-ARG-10', '/m/CHAMPION', `/m/${STATES.halted}`]) {
          const { page, complaints } = await visitor(browser, { viewport: PHONE, colorScheme });
          await actAs(page.context(), fair.url, reader);
          await page.goto(`${fair.url}${path}`);
          await expectPage(page.getByText('Live', { exact: true })).toBeVisible();
          await expectPage(page.getByRole('heading', { level: 1 })).toBeVisible();
          if (path.endsWith(STATES.halted)) {
            await page.getByLabel('Points to spend').fill('99999');
            await page.getByText('How this price is made').click();
          }
          await expectAccessible(page);
          expect({ path, complaints }).toEqual({ path, complaints: [] });
          await page.context().close();
        }
      },
    );
  },
);
