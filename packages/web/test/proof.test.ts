/** The proof in the browser: what agrees is said to agree, and one changed byte is found. */
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { DESK, expectPage, hasChromium, openBrowser, PHONE, visitor } from './chromium.js';
import { type Fair, openFair } from './fair.js';

describe.runIf(requiredOrSkip(hasChromium(), 'Chromium is not installed'))('the proof', () => {
  let fair: Fair;
  let browser: Browser;

  beforeAll(async () => {
    fair = await openFair();
    browser = await openBrowser();
    for (let n = 0; n < 5; n++) {
      const order = { market: 'M-001', side: 'buy', outcome: 'YES', spend: String(10 + n) };
      await fair.ask('/v1/orders', order, fair.playerKey);
    }
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await fair?.close();
  });

  const head = async (): Promise<{ seq: number; hash: string }> =>
    (await (await fetch(`${fair.url}/v1/head`)).json()) as { seq: number; hash: string };

  const verify = (page: Page): Promise<void> =>
    page.getByRole('button', { name: /^Verify/ }).click();

  test('all entries are decided again here, and the head is the node’s', async () => {
    const { page, complaints } = await visitor(browser, { viewport: PHONE });
    await page.goto(`${fair.url}/proof`);
    await verify(page);
    const card = page.getByRole('region', { name: 'Verify it all in this browser' });
    const { seq, hash } = await head();
    await expectPage(card.getByText(/^All agree/)).toContainText(`${seq} entries decided again`);
    await expectPage(card).toContainText(`Only folded0`);
    await expectPage(card).toContainText(hash);
    await expectPage(card).toContainText('the same');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('one changed byte is found, and named by its entry', async () => {
    const { page } = await visitor(browser, { viewport: PHONE });
    await page.context().route('**/v1/journal?**', async (route) => {
      const answer = await route.fetch();
      const lines = (await answer.text()).split('\n');
      const at = lines.findIndex((line) => line.includes('"traded"'));
      const traded = lines[at] ?? '';
      lines[at] = traded.replace(/"spend":"1/, '"spend":"2');
      expect(lines[at]).not.toBe(traded);
      await route.fulfill({ response: answer, body: lines.join('\n') });
    });
    await page.goto(`${fair.url}/proof`);
    await verify(page);
    const card = page.getByRole('region', { name: 'Verify it all in this browser' });
    await expectPage(card.getByText(/does not agree/)).toBeVisible();
    await expectPage(card.getByText(/its hash does not continue the chain/)).toBeVisible();
    await page.context().close();
  });

  test('it can be cancelled, and shows how far it is', async () => {
    const { page } = await visitor(browser, { viewport: PHONE });
    let answer: () => void = () => undefined;
    const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
    await page.context().route('**/v1/journal?**', async (route) => {
      await mayAnswer;
      await route.continue().catch(() => undefined);
    });
    await page.goto(`${fair.url}/proof`);
    await verify(page);
    await expectPage(page.getByRole('progressbar', { name: 'How much is verified' })).toBeVisible();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expectPage(page.getByRole('progressbar')).toHaveCount(0);
    await expectPage(page.getByRole('button', { name: 'Verify', exact: true })).toBeVisible();
    answer();
    await page.context().close();
  });

  test('the last head is kept, and missed where it is gone', async () => {
    const { page } = await visitor(browser, { viewport: DESK });
    await page.goto(`${fair.url}/proof`);
    await expectPage(page.getByText(/^This browser keeps the head/)).toBeVisible();
    await expect
      .poll(() => page.evaluate(() => localStorage.getItem('fairground.head')))
      .not.toBeNull();
    await page.reload();
    await expectPage(page.getByText(/the journal still contains it/)).toBeVisible();
    await page.evaluate(() => {
      const kept = JSON.parse(localStorage.getItem('fairground.head') ?? '{}') as object;
      localStorage.setItem('fairground.head', JSON.stringify({ ...kept, hash: 'f'.repeat(64) }));
    });
    await page.reload();
    await expectPage(page.getByText(/it is gone: the history was rewound/)).toBeVisible();
    await verify(page);
    await expectPage(page.getByText(/had the hash ffffffff/)).toBeVisible();
    await page.getByRole('button', { name: 'Take this one from now on' }).click();
    await page.reload();
    await expectPage(page.getByText(/the journal still contains it/)).toBeVisible();
    await page.context().close();
  });

  test('two nodes at one entry: what another says is the same, different or ahead', async () => {
    const { page, complaints } = await visitor(browser, { viewport: PHONE });
    await page.goto(`${fair.url}/proof`);
    const { seq, hash } = await head();
    const card = page.getByRole('region', { name: 'Two nodes at one entry' });
    const said = card.getByLabel('What the other says');
    const compare = card.getByRole('button', { name: 'Compare' });
    await said.fill(`${seq}.${hash.slice(0, 8)}`);
    await compare.click();
    await expectPage(card.getByRole('status')).toContainText('The same');
    const other = hash.startsWith('0') ? '1' : '0';
    await said.fill(JSON.stringify({ seq, hash: `${other}${hash.slice(1)}` }));
    await compare.click();
    await expectPage(card.getByRole('status')).toContainText('Different');
    await said.fill('nonsense');
    await compare.click();
    await expectPage(said).toHaveAccessibleDescription(/neither a head/);
    expect(complaints).toEqual([]);
    await said.fill(`${seq + 1_000}.${hash.slice(0, 8)}`);
    await compare.click();
    await expectPage(card.getByRole('alert')).toContainText('has no entry');
    await card.getByLabel('Address of the other node').fill('fair.example');
    await expectPage(card.getByRole('link')).toHaveAttribute(
      'href',
      `https://fair.example/v1/head?seq=${seq}`,
    );
    await page.context().close();
  });
});
