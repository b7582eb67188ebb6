/** The same SDK in a real browser: its own fetch, socket and clock, and the proof made in the page. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as sdk from '@fairground/client';
import { chromium } from '@playwright/test';
import { build } from 'vite';
import { afterAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { folder } from './cli.js';
import { closeHomes, home } from './homes.js';

afterAll(closeHomes);

const CHROMIUM = '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const ENTRY = join(import.meta.dirname, '..', '..', 'client', 'src', 'index.ts');

/** A page that holds the SDK, which calls itself `sdk` there. */
async function pageDir(): Promise<string> {
  const outDir = folder();
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source'] },
    build: {
      outDir,
      lib: { entry: ENTRY, formats: ['iife'], name: 'sdk', fileName: () => 'sdk.js' },
    },
  });
  const html = '<!doctype html><title>SDK</title><script src="/sdk.js"></script>';
  writeFileSync(join(outDir, 'index.html'), html);
  return outDir;
}

/** What the page does; it can reach nothing of this file. */
async function play(key: string) {
  const { createClient, points } = (globalThis as unknown as { sdk: typeof sdk }).sdk;
  const fg = createClient({ url: location.origin, key });
  const seen: string[] = [];
  const heard = async (what: string): Promise<void> => {
    for (let n = 0; n < 500 && !seen.includes(what); n += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const live = fg.live(['market/M1'], ({ type, seq }) => void seen.push(`${type} ${seq}`), {
    onNotice: (notice) => void seen.push(notice.type),
  });
  await heard('live');
  const { seq } = await fg.buy({ market: 'M1', outcome: 'YES', spend: points('10') });
  await heard(`event ${seq}`);
  live.close();
  const { agrees, redecided, folded, head } = await fg.verify();
  return { seen, seq, agrees, redecided, folded, head };
}

describe.runIf(requiredOrSkip(existsSync(CHROMIUM), 'Chromium is not installed'))(
  'the SDK in a page',
  { timeout: 120_000 },
  () => {
    test('[C50] it trades, follows by the browser’s own socket, and proves the journal', async () => {
      const at = await home('a directory', { FAIRGROUND_WEB: await pageDir() });
      const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
      try {
        const page = await browser.newPage();
        await page.goto(at.url);
        const found = await page.evaluate(play, at.key);
        const { seq, hash } = await at.ana.head();
        expect(found).toEqual({
          seen: expect.arrayContaining(['live', `event ${seq}`]),
          seq,
          agrees: true,
          redecided: seq,
          folded: 0,
          head: { seq, hash },
        });
      } finally {
        await browser.close();
      }
    });
  },
);
