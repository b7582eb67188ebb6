/** A newer build on an older journal: played by raising the number of rules that the engine knows. */
import type * as Engine from '@fairground/engine';
import { afterEach, expect, test, vi } from 'vitest';
import { buy, fair, type Stage, stage } from './bench.js';

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

const adopt = (at: Stage, key: string, body: object = {}) =>
  at.call('POST', '/v1/admin/adopt-rules', { key, body });
const inForce = (at: Stage): number => at.node.sequencer.world.rules;

test('[N9] a newer build that keeps the rules can be rolled back; adopting them cannot be taken back', async () => {
  const env = { FAIRGROUND_KEEP_RULES: '1' };
  const first = await fair({ env });
  await first.node.close();
  const { dir, ana, bob } = first;

  build.rules = 2;
  const heard: string[] = [];
  const newer = await stage({ dir, env, onAlarm: (reason) => void heard.push(reason) });
  expect([inForce(newer), heard.filter((one) => one.includes('rules adopt'))]).toMatchObject([
    1,
    [expect.stringContaining('This build knows rules 2; 1 are in force')],
  ]);
  await newer.must('POST', '/v1/orders', { key: bob.key, body: buy('M1', '1') });
  await newer.node.close();

  build.rules = 1;
  const back = await stage({ dir, env });
  await back.must('POST', '/v1/orders', { key: bob.key, body: buy('M1', '2') });
  await back.node.close();

  build.rules = 2;
  const again = await stage({ dir, env });
  const adopted = await adopt(again, ana.key);
  expect([adopted.status, adopted.text]).toEqual([
    200,
    `{"rules":2,"seq":${again.node.sequencer.head.seq}}`,
  ]);
  expect(inForce(again)).toBe(2);
  await again.must('POST', '/v1/orders', { key: bob.key, body: buy('M1', '3') });
  const lines = (await again.call('GET', '/v1/journal')).text.trim().split('\n');
  expect(lines.slice(-2).map((line) => /"rules":(\d)/.exec(line)?.[1])).toEqual(['1', '2']);
  await again.node.close();

  build.rules = 1;
  await expect(stage({ dir, env })).rejects.toThrow(/rules 2: a newer build wrote it/);
  build.rules = 2;
  const forward = await stage({ dir, env });
  expect(inForce(forward)).toBe(2);
  await forward.node.close();
});

test('[N9] unless it is told to keep them, a node adopts its rules at its first start, in one entry', async () => {
  const first = await fair();
  const { seq } = first.node.sequencer.head;
  await first.node.close();
  build.rules = 3;
  for (const times of [1, 2]) {
    const heard: string[] = [];
    const newer = await stage({ dir: first.dir, onAlarm: (reason) => void heard.push(reason) });
    expect([inForce(newer), newer.node.sequencer.head.seq], `start ${times}`).toEqual([3, seq + 1]);
    expect(heard.filter((one) => one.includes('rules'))).toEqual([]);
    await newer.node.close();
  }
});

test('[H24] only an admin adopts rules, only those that the build knows, and only once', async () => {
  const at = await fair({ env: { FAIRGROUND_KEEP_RULES: '1' } });
  build.rules = 3;
  const codes = [
    await adopt(at, at.bob.key),
    await adopt(at, at.ana.key, { rules: 4 }),
    await adopt(at, at.ana.key, { rules: 1 }),
    await adopt(at, at.ana.key, { rules: '2' }),
    await adopt(at, at.ana.key, { rules: 2, now: true }),
  ].map(({ status, json }) => [status, json.error.code]);
  expect(codes).toEqual([
    [403, 'scope_missing'],
    [422, 'malformed'],
    [409, 'already_so'],
    [400, 'bad_request'],
    [400, 'bad_request'],
  ]);
  expect((await adopt(at, at.ana.key, { rules: 2 })).json).toMatchObject({ rules: 2 });
  expect((await adopt(at, at.token)).json).toMatchObject({ rules: 3 });
  expect((await adopt(at, at.token)).json.error.code).toBe('already_so');
  await at.node.close();
});
