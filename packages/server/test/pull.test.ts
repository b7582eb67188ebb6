/** Facts from elsewhere: an endpoint that says how many there are by now, and markets that follow it. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Cup, cup, type CupOptions } from './pull-bench.js';
import type { Mood } from './match-server.js';

let at: Cup;
const begin = async (options: CupOptions = {}): Promise<Cup> => (at = await cup(options));
afterEach(() => at.end());

const score = (home: unknown, away: unknown, more: object = {}): void =>
  at.server.set('1', { goals: [home, away], status: '1H', ...more });
const f = (market: string): bigint => at.node.sequencer.world.markets.get(market)!.fundamental;
const facts = (market: string): string[] => [
  ...at.node.sequencer.world.markets.get(market)!.facts.keys(),
];

describe('[L1] cumulative counts become facts by difference', () => {
  test('from one to three is two goals; what is taken back was the newest; again is a new fact', async () => {
    await begin();
    score(1, 0);
    await at.pull();
    expect([at.standing('P-H1'), at.standing('P-A1')]).toEqual([1, 0]);
    score(3, 0);
    await at.pull();
    expect(at.standing('P-H1')).toBe(3);
    expect(f('P-H1')).toBe(11_500_000n);
    const ids = facts('P-H1');
    score(2, 0);
    await at.pull();
    await at.pull();
    expect(facts('P-H1')).toEqual([...ids, `${ids[2]}.u`]);
    score(3, 1);
    await at.pull();
    expect(at.standing('P-H1')).toBe(3);
    expect(facts('P-H1').at(-1)).toBe(`${ids[2]?.slice(0, -1)}4`);
    expect([f('P-H1'), f('P-A1')]).toEqual([11_500_000n, 10_500_000n]);
  });

  test('the same answer again is no news: no entry, and no row', async () => {
    await begin();
    score(2, 1);
    await at.pull();
    const { seq } = at.node.sequencer.world;
    const row = at.row('1');
    for (let i = 0; i < 5; i++) await at.pull();
    expect(at.node.sequencer.world.seq).toBe(seq);
    expect(at.row('1')).toBe(row);
  });

  test('a count without a word changes nothing; one without a market is only shown', async () => {
    const counts = [
      { count: 'home', path: 'goals.0', market: 'P-{home}', kind: 'goal' },
      { count: 'away', path: 'goals.1' },
    ];
    await begin({ mapping: { counts } });
    score(null, 4);
    await at.pull();
    expect(at.row('1')?.counts.map(({ value }) => value)).toEqual([0, 4]);
    expect([at.standing('P-H1'), at.standing('P-A1')]).toEqual([0, 0]);
  });

  test('a market that is a draft gets its facts once it is open; one that is over is told', async () => {
    await begin();
    const body = {
      id: 'P-H2',
      title: 'late',
      mechanism: 'curve',
      fundamental: '10',
      slope: '0.01',
      source: at.feed,
      fact_rules: [{ kind: 'goal', add: '0.5' }],
    };
    await at.must('POST', '/v1/markets', { key: at.ana.key, body });
    at.server.set('2', { goals: [2, 0], status: '1H' });
    await at.pull();
    expect(at.standing('P-H2')).toBe(0);
    await at.must('POST', '/v1/markets/P-H2/open', { key: at.ana.key });
    await at.pull();
    expect(at.standing('P-H2')).toBe(2);
    expect((await at.shown()).rejected.map(({ reason }) => reason)).toContain(
      'there is no market W-2',
    );
    const over = { key: at.ana.key, body: { reason: 'over' } };
    await at.must('POST', '/v1/markets/P-H2/cancel', over);
    at.server.set('2', { goals: [3, 0] });
    await at.pull();
    expect((await at.shown()).rejected[0]?.reason).toMatch(
      /^a fact for P-H2: it is (cancelled|refunded)$/,
    );
  });
});

describe('[L3] an answer of no use changes nothing, and is told', () => {
  const WORDS: readonly (readonly [Mood, string])[] = [
    ['error', 'answered 500'],
    ['moved', 'answered 302'],
    ['garbage', 'the body is not JSON'],
    ['not_utf8', 'the body is not UTF-8'],
    ['no_list', 'there is no list at "data.matches"'],
    ['huge', 'more than 1048576 bytes'],
    ['cut', 'ECONNRESET'],
  ];
  test.each(WORDS)('%s: %s', async (mood, word) => {
    await begin();
    score(2, 1);
    await at.pull();
    const { seq } = at.node.sequencer.world;
    const row = at.row('1');
    at.server.mood = mood;
    score(3, 1);
    expect(await at.pull()).toBe(false);
    expect(await at.pull()).toBe(false);
    expect(at.node.sequencer.world.seq).toBe(seq);
    expect(at.row('1')).toBe(row);
    expect((await at.shown()).error).toBe(word);
    expect(at.tools.alarms).toEqual([`The puller Cup: ${word}.`]);
    at.server.mood = 'well';
    expect(await at.pull()).toBe(true);
    expect((await at.shown()).error).toBeNull();
    expect(at.standing('P-H1')).toBe(3);
  });

  const REFUSED: readonly (readonly [Mood, string])[] = [
    ['empty', 'it was live, and is not in the list any more'],
    ['wrong_types', 'an unknown status at "status"'],
    ['twice', 'it is there twice, and says two things'],
    ['absurd', 'home rose by 88 at once'],
  ];
  test.each(REFUSED)('%s: %s', async (mood, reason) => {
    await begin();
    score(2, 1);
    await at.pull();
    const row = at.row('1');
    at.server.mood = mood;
    score(3, 1);
    for (let i = 0; i < 3; i++) expect(await at.pull()).toBe(true);
    expect(at.row('1')).toBe(row);
    await at
      .must('POST', `/v1/admin/pullers/${at.puller}/pull`, { key: at.ana.key })
      .catch(() => {});
    expect((await at.shown()).rejected).toMatchObject([{ item: '1', reason }]);
    expect(at.tools.alarms).toEqual([`The puller Cup did not take 1: ${reason}.`]);
  });

  test('one item that is wrong does not stop the others; the list of what was not taken is bounded', async () => {
    await begin();
    score(1, 0);
    for (let i = 100; i < 180; i++) at.server.set(String(i), { status: 'nonsense' });
    at.server.set('bad id', {});
    await at.pull();
    expect(at.standing('P-H1')).toBe(1);
    expect((await at.shown()).rejected.length).toBe(50);
  });
});

describe('[L4] what is not to be believed', () => {
  test('a jump waits for an admin’s word, and the word counts once', async () => {
    await begin();
    score(7, 0);
    await at.pull();
    expect(at.standing('P-H1')).toBe(0);
    await at.pull(true);
    expect(at.standing('P-H1')).toBe(7);
    score(1, 0);
    for (let i = 0; i < 4; i++) await at.pull();
    expect(at.standing('P-H1')).toBe(7);
    await at.pull(true);
    expect(at.standing('P-H1')).toBe(1);
  });

  test('what goes back counts once it was seen twice, one time after the other', async () => {
    await begin();
    score(2, 2);
    await at.pull();
    for (let i = 0; i < 4; i++) {
      score(1, 2);
      await at.pull();
      score(2, 2);
      await at.pull();
    }
    expect(at.standing('P-H1')).toBe(2);
    score(1, 2);
    await at.pull();
    // An answer that says nothing does not speak for it either.
    at.server.mood = 'error';
    await at.pull();
    at.server.mood = 'well';
    expect(at.standing('P-H1')).toBe(2);
    await at.pull();
    expect(at.standing('P-H1')).toBe(1);
  });

  test('a status that goes back is a count that goes back', async () => {
    await begin();
    score(0, 0);
    await at.pull();
    expect(at.stateOf('P-H1')).toBe('paused');
    score(0, 0, { status: 'NS' });
    await at.pull();
    expect(at.stateOf('P-H1')).toBe('paused');
    await at.pull();
    expect(at.stateOf('P-H1')).toBe('open');
  });
});

describe('[L6] the position is kept before anything is done', () => {
  test('a row that was kept, and nothing done of it, is carried out by the next pull', async () => {
    await begin();
    score(1, 0);
    await at.pull();
    const { vault } = at.node;
    const row = at.row('1')!;
    const facts = [...row.counts[0]!.facts, { at: row.at + 5, undone: false }];
    const counts = [{ ...row.counts[0]!, value: 2, facts }, row.counts[1]!];
    await vault.pulls.keepItem({ ...row, counts });
    at.server.mood = 'error';
    await at.pull();
    const told = at.node.sequencer.world.markets.get('P-H1')!.facts;
    expect([...told.values()].map(({ happenedAt }) => happenedAt)).toEqual(
      facts.map(({ at: seen }) => seen),
    );
    at.server.mood = 'well';
    score(2, 0);
    await at.pull();
    expect(at.standing('P-H1')).toBe(2);
  });

  test('rows that were lost are made up for by the journal: nothing is told twice', async () => {
    await begin();
    score(3, 1);
    await at.pull();
    score(2, 1);
    await at.pull();
    await at.pull();
    const { pulls } = at.node.vault;
    const { seq } = at.node.sequencer.world;
    const item = at.row('1')!;
    // As a vault says that was put back to before all of this.
    const empty = item.counts.map((count) => ({ ...count, value: 0, facts: [] }));
    await pulls.keepItem({ ...item, counts: empty, seq: 0 });
    await at.pull();
    expect(at.node.sequencer.world.seq).toBe(seq);
    expect(at.row('1')?.counts).toEqual(item.counts);
    expect(at.row('1')?.seq).toBe(item.seq);
  });
});
