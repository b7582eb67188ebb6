// Long because every way to change a journal is tried on the same one.
import {
  type Entry,
  encodeBody,
  type Event,
  hashZero,
  micro,
  ONE,
  sealBody,
  stateHash,
  type Wish,
} from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { buy, draft, Played, REASON, spliced } from '../test/played.js';
import { nodeChain } from './recover.js';
import { verifyLines } from './verify.js';

const JOURNAL = '0123456789abcdef'.repeat(2);

/** A journal in which something of everything has happened. */
async function recorded(): Promise<Played> {
  const played = await Played.open();
  const done = (wish: Wish, by?: string) =>
    played.done({ wish, ...(by === undefined ? {} : { by }) });
  await done({ type: 'grant_role', account: 'bob', role: 'source' });
  const rules = [
    { kind: 'goal', add: ONE },
    { kind: 'card', add: -ONE },
  ];
  const terms = {
    mechanism: 'curve',
    source: 'bob',
    fundamental: 10n * ONE,
    slope: 25_000n,
    bps: 10,
    rules,
  } as const;
  await done({
    type: 'create_market',
    market: 'S1',
    sponsor: 'treasury',
    draft: { ...draft(), terms },
  });
  await done({ type: 'open', market: 'S1' });
  for (let n = 0; n < 4; n++) await done(buy(ONE * BigInt(n + 1)), 'ana');
  await done({ type: 'trade', market: 'S1', side: 'buy', spend: micro(50n * ONE) }, 'ana');
  const fact = (id: string, kind: string): Wish => ({
    type: 'record_fact',
    market: 'S1',
    fact: id,
    kind,
    happenedAt: 1,
  });
  await done(fact('f1', 'goal'), 'bob');
  await done(fact('f2', 'goal'), 'bob');
  await done(fact('f3', 'card'), 'bob');
  await done({ type: 'undo_fact', market: 'S1', fact: 'u1', undoes: 'f1' }, 'bob');
  await played.submit({ by: 'ana', wish: buy(10_000_000n * ONE), attempt: 2 });
  await done({ type: 'close', market: 'M1' });
  await done({
    type: 'resolve',
    market: 'M1',
    resolution: { payout: [1_000_000, 0] },
    reason: REASON,
  });
  await played.done({
    by: 'ana',
    wish: { type: 'trade', market: 'S1', side: 'buy', spend: micro(ONE) },
  });
  return played;
}

const verified = (lines: readonly string[], journalId = JOURNAL) =>
  verifyLines(
    lines.map((line) => `${line}\n`),
    { journalId },
  );

/** The journal with one entry changed and every hash after it made anew: only deciding again can tell. */
function forged(
  { entries, store }: Played,
  seq: number,
  change: (entry: Entry) => Entry | undefined,
): string[] {
  let previous = hashZero(store.id);
  let next = 1;
  return entries.flatMap((entry) => {
    const kept = entry.seq === seq ? change(entry) : entry;
    if (!kept) return [];
    const body = encodeBody({ ...kept, seq: next++ });
    previous = nodeChain(previous, body);
    return sealBody(body, previous);
  });
}

const seqOf = ({ entries }: Played, type: Wish['type'], nth = 0): number =>
  entries.filter(({ command }) => command.wish.type === type)[nth]!.seq;

describe('what is whole is proven', () => {
  test('[V1] every command is decided again, with no difference, to the same state', async () => {
    const played = await recorded();
    const proof = await verified(played.lines);
    const { seq, hash } = played.sequencer.head;
    expect(proof.differences).toEqual([]);
    expect(proof.head).toEqual({ seq, hash });
    expect([proof.entries, proof.redecided, proof.folded]).toEqual([seq, seq, 0]);
    expect(stateHash(proof.world)).toBe(stateHash(played.sequencer.world));
    expect(proof.invariants.filter(({ detail }) => detail !== undefined)).toEqual([]);
    expect(proof.invariants.length).toBeGreaterThan(5);
  });

  test('[V1] however the lines are cut into chunks', async () => {
    const { lines } = await recorded();
    const text = `${lines.join('\n')}\n`;
    const one = await verifyLines([text], { journalId: JOURNAL });
    const async = (async function* () {
      yield `${lines.slice(0, 5).join('\n')}\n`;
      yield `${lines.slice(5).join('\n')}\n`;
    })();
    const two = await verifyLines(async, { journalId: JOURNAL });
    expect([one.entries, two.entries]).toEqual([lines.length, lines.length]);
    expect([one.differences, two.differences]).toEqual([[], []]);
    expect((await verifyLines([], { journalId: JOURNAL })).head).toEqual({
      seq: 0,
      hash: hashZero(JOURNAL),
    });
  });

  test('[V2] facts are counted by kind', async () => {
    const { facts } = await verified((await recorded()).lines);
    expect([...facts]).toEqual([
      ['goal', { recorded: 2, undone: 1, raised: 2, lowered: 0 }],
      ['card', { recorded: 1, undone: 0, raised: 0, lowered: 1 }],
    ]);
  });

  test('[V3] it says how far it is, and at the end how many there were', async () => {
    const played = await Played.open();
    const orders = Array.from({ length: 4_100 }, () =>
      played.submit({ by: 'ana', wish: buy(ONE) }),
    );
    await Promise.all(orders);
    const told: number[] = [];
    const onProgress = (entries: number): void => void told.push(entries);
    await verifyLines([`${played.lines.join('\n')}\n`], { journalId: JOURNAL, onProgress });
    expect(told).toEqual([2_000, 4_000, 4_106]);
  });
});

