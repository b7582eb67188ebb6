/** The memory of command ids against a naive one that keeps a list. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommandIds, type Digest, digestOf } from '../src/ids.js';

interface Remembered {
  readonly id: string;
  readonly digest: Digest;
  readonly seq: number;
  readonly until: number;
}

/** What the law says, with no thought for speed. */
class Naive {
  list: Remembered[] = [];
  forgottenUntil = 0;
  readonly keep: number;
  readonly most: number;

  constructor(keep: number, most: number) {
    this.keep = keep;
    this.most = most;
  }

  add(record: Remembered): void {
    this.list.push(record);
  }

  forget(at: number): void {
    while (this.list.length > this.keep && (this.list[0]?.until ?? at) < at) this.list.shift();
    if (this.list.length <= this.most) return;
    const old = this.list.length - this.keep;
    const untils = this.list
      .slice(0, old)
      .map(({ until }) => until)
      .sort((a, b) => a - b);
    const last = untils[Math.floor(old / 8)] ?? 0;
    this.list = this.list.filter(({ until }, n) => n >= old || until > last);
    this.forgottenUntil = Math.max(this.forgottenUntil, last);
  }
}

/** Ids whose first word is drawn from a few, so that searches run into each other. */
const crowdedId = fc
  .tuple(
    fc.constantFrom('00000000', '000007ff', '00000001', 'ffffffff', '000007fe', '00000800'),
    fc.nat(0xffff),
  )
  .map(([first, rest]) => `${first}${rest.toString(16).padStart(24, '0')}`);

const steps = fc.array(
  fc.record({ id: crowdedId, ahead: fc.integer({ min: -5, max: 60 }), later: fc.nat(6) }),
  { minLength: 1, maxLength: 400 },
);

const bounds = fc.constantFrom([1, 2], [3, 20], [8, 20], [8, 9], [50, 100]) as fc.Arbitrary<
  [number, number]
>;

/** Runs both, and compares all of what they remember after each step. */
function runBoth(
  list: readonly { id: string; ahead: number; later: number }[],
  keep: number,
  most: number,
) {
  const ids = new CommandIds(keep, most);
  const naive = new Naive(keep, most);
  const ever: Remembered[] = [];
  let at = 1_000;
  list.forEach(({ id, ahead, later }, n) => {
    at += later;
    expect(ids.get(id) !== undefined).toBe(naive.list.some((one) => one.id === id));
    if (ids.get(id)) return;
    const record = { id, digest: digestOf(`${n}`), seq: n + 1, until: at + ahead };
    ids.add(record.id, record.digest, record.seq, record.until);
    ids.forget(at);
    naive.add(record);
    naive.forget(at);
    ever.push(record);
    checkLaw(ids, ever, at, keep, most);
  });
  return { ids, naive };
}

/** The law in words, of whatever remembers. */
function checkLaw(
  ids: CommandIds,
  ever: readonly Remembered[],
  at: number,
  keep: number,
  most: number,
): void {
  expect(ids.size).toBeLessThanOrEqual(most);
  for (const one of ever.slice(-keep)) expect(ids.get(one.id)?.seq).toBe(one.seq);
  for (const { id, seq } of ever) if (seq >= ids.wholeFrom) expect(ids.get(id)?.seq).toBe(seq);
  // No later than it must be.
  expect(ids.wholeFrom).toBe(ever.length < keep ? 0 : ever.at(-keep)?.seq);
  for (const one of ever) {
    const isGone = ids.get(one.id) === undefined;
    if (isGone) expect(one.until < at || one.until <= ids.forgottenUntil).toBe(true);
  }
}

