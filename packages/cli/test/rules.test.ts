/** `rules adopt`, and what `verify` says of entries of a newer build: played by raising the engine's number. */
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type * as Engine from '@fairground/engine';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { openNode } from '../src/node.js';
import { cleanUp, folder, good, inside } from './cli.js';

const build = vi.hoisted(() => ({ rules: 1 }));

/** The module that holds the number, under the path by which the engine itself loads it. */
vi.mock('../../engine/src/rules.js', async (original) => {
  const { RETIRED, ENTRY_VERSION } = await original<typeof Engine>();
  return {
    RETIRED,
    ENTRY_VERSION,
    get RULES() {
      return build.rules;
    },
  };
});

afterEach(() => {
  build.rules = 1;
});
afterAll(cleanUp);

/** A directory with two accounts, made under rules 1. */
async function older(): Promise<Record<string, string>> {
  const data = join(folder(), 'data');
  // Nobody listens there: the commands open the directory themselves.
  const env = { FAIRGROUND_DATA: data, FAIRGROUND_URL: 'http://127.0.0.1:1' };
  await good(['user', 'create', 'ana', '--admin'], env);
  await good(['user', 'create', 'bob'], env);
  return env;
}

test('[C24] rules adopt goes through the running server, once, and says what is in force', async () => {
  const env = await older();
  build.rules = 2;
  const out = new PassThrough();
  const terminal = { out, err: out, env, signal: new AbortController().signal };
  const data = env['FAIRGROUND_DATA'] ?? '';
  const node = await openNode(terminal, { data, host: '127.0.0.1', port: 0, keepRules: true });
  try {
    expect(String(out.read())).toContain('This build knows rules 2; 1 are in force');
    expect(node.sequencer.world.rules).toBe(1);
    const there = { ...env, FAIRGROUND_URL: node.url };
    expect((await good(['rules', 'adopt'], there)).out).toBe('rules 2 are in force\n');
    expect(node.sequencer.world.rules).toBe(2);
    expect((await good(['rules', 'adopt'], there)).out).toBe(
      'the newest rules are in force already\n',
    );
    expect((await good(['rules', 'adopt', '--json'], there)).out).toBe('{}\n');
  } finally {
    await node.close();
  }
});

test('[C24] without a server rules adopt opens the directory itself', async () => {
  const env = await older();
  build.rules = 3;
  expect((await good(['rules', 'adopt'], env)).out).toBe('rules 3 are in force\n');
  expect((await good(['rules', 'adopt', '--json'], env)).out).toMatch(/"rules": ?3/);
  build.rules = 1;
  expect((await inside(['rules', 'adopt'], env)).err).toContain('rules 3: a newer build wrote it');
});

test('[C25] verify says how many entries it only folded, of which version, and why', async () => {
  const env = await older();
  const file = join(folder(), 'journal.ndjson');
  build.rules = 2;
  await good(['user', 'create', 'cid'], env);
  await good(['export', file], env);
  expect((await good(['verify', file])).out).not.toContain('folded');
  build.rules = 1;
  const { out } = await good(['verify', file]);
  expect(out).toContain('3 entries re-decided, 3 agree · 2 entries only folded · books sum to 0');
  expect(out).toContain('\n  not decided again: 2 entries of rules 2 (a newer build wrote it)\n');
  expect(JSON.parse((await good(['verify', file, '--json'])).out)).toMatchObject({
    redecided: 3,
    folded: 2,
    undecided: [{ version: 'rules 2', why: 'a newer build wrote it', entries: 2 }],
  });
});
