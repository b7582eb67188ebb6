import { describe, expect, test } from 'vitest';
import { CURVE, d, draftOf, HASH, NOW } from '../test/trial.js';
import {
  type Chain,
  chain,
  type Command,
  decide,
  encodeBody,
  type Entry,
  type Event,
  fold,
  hashZero,
  payoutsDue,
  sealBody,
  SYSTEM,
  type Wish,
  createWorld,
  Verifier,
  micro,
  stateHash,
} from './index.js';

const JOURNAL = 'ab'.repeat(16);

/** Writes down what it decides, line by line. */
class Recorder {
  readonly world = createWorld();
  readonly entries: Entry[] = [];
  #hash = hashZero(JOURNAL);

  run(by: string, wish: Wish): this {
    const { seq } = this.world;
    const id = (seq + 1).toString(16).padStart(32, '0');
    return this.take({ by, id, validUntil: NOW + 60_000, wish });
  }

  take(command: Command): this {
    const decision = decide(this.world, command, NOW);
    if (decision.kind !== 'accepted') throw new Error(JSON.stringify(decision));
    return this.put(command, decision.events);
  }

  put(command: Command, events: readonly Event[]): this {
    const { seq, rules } = this.world;
    const body = { v: 1, seq: seq + 1, at: NOW, rules, command, events };
    const entry = { ...body, hash: chain(this.#hash, encodeBody(body)) };
    this.#hash = entry.hash;
    fold(this.world, entry);
    this.entries.push(entry);
    return this;
  }

  get lines(): string[] {
    return this.entries.map((entry) => sealBody(encodeBody(entry), entry.hash));
  }
}

function recorded(): Recorder {
  const recorder = new Recorder();
  recorder.run(SYSTEM, { type: 'open_account', account: 'ana' });
  recorder.run(SYSTEM, { type: 'open_account', account: 'feed' });
  recorder.run(SYSTEM, { type: 'grant_role', account: 'feed', role: 'source' });
  recorder.run(SYSTEM, { type: 'grant', to: 'treasury', amount: d('1000'), reason: HASH });
  recorder.run(SYSTEM, {
    type: 'create_market',
    market: 'S1',
    sponsor: 'treasury',
    draft: draftOf(CURVE),
  });
  recorder.run(SYSTEM, { type: 'open', market: 'S1' });
  recorder.run('ana', { type: 'trade', market: 'S1', side: 'buy', spend: d('100') });
  for (const [n, kind] of ['goal', 'goal', 'red_card', 'throw_in', 'goal'].entries()) {
    recorder.run('feed', {
      type: 'record_fact',
      market: 'S1',
      fact: `f${n}`,
      kind,
      happenedAt: NOW,
    });
  }
  recorder.run('feed', { type: 'undo_fact', market: 'S1', fact: 'u1', undoes: 'f1' });
  recorder.run('feed', { type: 'undo_fact', market: 'S1', fact: 'u2', undoes: 'f3' });
  const poor: Command = {
    by: 'ana',
    id: 'f'.repeat(32),
    validUntil: NOW + 1,
    wish: { type: 'trade', market: 'S1', side: 'buy', spend: d('1000000') },
  };
  recorder.put(poor, [{ type: 'refused', code: 'insufficient_points' }]);
  recorder.run(SYSTEM, { type: 'close', market: 'S1' });
  recorder.run(SYSTEM, { type: 'resolve', market: 'S1', reason: HASH });
  for (let [next] = payoutsDue(recorder.world); next; [next] = payoutsDue(recorder.world))
    recorder.take(next);
  return recorder;
}

function proofOf(lines: readonly string[], chained: Chain = chain) {
  const verifier = new Verifier(JOURNAL, chained);
  const taken = lines.filter((line) => verifier.add(line)).length;
  return { ...verifier.report(), taken };
}

/** The list with `count` of its items from `at` on replaced by others. */
const spliced = <T>(list: readonly T[], at: number, count: number, ...items: T[]): T[] => [
  ...list.slice(0, at),
  ...items,
  ...list.slice(at + count),
];

/** The same lines with one entry changed and all hashes made anew. */
function forged(entries: readonly Entry[], seq: number, change: (entry: Entry) => Entry): string[] {
  let hash = hashZero(JOURNAL);
  return entries.map((entry) => {
    const body = encodeBody(entry.seq === seq ? change(entry) : entry);
    hash = chain(hash, body);
    return sealBody(body, hash);
  });
}

describe('the verifier', () => {
  test('[Z1] decides a whole journal again, and comes to the same state and head', () => {
    const recorder = recorded();
    const proof = proofOf(recorder.lines);
    expect(proof.differences).toEqual([]);
    expect(proof.head).toEqual({
      seq: recorder.entries.length,
      hash: recorder.entries.at(-1)?.hash,
    });
    expect([proof.taken, proof.redecided, proof.folded]).toEqual([
      recorder.entries.length,
      recorder.entries.length,
      0,
    ]);
    expect(stateHash(proof.world)).toBe(stateHash(recorder.world));
    expect(proof.invariants.every(({ detail }) => detail === undefined)).toBe(true);
    expect(proofOf([])).toMatchObject({
      entries: 0,
      differences: [],
      head: { seq: 0, hash: hashZero(JOURNAL) },
    });
  });

  test('[Z2] counts facts by kind: recorded, undone, raised, lowered', () => {
    expect([...proofOf(recorded().lines).facts]).toEqual([
      ['goal', { recorded: 3, undone: 1, raised: 3, lowered: 0 }],
      ['red_card', { recorded: 1, undone: 0, raised: 0, lowered: 1 }],
      ['throw_in', { recorded: 1, undone: 1, raised: 0, lowered: 0 }],
    ]);
  });

  test('[Z3] every single event that is changed is named by its seq, with all hashes made anew', () => {
    const { entries } = recorded();
    for (const { seq, events } of entries) {
      const without = forged(entries, seq, (entry) => ({ ...entry, events: [] }));
      expect(proofOf(without).differences[0]?.seq, `none in ${seq}`).toBe(seq);
      const twice = forged(entries, seq, (entry) => ({ ...entry, events: [...events, ...events] }));
      expect(proofOf(twice).differences[0]?.seq, `twice in ${seq}`).toBe(seq);
      const refused = forged(entries, seq, (entry) => ({
        ...entry,
        events: [{ type: 'refused', code: 'closed' }],
      }));
      expect(proofOf(refused).differences[0]?.seq, `refused in ${seq}`).toBe(seq);
    }
  });

  test('[Z3] every transfer that is one unit larger is named by its seq', () => {
    const { entries } = recorded();
    let tried = 0;
    for (const { seq, events } of entries) {
      for (const [n, event] of events.entries()) {
        if (!('transfers' in event)) continue;
        for (const at of event.transfers.keys()) {
          const lines = forged(entries, seq, (entry) => {
            const transfers = event.transfers.map((one, m) => {
              return m === at ? { ...one, amount: micro(one.amount + 1n) } : one;
            });
            return { ...entry, events: spliced(entry.events, n, 1, { ...event, transfers }) };
          });
          expect(proofOf(lines).differences[0]?.seq, `${event.type} in ${seq}`).toBe(seq);
          tried++;
        }
      }
    }
    expect(tried).toBeGreaterThan(10);
  });

  test('[Z3] nothing may ride behind a refusal', () => {
    const { entries } = recorded();
    const { seq } = entries.find(({ events }) => events[0]?.type === 'refused')!;
    const gift: Event = {
      type: 'granted',
      by: 'system',
      to: 'ana',
      amount: micro(5n),
      reason: HASH,
      transfers: [{ from: 'mint', to: 'player:ana', asset: 'points', amount: micro(5n) }],
    };
    const lines = forged(entries, seq, (entry) => ({ ...entry, events: [...entry.events, gift] }));
    expect(proofOf(lines).differences).toContainEqual({
      seq,
      what: 'it would be refused: insufficient_points',
    });
  });

  test('[Z4] every byte that is changed breaks at its line, and the lines before it stay proven', () => {
    const { lines } = recorded();
    for (const [n, line] of lines.entries()) {
      for (let at = n % 7; at < line.length; at += 7) {
        const other = line[at] === '1' ? '2' : '1';
        const proof = proofOf(spliced(lines, n, 1, line.slice(0, at) + other + line.slice(at + 1)));
        expect([proof.differences.length, proof.differences[0]?.seq], `${n + 1}:${at}`).toEqual([
          1,
          n + 1,
        ]);
        expect([proof.taken, proof.entries, proof.head.hash]).toEqual([
          n,
          n,
          n === 0 ? hashZero(JOURNAL) : lines[n - 1]?.slice(-66, -2),
        ]);
      }
    }
  });

  test('[Z4] every line left out, twice or moved breaks there, and nothing after it is believed', () => {
    const { lines } = recorded();
    for (let n = 0; n < lines.length - 1; n++) {
      const [one = '', two = ''] = lines.slice(n, n + 2);
      for (const [seq, broken] of [
        [n + 1, spliced(lines, n, 1)],
        [n + 2, spliced(lines, n, 0, one)],
        [n + 1, spliced(lines, n, 2, two, one)],
      ] as const) {
        const proof = proofOf(broken);
        expect([proof.differences.length, proof.differences[0]?.seq, proof.entries]).toEqual([
          1,
          seq,
          seq - 1,
        ]);
      }
    }
  });

  test('[Z5] rules of a newer build are folded and counted from their adoption on, not decided', () => {
    const recorder = recorded();
    const before = recorder.entries.length;
    const wish = { type: 'adopt_rules', rules: 2 } as const;
    recorder.put({ by: SYSTEM, wish }, [{ type: 'rules_adopted', rules: 2 }]);
    recorder.run(SYSTEM, { type: 'open_account', account: 'bob' });
    recorder.run(SYSTEM, { type: 'open_account', account: 'cid' });
    const proof = proofOf(recorder.lines);
    expect(proof).toMatchObject({ differences: [], folded: 3, redecided: before });
    expect(proof.undecided).toEqual([
      { version: 'rules 2', why: 'a newer build wrote it', entries: 3 },
    ]);
    expect(stateHash(proof.world)).toBe(stateHash(recorder.world));
  });

  test('[Z6] a thousand differences are not a thousand sentences', () => {
    const recorder = new Recorder();
    for (let n = 0; n < 50; n++) recorder.run(SYSTEM, { type: 'open_account', account: `p${n}` });
    const { entries } = recorder;
    let hash = hashZero(JOURNAL);
    const lines = entries.map((entry) => {
      const events = entry.events.map((event) =>
        'transfers' in event ? { ...event, transfers: [] } : event,
      );
      const body = encodeBody({ ...entry, events });
      hash = chain(hash, body);
      return sealBody(body, hash);
    });
    const proof = proofOf(lines);
    expect(proof.differences).toHaveLength(20);
    expect(proof.entries).toBe(50);
  });

  test('[Z7] says when the books do not balance, whoever moved them', () => {
    const recorder = recorded();
    const { entries } = recorder;
    // Nobody decided this: a grant from an account that may not owe.
    const seq = 4;
    const lines = forged(entries, seq, (entry) => {
      const [event] = entry.events;
      if (event?.type !== 'granted') throw new Error('entry 4 is the grant');
      const transfers = event.transfers.map((one) => ({ ...one, from: 'escrow:S1' as const }));
      return { ...entry, events: [{ ...event, transfers }] };
    });
    const proof = proofOf(lines);
    expect(proof.differences[0]?.seq).toBe(seq);
    expect(proof.invariants.some(({ detail }) => detail !== undefined)).toBe(true);
  });
});
