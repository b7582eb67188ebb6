/** The proof where it is needed: `verify` in Chromium, on the proof page, against the same in Node. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from '@playwright/test';
import { build } from 'vite';
import { createClient } from '@fairground/client';
import { nodeChain } from '@fairground/journal';
import { JOURNAL_MADE, makeJournal } from './made-journal.js';
import { NO_LIMITS } from './node-process.js';
import { machine, race, type Report, type Size } from './report.js';

const ENTRIES_OF: Readonly<Record<Size, number>> = { short: 30_000, full: 100_000 };
const ROUNDS_OF: Readonly<Record<Size, number>> = { short: 1, full: 2 };
const AIM = 0.5;
const CHROMIUM = '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const VERIFY_MS_MAX = 600_000;
const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const WEB = path.join(ROOT, 'packages/web');
const MAIN = path.join(ROOT, 'packages/server/src/main.ts');

export async function benchBrowser(size: Size): Promise<Report> {
  const entries = ENTRIES_OF[size];
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-bench-'));
  let node: Serving | undefined;
  let browser: Browser | undefined;
  try {
    fs.mkdirSync(path.join(dir, 'journal'));
    const { bytes } = await makeJournal(path.join(dir, 'journal'), entries);
    await buildPages(dir);
    node = await serve(dir);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    const page = await browser.newPage();
    await page.goto(`${node.url}/proof`);
    return await measure({ url: node.url, page, entries, bytes, rounds: ROUNDS_OF[size] });
  } finally {
    await browser?.close();
    await node?.end();
    fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Scene {
  readonly url: string;
  readonly page: Page;
  readonly entries: number;
  readonly bytes: number;
  readonly rounds: number;
}

async function measure(scene: Scene): Promise<Report> {
  const { page, entries, bytes, rounds } = scene;
  const [native = 0, plain = 0, chrome = 0] = await race(
    rounds,
    () => inNode(scene, 'own'),
    () => inNode(scene, 'engine'),
    () => inChromium(page, entries),
  );
  const version = page.context().browser()?.version() ?? 'unknown';
  const row = { what: 'verify in Chromium', rate: chrome } as const;
  const rows = [
    { ...row, baseline: 'the same in Node, with its own SHA-256', baselineRate: native, aim: AIM },
    { ...row, baseline: 'the same in Node, line for line', baselineRate: plain },
  ];
  const conditions = [
    `${machine()}, Chromium ${version}`,
    `${entries} entries of cpmm trades by ${JOURNAL_MADE.players} players on one hot market,`,
    `${Math.round(bytes / 2 ** 20)} MiB, read from a node on the same machine over HTTP; median of ${rounds};`,
    'reached: entries by the time until the page says that all agree, in a worker, its progress drawn',
  ];
  return { name: 'browser', conditions, rows };
}

/** A platform's own SHA-256, or the engine's, which every platform has. */
type Chain = 'own' | 'engine';

async function inNode({ url, entries }: Scene, hashing: Chain): Promise<number> {
  const client = createClient({ url });
  const start = performance.now();
  const found = await client.verify(hashing === 'own' ? { chain: nodeChain } : {});
  if (!found.agrees || found.entries < entries) {
    throw new Error('the journal does not verify in Node');
  }
  return (found.entries / (performance.now() - start)) * 1_000;
}

async function inChromium(page: Page, entries: number): Promise<number> {
  await page.reload();
  const begin = page.getByRole('button', { name: 'Verify', exact: true });
  await begin.waitFor();
  const start = performance.now();
  await begin.click();
  await page.getByText(/^All agree/).waitFor({ timeout: VERIFY_MS_MAX });
  return (entries / (performance.now() - start)) * 1_000;
}

const pagesIn = (dir: string): string => path.join(dir, 'pages');

/** As they stand in the checkout. */
async function buildPages(dir: string): Promise<void> {
  await build({
    root: WEB,
    configFile: path.join(WEB, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: pagesIn(dir), emptyOutDir: true },
  });
}

interface Serving {
  readonly url: string;
  end(): Promise<void>;
}

/** A node of its own, on that journal. */
async function serve(dir: string): Promise<Serving> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', MAIN],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...NO_LIMITS,
        FAIRGROUND_DATA: dir,
        FAIRGROUND_WEB: pagesIn(dir),
        FAIRGROUND_LOG: 'silent',
        // The made entries are from another day.
        FAIRGROUND_ACCEPT_CLOCK: '1',
        FAIRGROUND_READ_MODEL: '0',
        FAIRGROUND_RATE_JOURNAL_BYTES: '0',
        PORT: '0',
      },
    },
  );
  const gone = once(child, 'exit');
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
  };
  let said = '';
  for await (const bytes of child.stdout ?? []) {
    said += String(bytes);
    if (said.includes('\n')) break;
  }
  const url = /http:\S+/.exec(said)?.[0];
  if (url !== undefined) return { url, end };
  await end();
  throw new Error('the node did not start');
}
