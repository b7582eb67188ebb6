/** A bug in the engine: one command is lost, and of what vanished with its world nothing is ever told. */
import type * as Engine from '@fairground/engine';
import { afterEach, expect, test, vi } from 'vitest';
import { buy, type Fair, fair, memoryJournal, Watch, parse } from './bench.js';

const bugs = vi.hoisted(() => ({ isOn: false }));

vi.mock('@fairground/engine', async (original) => {
  const engine = await original<typeof Engine>();
  const fold: typeof engine.fold = (world, entry) => {
    engine.fold(world, entry);
    const { wish } = entry.command;
    if (bugs.isOn && wish.type === 'trade' && wish.spend === engine.micro(13_000_000n))
      throw new Error('a bug in fold');
  };
  return { ...engine, fold };
});

let at: Fair;
afterEach(() => at.node.close());

test('[N6][H19] one command is a fault, everybody else is served, and no vanished seq is told', async () => {
  const journal = memoryJournal();
  const alarms: string[] = [];
  at = await fair({ journal, onAlarm: (reason) => alarms.push(reason) });
  const watch = new Watch(at.node.url);
  await watch.watch(['market/M1', 'global']);
  await watch.until(() => watch.frames('state', 'global').length > 0);
  bugs.isOn = true;
  const hang = journal.hangNext('before');
  const order = (spend: string) =>
    at.call('POST', '/v1/orders', { key: at.bob.key, body: buy('M1', spend) });
  const first = order('1');
  await hang.reached;
  const second = order('2');
  const read = at.call('GET', '/v1/markets/M1');
  const poison = order('13');
  await new Promise((wait) => setTimeout(wait, 100));
  // While the world is rebuilt its half-changed state is shown to nobody.
  const during = await at.call('GET', '/v1/markets/M1');
  expect([during.status, during.json.error.code]).toEqual([503, 'rebuilding']);
  hang.release();
  expect((await poison).json.error).toMatchObject({
    code: 'fault',
    final: false,
    retryable: false,
  });
  expect([(await first).status, (await second).status]).toEqual([201, 201]);
  expect([200, 503]).toContain((await read).status);
  const last = await order('3');
  await watch.state('market/M1', last.json.seq);
  const events = watch.frames('event', 'market/M1').map((text) => parse(text));
  expect(events.map(({ data }) => data.pays)).toEqual(['1', '2', '3']);
  const tape = await at.must('GET', '/v1/markets/M1/trades');
  expect(tape.json.items.map(({ pays }) => pays)).toEqual(['3', '2', '1']);
  for (const { seq, hash } of events) {
    expect((await at.must('GET', `/v1/head?seq=${seq}`)).json.hash.slice(0, 8)).toBe(hash);
  }
  expect(alarms).toHaveLength(1);
  watch.close();
});
