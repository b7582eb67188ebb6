/** The program as people run it: a process of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect } from 'vitest';
import { compiled } from '../../../scripts/programs.js';
import { layTables } from '../../../scripts/tables.js';
import { run as runInside } from '../src/run.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MAIN = compiled('packages/cli/src/main.ts');
/** As `npm run fairground` starts it: only so can it start what is never compiled. */
const SOURCE = ['--conditions=source', '--import', 'tsx', 'packages/cli/src/main.ts'];

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export interface Running {
  child: ChildProcessWithoutNullStreams;
  out: () => string;
  err: () => string;
  ended: Promise<Ended>;
  /** Waits until it has said this on either stream. */
  says: (what: string | RegExp) => Promise<void>;
}

export type Variables = Record<string, string>;

const children = new Set<ChildProcessWithoutNullStreams>();
const folders = new Set<string>();

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'fairground-cli-'));
  folders.add(path);
  return path;
}

/** Whatever a test left running or lying about. */
export function cleanUp(): void {
  for (const child of children) child.kill('SIGKILL');
  for (const path of folders) rmSync(path, { recursive: true, force: true });
  folders.clear();
}

export function start(
  args: readonly string[],
  variables: Variables = {},
  main: readonly string[] = MAIN,
): Running {
  const child = spawn(process.execPath, [...main, ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...variables },
  });
  children.add(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      children.delete(child);
      resolve({ code, out, err });
    });
  });
  const said = (what: string | RegExp) =>
    typeof what === 'string' ? (out + err).includes(what) : what.test(out + err);
  const says = (what: string | RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!said(what)) return;
        stop();
        resolve();
      };
      const gone = () => {
        stop();
        if (said(what)) resolve();
        else reject(new Error(`It ended without saying ${what}: ${out}${err}`));
      };
      const stop = () => {
        child.stdout.off('data', look);
        child.stderr.off('data', look);
        child.off('close', gone);
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.on('close', gone);
      look();
    });
  return { child, out: () => out, err: () => err, ended, says };
}

export const run = (args: readonly string[], variables: Variables = {}): Promise<Ended> =>
  start(args, variables).ended;

export const runFromSource = (args: readonly string[]): Promise<Ended> =>
  start(args, {}, SOURCE).ended;

/** Runs without a process of its own, and expects it to end well. */
export async function good(args: readonly string[], variables: Variables = {}): Promise<Ended> {
  const ended = await inside(args, variables);
  expect(ended, `${args.join(' ')}: ${ended.err}`).toMatchObject({ code: 0 });
  return ended;
}

/** Whoever tests tables says so; the others need not wait for them to be opened. */
export const NO_TABLES = { FAIRGROUND_READ_MODEL: '0' };
export const TABLES = { FAIRGROUND_READ_MODEL: '1' };

const HOLDS = { highWaterMark: 64 * 1024 * 1024 };
const read = (stream: PassThrough): string => String(stream.read() ?? '');

/** The same without a process, for what needs none: quicker by far. */
export async function inside(args: readonly string[], env: Variables = {}): Promise<Ended> {
  const out = new PassThrough(HOLDS);
  const err = new PassThrough(HOLDS);
  const signal = new AbortController().signal;
  const code = await runInside(args, { out, err, env: { ...NO_TABLES, ...env }, signal });
  return { code, out: read(out), err: read(err) };
}

export interface Server extends Running {
  url: string;
  data: string;
  /** For commands that talk to it. */
  variables: Variables;
}

export async function serve(
  data = join(folder(), 'data'),
  variables: Variables = {},
): Promise<Server> {
  const all: Variables = { ...NO_TABLES, ...variables };
  if (all['FAIRGROUND_READ_MODEL'] === '1' && all['DATABASE_URL'] === undefined)
    await layTables(data);
  const running = start(['start', '--port', '0', '--data', data], all);
  await running.says(/open at http:\S+\n/);
  const url = /open at (http:\S+)/.exec(running.out())![1]!;
  return { ...running, url, data, variables: { FAIRGROUND_URL: url, FAIRGROUND_DATA: data } };
}

/** Ends a server the way people do. */
export async function stop(server: Running): Promise<Ended> {
  server.child.kill('SIGINT');
  return server.ended;
}