describe('what was changed is found', () => {
  test.each([
    ['an amount', 'pays', (event: Event) => ({ ...event, pays: micro(ONE + 1n) })],
    ['a fee', 'fee', (event: Event) => ({ ...event, fee: micro(0n) })],
    ['a transfer', 'transfers', (event: Event) => ({ ...event, transfers: [] })],
    ['a player', 'player', (event: Event) => ({ ...event, player: 'bob' })],
  ])('[V4] %s in an event, though every hash was made anew', async (_name, key, change) => {
    const played = await recorded();
    const seq = seqOf(played, 'trade');
    const lines = forged(played, seq, (entry) => {
      const [event] = entry.events;
      expect(event).toHaveProperty(key);
      return { ...entry, events: [change(event!)] };
    });
    const [first] = (await verified(lines)).differences;
    expect(first).toEqual({ seq, what: 'trade would have other events' });
  });

  test('[V4] a command that asks for something else', async () => {
    const played = await recorded();
    const seq = seqOf(played, 'trade', 2);
    const lines = forged(played, seq, (entry) => ({
      ...entry,
      command: { ...entry.command, wish: buy(9n * ONE) },
    }));
    expect((await verified(lines)).differences[0]).toEqual({
      seq,
      what: 'trade would have other events',
    });
  });

  test('[V4] a command of somebody who may not', async () => {
    const played = await recorded();
    const seq = seqOf(played, 'close');
    const lines = forged(played, seq, (entry) => ({
      ...entry,
      command: { ...entry.command, by: 'ana' },
    }));
    expect((await verified(lines)).differences).toEqual([
      { seq, what: 'it would be refused: not_allowed' },
    ]);
  });

  test('[V4] a command that was done before', async () => {
    const played = await recorded();
    const seq = seqOf(played, 'trade', 1);
    const first = played.entries[seqOf(played, 'trade') - 1]!;
    const lines = forged(played, seq, (entry) => ({ ...entry, command: first.command }));
    expect((await verified(lines)).differences[0]).toEqual({
      seq,
      what: `it was done before, in ${first.seq}`,
    });
  });

  test('[V4] a refusal that should have been none, of another kind, or with something behind it', async () => {
    const played = await recorded();
    const refused: Event = { type: 'refused', code: 'closed' };
    const trade = seqOf(played, 'trade');
    const none = forged(played, trade, (entry) => ({ ...entry, events: [refused] }));
    expect((await verified(none)).differences[0]).toEqual({
      seq: trade,
      what: 'trade would have other events',
    });
    const { seq } = played.entries.find(({ events }) => events[0]?.type === 'refused')!;
    const other = forged(played, seq, (entry) => ({ ...entry, events: [refused] }));
    const what = 'it would be refused: insufficient_points';
    expect((await verified(other)).differences).toEqual([{ seq, what }]);
    const more = forged(played, seq, (entry) => {
      const gift = played.entries.find(({ command }) => command.wish.type === 'grant')!.events[0]!;
      return { ...entry, events: [...entry.events, gift] };
    });
    expect((await verified(more)).differences[0]).toEqual({ seq, what });
  });

  test('[V4] an entry left out and all later ones renumbered', async () => {
    const played = await recorded();
    const seq = seqOf(played, 'grant_role');
    const { differences } = await verified(forged(played, seq, () => undefined));
    expect(differences[0]!.seq).toBeGreaterThan(seq);
    expect(differences[0]!.what).toMatch(/would be refused: not_allowed/);
  });

  test('[V4] rules that were not in force', async () => {
    const played = await recorded();
    const seq = seqOf(played, 'trade');
    const lines = forged(played, seq, (entry) => ({ ...entry, rules: 0 }));
    expect((await verified(lines)).differences).toEqual([
      { seq, what: 'it says rules 0, but rules 1 are in force' },
    ]);
  });

  test('[V4] a time that runs backwards', async () => {
    const played = await recorded();
    const seq = seqOf(played, 'trade');
    const lines = forged(played, seq, (entry) => ({ ...entry, at: entry.at - 1 }));
    expect((await verified(lines)).differences).toEqual([
      { seq, what: expect.stringContaining('backwards') },
    ]);
  });

  test('[V5] a changed byte, an entry left out, two swapped, one twice: the chain breaks there', async () => {
    const { lines } = await recorded();
    const at = (seq: number): string => lines[seq - 1]!;
    const broken = [
      [
        9,
        'chain',
        spliced(lines, 8, 1, at(9).replace('"by":"ana"', '"by":"bob"').replace('system', 'bob')),
      ],
      [9, 'entry 10 stands in its place', lines.filter((_, n) => n !== 8)],
      [9, 'entry 10 stands in its place', spliced(lines, 8, 2, at(10), at(9))],
      [10, 'entry 9 stands in its place', spliced(lines, 9, 0, at(9))],
    ] as const;
    for (const [seq, what, changed] of broken) {
      const proof = await verified(changed);
      expect(proof.differences).toEqual([{ seq, what: expect.stringContaining(what) }]);
      expect([proof.entries, proof.head.hash]).toEqual([seq - 1, lines[seq - 2]!.slice(-66, -2)]);
    }
  });

  test('[V5] the journal of another exchange breaks at its first entry', async () => {
    const { lines } = await recorded();
    const proof = await verified(lines, 'f'.repeat(32));
    expect(proof.differences).toEqual([{ seq: 1, what: expect.stringContaining('chain') }]);
    expect(proof.entries).toBe(0);
  });

  test('[V5] a line that was cut off', async () => {
    const { lines } = await recorded();
    const last = lines.length;
    for (const keep of [0.2, 0.9, 0.999]) {
      const line = lines.at(-1)!;
      const cut = spliced(lines, last - 1, 1, line.slice(0, Math.floor(line.length * keep)));
      const proof = await verified(cut);
      expect(proof.differences).toEqual([{ seq: last, what: expect.stringContaining('no JSON') }]);
      expect(proof.head.seq).toBe(last - 1);
    }
  });

  test('[V5] an event of a type that nobody knows, and a line that is not in its one form', async () => {
    const played = await recorded();
    const rehashed = (seq: number, change: (body: string) => string): string[] => {
      let previous = hashZero(played.store.id);
      return played.lines.map((line, n) => {
        const body = n + 1 === seq ? change(line.slice(0, -75)) : line.slice(0, -75);
        previous = nodeChain(previous, body);
        return sealBody(body, previous);
      });
    };
    const seq = seqOf(played, 'trade');
    const alien = rehashed(seq, (body) => body.replace('"type":"traded"', '"type":"stolen"'));
    expect((await verified(alien)).differences).toEqual([
      { seq, what: expect.stringContaining('stolen is unknown') },
    ]);
    for (const change of [
      (body: string) => body.replace('"seq":', '"seq": '),
      (body: string) => body.replace('"v":1,', '"v":1,"note":"x",'),
      (body: string) => body.replace('"pays":"1', '"pays":"01'),
      (body: string) => body.replace('"by":"ana"', '"by":"an\\u0061"'),
    ]) {
      expect((await verified(rehashed(seq, change))).differences).toEqual([
        { seq, what: expect.stringContaining('one form') },
      ]);
    }
  });

  test('[V6] rules that are too new are folded, counted, and not said to be decided again', async () => {
    const played = await recorded();
    const last = played.lines.length;
    const lines = forged(played, last, (entry) => ({
      ...entry,
      command: { by: 'system', wish: { type: 'adopt_rules', rules: 2 } },
      events: [{ type: 'rules_adopted', rules: 2 }],
    }));
    const proof = await verified(lines);
    expect([proof.redecided, proof.folded, proof.entries]).toEqual([last - 1, 1, last]);
    expect(proof.differences).toEqual([]);
    expect(proof.undecided).toMatchObject([{ version: 'rules 2', entries: 1 }]);
  });
});