describe('command ids', () => {
  test('[I8] it remembers the last ones in any case and all others until they expire, like a list', () => {
    fc.assert(
      fc.property(steps, bounds, (list, [keep, most]) => {
        const { ids, naive } = runBoth(list, keep, most);
        expect(ids.forgottenUntil).toBe(naive.forgottenUntil);
        expect([...ids.all()]).toEqual(
          naive.list.map(({ id, digest, seq, until }) => [id, digest, seq, until]),
        );
        for (const { id, seq, digest } of naive.list) expect(ids.get(id)).toEqual({ seq, digest });
      }),
      { numRuns: 150 },
    );
  });

  test('[I9] over the cap the earliest to expire of the older ones go, and what was forgotten counts as expired', () => {
    const ids = new CommandIds(2, 10);
    const id = (n: number) => n.toString(16).padStart(32, '0');
    // The newest expire first: the last two are kept all the same.
    for (let n = 1; n <= 11; n++) {
      ids.add(id(n), digestOf(''), n, 1_000 - n);
      ids.forget(1);
    }
    expect([...ids.all()].map(([, , seq]) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 10, 11]);
    expect(ids.forgottenUntil).toBe(992);
  });

  test('[I9] ids that all expire at once do not push out the last ones', () => {
    const ids = new CommandIds(3, 10);
    for (let n = 1; n <= 11; n++) {
      ids.add(n.toString(16).padStart(32, '0'), digestOf(''), n, 500);
      ids.forget(1);
    }
    expect([...ids.all()].map(([, , seq]) => seq)).toEqual([9, 10, 11]);
    expect(ids.forgottenUntil).toBe(500);
  });

  test('[I10] a snapshot gives back the same memory', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { ids } = runBoth(list, 8, 20);
        const again = new CommandIds(8, 20);
        again.restore(ids.all(), ids.forgottenUntil);
        expect([...again.all()]).toEqual([...ids.all()]);
        expect(again.forgottenUntil).toBe(ids.forgottenUntil);
      }),
      { numRuns: 30 },
    );
  });

  test('[I11] it grows past a hundred thousand ids, oldest first, and lets go of the expired', () => {
    const ids = new CommandIds(1_000, 400_000);
    const id = (n: number) =>
      ((n * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, '0').repeat(4);
    for (let n = 1; n <= 100_000; n++) ids.add(id(n), [n, n], n, n);
    expect(ids.size).toBe(100_000);
    for (let n = 1; n <= 100_000; n += 997)
      expect(ids.get(id(n))).toEqual({ seq: n, digest: [n, n] });
    ids.forget(50_000);
    expect(ids.size).toBe(50_001);
    expect(ids.get(id(49_999))).toBeUndefined();
    for (let n = 50_000; n <= 100_000; n++)
      if (ids.get(id(n))?.seq !== n) expect(n).toBe('remembered');
    ids.forget(1_000_000);
    expect([...ids.all()].map(([, , seq]) => seq)).toEqual(
      Array.from({ length: 1_000 }, (_, n) => 99_001 + n),
    );
    expect(ids.forgottenUntil).toBe(0);
  });

  test('[I12] an id takes less than 110 bytes, whatever its ring has grown to', () => {
    const before = process.memoryUsage().arrayBuffers;
    const ids = new CommandIds(1_000_000, 4_000_000);
    const count = 140_000; // the worst case: the ring has just doubled
    for (let n = 1; n <= count; n++)
      ids.add(n.toString(16).padStart(8, '0').repeat(4), [n, n], n, n);
    globalThis.gc?.();
    const bytes = process.memoryUsage().arrayBuffers - before;
    // Without a forced collection the smaller rings may still be there: they add up to the last one.
    expect(bytes / count).toBeLessThan(globalThis.gc ? 110 : 220);
    expect(ids.size).toBe(count);
  });

  test('an id is never added twice', () => {
    const ids = new CommandIds(1, 2);
    ids.add('0'.repeat(32), [1, 2], 1, 1);
    expect(() => ids.add('0'.repeat(32), [1, 2], 2, 1)).toThrow('an id is done once');
    expect(() => new CommandIds(5, 5)).toThrow('what is kept must fit');
  });
});

describe("the digest of a command's content", () => {
  test('[I13] differs wherever the content does, in 200,000 near contents', () => {
    const seen = new Set<string>();
    for (let n = 0; n < 200_000; n++) {
      const [a, b] = digestOf(
        `{"type":"trade","market":"M1","side":"buy","outcome":"YES","spend":"${n}"}`,
      );
      seen.add(`${a}:${b}`);
    }
    expect(seen.size).toBe(200_000);
  });

  test('[I13] each of its halves alone is well spread', () => {
    const halves = [new Set<number>(), new Set<number>()] as const;
    for (let n = 0; n < 20_000; n++) {
      digestOf(`{"type":"mint","market":"M1","amount":"${n * 1_000}"}`).forEach((half, i) =>
        halves[i]?.add(half),
      );
    }
    // 20,000 of 2^32 collide 0.05 times on average.
    expect(Math.min(halves[0].size, halves[1].size)).toBeGreaterThan(19_990);
  });
});
