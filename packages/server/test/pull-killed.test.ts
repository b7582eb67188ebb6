/** A node that is killed in the middle of what a puller does, again and again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { stage } from './bench.js';
import { until } from './nodes.js';
import { endAll, run } from './processes.js';
import { cup } from './pull-bench.js';

const KILLS = 12;

afterAll(endAll);

test('[L5] killed twelve times while it tells goals: none is lost and none is told twice', async () => {
  const counts = ['home', 'away'].map((count, i) => {
    // Whoever is killed before he has kept an answer sees more the next time.
    return { count, path: `goals.${i}`, market: `P-{${count}}`, kind: 'goal', rise_max: 99 };
  });
  const at = await cup({ mapping: { counts } });
  const { server, dir } = at;
  const truth: [number, number] = [0, 0];
  const show = (): void =>
    server.set('1', { goals: [...truth], status: '1H', minute: server.calls.length });
  show();
  await at.must('PATCH', `/v1/admin/pullers/${at.puller}`, {
    key: at.ana.key,
    body: { on: true, every_s: 1 },
  });
  await at.node.close();
  // Each answer has news, so each pull has something to keep and to tell when it is cut off.
  server.onCall = () => {
    if (truth[0] < 60) truth[0] += 3;
    if (server.calls.length % 3 === 0) truth[1]++;
    show();
  };
  const env = { FAIRGROUND_WEBHOOKS_LOCAL: '1' };
  for (let i = 0; i < KILLS; i++) {
    const node = await run(undefined, '', { dir, env });
    const calls = server.calls.length;
    await until(() => server.calls.length > calls || node.exit !== undefined);
    // From before anything is kept to after all of it is told.
    await sleep(i * 4);
    await node.kill('SIGKILL');
    expect(node.alarms.filter((word) => !/not signed|listens/.test(word))).toEqual([]);
  }
  server.onCall = () => {};
  // What was shown last, with a goal taken back.
  truth[0] -= 1;
  show();
  const again = await stage({ dir, env, onAlarm: () => {} });
  const facts = (market: string) => [
    ...again.node.sequencer.world.markets.get(market)!.facts.values(),
  ];
  const standing = (market: string): number =>
    facts(market).filter(({ undoes, undoneBy }) => !undoes && !undoneBy).length;
  const shown = (): number[] => [standing('P-H1'), standing('P-A1')];
  await expect.poll(shown, { timeout: 60_000 }).toEqual(truth);
  for (const [market, count] of [
    ['P-H1', truth[0]],
    ['P-A1', truth[1]],
  ] as const) {
    const told = facts(market).filter(({ undoes }) => !undoes);
    const numbers = told.map(({ fact }) => Number(fact.split('.').at(-1)));
    expect(numbers).toEqual(told.map((_, n) => n + 1));
    const { fundamental } = again.node.sequencer.world.markets.get(market)!;
    expect(fundamental).toBe(10_000_000n + 500_000n * BigInt(count));
  }
  expect(facts('P-H1').filter(({ undoes }) => undoes).length).toBe(1);
  expect(server.calls.length).toBeGreaterThanOrEqual(KILLS);
  await again.node.close();
  await server.close();
}, 180_000);
