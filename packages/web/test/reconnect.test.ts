/** A page outlives its node: it says that it is offline, and goes on where it was, there or elsewhere. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, hasPostgres, Server } from '../../../scripts/postgres.js';
import { Proxy } from '../../../scripts/proxy.js';
import { requiredOrSkip } from '../../../scripts/required.js';
import { DESK, expectPage, hasChromium, openBrowser, visitor } from './chromium.js';
import { asking, type Fair, openFair, settle, startNode, tokenIn } from './fair.js';

const SECRET = 'a secret that only the nodes of this test know';
const RESTART_MS_MAX = 60_000;
const BUY = { market: 'P-ARG-10', side: 'buy', spend: '100' } as const;

const here = requiredOrSkip(hasChromium(), 'Chromium is not installed');

describe.runIf(here)('a node that restarts', () => {
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

  test(
    'is missed aloud, and its prices go on without a reload',
    async () => {
      const { page } = await visitor(browser, { viewport: DESK });
      await page.goto(fair.url);
      const price = page.locator('.row').filter({ hasText: 'Lionel Messi' }).locator('.price');
      await expectPage(price).toHaveText('30.00');
      await page.evaluate(() => document.body.setAttribute('data-mine', 'yes'));
      const restarted = fair.restart();
      await expectPage(page.getByText('Live', { exact: true })).toBeHidden();
      await restarted;
      await expectPage(page.getByText('Live', { exact: true })).toBeVisible();
      await fair.ask('/v1/orders', BUY, fair.playerKey);
      await expectPage(price).toHaveText('▲30.49');
      await expectPage(page.locator('body')).toHaveAttribute('data-mine', 'yes');
      await expectPage(page.getByText(/history was rewound/)).toHaveCount(0);
      await page.context().close();
    },
    RESTART_MS_MAX,
  );
});

describe.runIf(here && hasPostgres())('two nodes on one PostgreSQL', () => {
  const dir = mkdtempSync(join(tmpdir(), 'fairground-two-'));
  const ended: (() => Promise<unknown>)[] = [];

  afterAll(async () => {
    for (const end of ended.reverse()) await end();
    rmSync(dir, { recursive: true, force: true });
  });

  test('a page moves from one to the other, and both have the same hash', async () => {
    const postgres = await Server.start();
    ended.push(() => postgres.end());
    const database = postgres.url(await postgres.database());
    const proxy = await Proxy.to(0);
    ended.push(() => proxy.end());
    const origin = `http://127.0.0.1:${proxy.port}`;
    const nodeAt = async (name: string) => {
      const data = join(dir, name);
      const env = {
        DATABASE_URL: database,
        FAIRGROUND_NODE_URL: `http://127.0.0.1:${await freePort()}`,
        FAIRGROUND_CLUSTER_SECRET: SECRET,
        FAIRGROUND_ORIGINS: origin,
        FAIRGROUND_READ_MODEL: '0',
      };
      const node = await startNode({ data, env });
      ended.push(() => node.stop());
      return { ...node, ask: asking(node.url, tokenIn(data)) };
    };
    const one = await nodeAt('one');
    const two = await nodeAt('two');
    const { player } = await settle(one.ask);
    const browser = await openBrowser();
    ended.push(() => browser.close());
    proxy.turnTo(Number(new URL(one.url).port));
    const { page: tab } = await visitor(browser, { viewport: DESK });
    await tab.goto(origin);
    const price = tab.locator('.row').filter({ hasText: 'Lionel Messi' }).locator('.price');
    await expectPage(price).toHaveText('30.00');
    proxy.turnTo(Number(new URL(two.url).port));
    await two.ask('/v1/orders', BUY, String(player['key']));
    await expectPage(price).toHaveText('▲30.49');
    await expectPage(tab.getByText('Live', { exact: true })).toBeVisible();
    const { seq, hash } = (await (await fetch(`${one.url}/v1/head`)).json()) as {
      seq: number;
      hash: string;
    };
    await tab.goto(`${origin}/proof`);
    const card = tab.getByRole('region', { name: 'Two nodes at one entry' });
    await card.getByLabel('What the other says').fill(JSON.stringify({ seq, hash }));
    await card.getByRole('button', { name: 'Compare' }).click();
    await expectPage(card.getByRole('status')).toContainText('The same');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  }, 120_000);
});
