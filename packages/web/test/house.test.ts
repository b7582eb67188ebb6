/** The house and its sellers: a rally from launch to receipt, a market from draft to payout by two people. */
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { expectAccessible } from './accessible.js';
import { DESK, expectPage, hasChromium, openBrowser, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';
import { actAs, type Person } from './people.js';

const STORY_MS_MAX = 60_000;

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))('the house', () => {
  let fair: Fair;
  let browser: Browser;
  let sam: Person;
  let zoe: Person;
  let yan: Person;
  let mia: Person;

  beforeAll(async () => {
    fair = await openFair();
    browser = await openBrowser();
    sam = await fair.join('simon', 'seller');
    zoe = await fair.join('zoe', 'admin');
    yan = await fair.join('yan', 'admin');
    mia = await fair.join('mia');
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await fair?.close();
  });

  /** Somebody's browser, at an address. */
  async function visit(
    path: string,
    { as }: { as?: Person },
  ): Promise<{ page: Page; complaints: string[] }> {
    const { page, complaints } = await visitor(browser, { viewport: DESK });
    if (as) await actAs(page.context(), fair.url, as);
    await page.goto(`${fair.url}${path}`);
    await expectPage(page.getByText('Live', { exact: true })).toBeVisible();
    return { page, complaints };
  }

  /** Opens the dialog of an act, says why where it is asked, and does it. */
  async function act(page: Page, label: string, verb: string, why?: string): Promise<void> {
    await page.getByRole('main').getByRole('button', { name: label, exact: true }).click();
    const dialog = page.getByRole('dialog');
    if (why !== undefined) await dialog.getByLabel(/^Why/).fill(why);
    await dialog.getByRole('button', { name: verb, exact: true }).click();
    await expectPage(dialog).toBeHidden();
  }

  test(
    'a rally goes from launch to receipt, in two browsers',
    async () => {
      const { page: seller, complaints } = await visit('/sell', { as: sam });
      const gets = seller.getByRole('region', { name: 'What you get' });
      await expectPage(gets.getByRole('row').nth(1)).toContainText('487.50');
      await seller.getByLabel('Points a unit, step 2').fill('120');
      await expectPage(gets.getByRole('alert')).toContainText('The prices of tiers fall.');
      await seller.getByLabel('Points a unit, step 2').fill('90');
      await seller.getByRole('button', { name: 'Launch' }).click();
      await expectPage(seller.getByText('This must not be empty')).toBeVisible();
      await seller.getByLabel('What do you sell?').fill('A tent for two');
      await seller.getByLabel('Units in all').fill('25');
      await seller.getByLabel('One person at most').fill('');
      await seller.getByRole('button', { name: 'Launch' }).click();
      await expectPage(seller).toHaveURL(/\/sell\/mkt_/);
      await expectPage(seller.getByRole('heading', { name: 'A tent for two' })).toBeVisible();
      await expectPage(seller.locator('.market-head .tag')).toHaveText('Open');

      const link = await seller
        .getByRole('region', { name: 'Share it' })
        .getByRole('link')
        .innerText();
      const { page: buyer } = await visit(new URL(link).pathname, { as: mia });
      await buyer.getByLabel('Units you want in all').fill('10');
      await buyer.getByRole('button', { name: 'Join', exact: true }).click();
      await expectPage(buyer.getByText(/^You are in with 10 units/)).toBeVisible();
      await expectPage(seller.locator('[data-figure="gets"]')).toContainText('877.50');
      await expectPage(seller.getByRole('region', { name: 'Joined' }).getByRole('row')).toHaveCount(
        2,
      );
      await expectPage(seller.getByRole('button', { name: 'Call it off' })).toHaveCount(0);
      await buyer.getByLabel('Units you want in all').fill('25');
      await buyer.getByRole('button', { name: 'Join with 15 more' }).click();
      const receipt = seller.getByRole('region', { name: 'Receipt' });
      await expectPage(receipt).toContainText('1,950.00');
      await expectPage(seller.getByTitle('Your Points')).toContainText('11,950.00');
      await seller.getByRole('link', { name: 'My rallies' }).click();
      await expectPage(seller.getByRole('region', { name: 'My rallies' })).toContainText(
        '25 of 25',
      );
      expect(complaints).toEqual([]);
      for (const page of [seller, buyer]) await page.context().close();
    },
    STORY_MS_MAX,
  );

  test('a seller calls off what nobody has joined, and says why', async () => {
    const { page } = await visit('/sell', { as: sam });
    await page.getByLabel('What do you sell?').fill('A kite');
    await page.getByRole('button', { name: 'Launch' }).click();
    await expectPage(page.getByRole('heading', { name: 'A kite' })).toBeVisible();
    await act(page, 'Call it off', 'Call it off', 'No wind.');
    await expectPage(page.getByText('Nothing was sold, and everything went back.')).toBeVisible();
    await page.context().close();
  });

  test(
    'an admin creates by keyboard, two people resolve, and a holder is paid while he looks on',
    async () => {
      const { page: one, complaints } = await visit('/admin', { as: zoe });
      await one.getByRole('link', { name: 'New market' }).focus();
      await one.keyboard.press('Enter');
      await expectPage(one.getByRole('heading', { name: 'New market' })).toBeVisible();
      await one.getByRole('button', { name: 'Two', exact: true }).focus();
      await one.keyboard.press('Tab');
      await one.keyboard.press('Tab');
      await one.keyboard.press('Tab');
      await one.keyboard.press('Tab');
      await expectPage(one.getByLabel('Title')).toBeFocused();
      await one.keyboard.type('City win the derby');
      await one.keyboard.press('Tab');
      await one.keyboard.type('As the referee says.');
      await one.keyboard.press('Tab');
      await expectPage(one.getByLabel('Outcomes')).toBeFocused();
      await one.keyboard.press('Tab');
      await one.keyboard.press('ControlOrMeta+a');
      await one.keyboard.type('500');
      const preview = one.getByRole('region', { name: 'It would open with' });
      await expectPage(preview).toContainText('500.00');
      await expectPage(preview).toContainText('50.0%');
      await one.getByText('Fee, refund, second person').focus();
      await one.keyboard.press('Enter');
      await one.getByLabel('Two people have to agree').focus();
      await one.keyboard.press('Space');
      await one.getByRole('main').getByLabel('Id', { exact: false }).last().fill('DERBY');
      await one.keyboard.press('Enter');
      await expectPage(one).toHaveURL(/\/admin\/markets\/DERBY$/);
      await act(one, 'Open', 'Open');

      const { page: holder } = await visit('/m/DERBY', { as: mia });
      await holder.getByLabel('Points to spend').fill('50');
      await holder.getByRole('button', { name: 'Buy YES' }).click();
      await expectPage(holder.getByText(/^Bought .* YES shares/)).toBeVisible();
      const purse = holder.getByTitle('Your Points');
      const before = await purse.innerText();

      await act(one, 'Close trading', 'Close trading');
      await one.getByRole('main').getByRole('button', { name: 'Resolve', exact: true }).click();
      const dialog = one.getByRole('dialog');
      await dialog.getByLabel('Result').selectOption('YES');
      await expectPage(dialog).toContainText('each YES share is paid 1 Point');
      await dialog.getByLabel(/^Why/).fill('City won 2:0.');
      await expectAccessible(one);
      await dialog.getByRole('button', { name: 'Propose' }).click();
      await expectPage(one.getByText('Another admin has to confirm it.')).toBeVisible();

      const { page: two } = await visit('/admin/waiting', { as: yan });
      const proposal = two.getByLabel('Proposal for City win the derby');
      await expectPage(proposal).toContainText('YES is right');
      await expectPage(proposal).toContainText('City won 2:0.');
      await expectPage(proposal).toContainText('Proposed by zoe');
      await expectAccessible(two);
      await act(two, 'Confirm', 'Confirm');
      await expectPage(two.getByText('Nothing waits for you.')).toBeVisible();
      await expectPage(holder.getByText(/^The result is YES/)).toBeVisible();
      await expectPage(purse).not.toHaveText(before);
      await expectPage(
        one.getByText('It is over: nothing can be done to it any more.'),
      ).toBeVisible();
      expect(complaints).toEqual([]);
      for (const page of [one, two, holder]) await page.context().close();
    },
    STORY_MS_MAX,
  );

  test('the engine’s no is told in words, and a draft can be edited until it opens', async () => {
    await fair.ask('/v1/markets', {
      id: 'EDIT',
      title: 'Before',
      mechanism: 'cpmm',
      deposit: '10',
      risk: { breaker_move: '0.1' },
    });
    const { page } = await visit('/admin/markets/EDIT', { as: zoe });
    await page.getByRole('button', { name: 'Edit the draft' }).click();
    await page.getByLabel('Title').fill('After');
    await page.getByLabel('Deposit').fill('99999999');
    await page.getByRole('button', { name: 'Save the draft' }).click();
    await expectPage(page.getByRole('alert')).toContainText(/may not do that|cannot pay/);
    await page.getByLabel('Deposit').fill('10');
    await page.getByRole('button', { name: 'Save the draft' }).click();
    await expectPage(page.getByRole('heading', { name: 'After', level: 1 })).toBeVisible();
    await expectPage(page.getByRole('region', { name: 'Figures' })).toContainText(
      'breaker move0.1',
    );
    await act(page, 'Cancel', 'Cancel it', 'A mistake.');
    await expectPage(
      page.getByText('It is over: nothing can be done to it any more.'),
    ).toBeVisible();
    await page.context().close();
  });

  test('somebody is found, made a seller, frozen with a reason, and it stands in the audit', async () => {
    const leo = await fair.join('leo');
    const { page } = await visit('/admin/users', { as: zoe });
    await page.getByLabel('Handle or id').fill('leo');
    await page.getByRole('button', { name: 'Find' }).click();
    const card = page.getByLabel('Account of leo');
    await expectPage(card).toContainText(leo.account);
    await act(page, 'Make seller', 'Give it');
    await expectPage(page.getByText('The role is his.')).toHaveCount(1);
    await expectPage(card.getByRole('button', { name: 'Take seller away' })).toBeVisible();
    await act(page, 'Freeze', 'Freeze', 'A bot that ran away.');
    await expectPage(card).toContainText('Frozen');
    await page.getByRole('link', { name: 'Audit' }).click();
    const log = page.getByRole('table', { name: 'What was done' });
    await expectPage(log.getByRole('row').nth(1)).toContainText('A bot that ran away.');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    expect((await saved).suggestedFilename()).toBe('audit.csv');
    await expectPage(page.getByText(/^\d+ acts are saved\.$/)).toBeVisible();
    await page.context().close();
  });

  test('a limit is set once it was asked again, and the treasury granted to', async () => {
    const { page } = await visit('/admin/limits', { as: zoe });
    await page.getByLabel('Welcome').fill('500');
    await page.getByRole('button', { name: 'Set 1' }).click();
    const dialog = page.getByRole('dialog');
    await expectPage(dialog).toContainText('10000 → 500');
    await dialog.getByRole('button', { name: 'Set them' }).click();
    await expectPage(dialog).toBeHidden();
    await expectPage(page.getByLabel('Welcome')).toHaveValue('500');
    await page.getByRole('link', { name: 'Treasury' }).click();
    const purse = page.getByRole('region', { name: 'Purse' });
    await purse.getByLabel('Grant Points to the treasury').fill('12.5');
    await purse.getByRole('button', { name: 'Grant' }).click();
    await dialog.getByLabel('What for?').fill('for the test');
    await dialog.getByRole('button', { name: 'Grant' }).click();
    await expectPage(purse).toContainText('12.50 of');
    await page.context().close();
  });

  test('who is no admin, or nobody, is shown nothing of the house', async () => {
    const { page } = await visit('/admin/users', { as: mia });
    await expectPage(page.getByText('Only admins keep house.')).toBeVisible();
    const { page: nobody } = await visit('/sell', {});
    await expectPage(nobody.getByText('Sign in to launch a rally')).toBeVisible();
    for (const one of [page, nobody]) await one.context().close();
  });
});
