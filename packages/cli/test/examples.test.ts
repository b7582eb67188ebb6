/** What stands in examples/ and in docs/sdk.md, as its readers run it. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { points } from '@fairground/client';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';
import { folder } from './cli.js';
import { closeHomes, home, startAt, stopNode } from './homes.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const BOT = join(ROOT, 'examples', 'bot.ts');
const children = new Set<() => void>();

afterAll(async () => {
  for (const kill of children) kill();
  await closeHomes();
});

interface Program {
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<number | null>;
  stop(): void;
}

function programOf(path: string, env: Record<string, string>): Program {
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', path], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  const kill = () => void child.kill('SIGKILL');
  children.add(kill);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      children.delete(kill);
      resolve(code);
    });
  });
  return { out: () => out, err: () => err, ended, stop: () => void child.kill('SIGINT') };
}

const LONG = { timeout: 45_000, interval: 50 };

test('[C53] the bot trades toward its estimate, lives through a restart, and stops when asked to', {
  timeout: 120_000,
}, async () => {
  expect(readFileSync(BOT, 'utf8').trimEnd().split('\n').length).toBeLessThan(60);
  const at = await home('a directory');
  const { key } = await at.node.signUp({ handle: 'robot' });
  const bot = programOf(BOT, { FAIRGROUND_URL: at.url, FAIRGROUND_KEY: key });
  await expect.poll(bot.out, LONG).toContain('feed: live');
  const trades = async () => (await at.ana.markets.trades('M1', { limit: 100 })).items;
  const robots = async () => (await trades()).filter(({ account }) => account !== ana);
  const { account: ana } = await at.ana.me();
  const price = async () => (await at.ana.markets.get('M1')).price ?? 0n;
  // Far up: the bot buys the other side until it is no longer worth it.
  await at.ana.buy({ market: 'M1', outcome: 'YES', spend: points('25') });
  const moved = await price();
  await expect.poll(async () => (await robots()).length, LONG).toBeGreaterThan(0);
  expect((await robots()).every(({ outcome }) => outcome === 'NO')).toBe(true);
  expect(await price()).toBeLessThan(moved);
  await stopNode(at.node);
  await expect.poll(bot.out, LONG).toContain('feed: cut');
  await startAt(at.data, at.variables, new URL(at.url).port);
  await expect.poll(() => bot.out().match(/feed: live/g)?.length, LONG).toBe(2);
  const before = (await robots()).length;
  await at.ana.buy({ market: 'M1', outcome: 'NO', spend: points('40') });
  await expect.poll(async () => (await robots()).length, LONG).toBeGreaterThan(before);
  expect((await robots())[0]).toMatchObject({ outcome: 'YES' });
  bot.stop();
  expect(await bot.ended).toBe(0);
  expect(bot.err()).toBe('');
});

/** Beside the packages, so that their names lead somewhere. */
const SCRATCH = join(ROOT, 'node_modules', '.cache', 'sdk-page');

/** The page’s TypeScript, as one program. */
function programOfPage(): string {
  const page = readFileSync(join(ROOT, 'docs', 'sdk.md'), 'utf8');
  const blocks = [...page.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code ?? '');
  expect(blocks.length).toBeGreaterThan(7);
  mkdirSync(SCRATCH, { recursive: true });
  const file = join(SCRATCH, `page-${process.pid}.mts`);
  writeFileSync(file, blocks.join('\n'));
  return file;
}

function complaintsOf(file: string): readonly string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);
  const program = ts.createProgram([file], options);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('[C54] the code of docs/sdk.md is well typed and does what its comments say', {
  timeout: 120_000,
}, async () => {
  const file = programOfPage();
  expect(complaintsOf(file)).toEqual([]);
  const at = await home('a directory');
  const page = programOf(file, {
    FAIRGROUND_URL: at.url,
    FAIRGROUND_KEY: at.key,
    HEAD_FILE: join(folder(), 'head.txt'),
  });
  const code = await page.ended;
  rmSync(file);
  expect({ code, err: page.err() }).toEqual({ code: 0, err: '' });
  const says = page.out();
  for (const word of ['12500000n', 'too dear now', 'true true', 'done', 'state market/M1'])
    expect(says).toContain(word);
  expect(says).toMatch(/^\d+ of \d+\ntrue \d+ 0 [0-9a-f]{64}\ntrue\n$/m);
});
