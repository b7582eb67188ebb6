import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, Fold, Figure } from './fold.js';
import { INTERVALS, MICROS } from './statements.js';
import { type KeyedTick, keyed } from './tick.js';

const SCALE = 10n ** 18n;
const decimal = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }),
    fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 18 }),
  )
  .map(([isLess, whole, rest]) => `${isLess ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`);

/** Slowly, and by another way: a sign, and all digits from the point on. */
function worth(text: string): bigint {
  const [, sign, whole = '', rest = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const units =
    BigInt(whole) * SCALE + (rest === '' ? 0n : BigInt(rest) * 10n ** BigInt(18 - rest.length));
  return sign === '-' ? -units : units;
}
const digits = (text: string): number => text.split('.')[1]?.length ?? 0;

test('[I5] a sum of decimals is exact, and has the digits of its longest', () => {
  fc.assert(
    fc.property(fc.array(decimal, { minLength: 1, maxLength: 6 }), (texts) => {
      const sum = texts.map(Figure.of).reduce((a, b) => a.plus(b)).text;
      expect(worth(sum)).toBe(texts.reduce((all, text) => all + worth(text), 0n));
      expect(digits(sum)).toBe(Math.max(...texts.map(digits)));
    }),
  );
});

const sent = fc.array(
  fc.record({
    source: fc.constantFrom('s', 't'),
    symbol: fc.constantFrom('A', 'B'),
    at: fc.integer({ min: 0, max: 4 * 86_400_000 }).map((ms) => ms * 1_000),
    price: decimal,
    size: decimal.map((text) => text.replace('-', '')),
  }),
  { maxLength: 40 },
);

test('[I4] [I5] late ticks, the newest and the boxes are those of the whole row, looked at one by one', () => {
  fc.assert(
    fc.property(sent, fc.integer({ min: 0, max: 4 * 86_400_000_000 }), (made, before) => {
      const row = made.map((tick, i) => keyed({ ...tick, side: null, id: `${i}` }, ''));
      const fold = new Fold(new Map([['s', before]]));
      for (const [i, tick] of row.entries()) fold.add(tick, i + 1, 0);
      const late = row.map(
        ({ source, at }, i) =>
          row.slice(0, i).some((one) => one.source === source && one.at > at) ||
          (source === 's' && before > at),
      );
      expect(fold.counted.map((one) => one.late)).toEqual(late);
      for (const { n, ticks, last } of fold.latest()) {
        const mine = row.flatMap((tick, i) =>
          tick.symbol === last.tick.symbol ? [{ tick, n: i + 1 }] : [],
        );
        expect([n, ticks]).toEqual([mine.at(-1)?.n, mine.length]);
        expect(last.n).toBe(inOrder(mine).at(-1)?.n);
      }
      const boxes = fold.boxes();
      for (const box of boxes) expect(shown(box)).toEqual(naive(row, late, box));
      for (const interval of INTERVALS) {
        const of = boxes.filter(({ every }) => every === MICROS[interval]);
        const places = new Set(
          row.map(({ symbol, at }) => `${symbol} ${Math.floor(at / MICROS[interval])}`),
        );
        expect(of.length).toBe(places.size);
      }
    }),
  );
});

const inOrder = <T extends { readonly tick: KeyedTick; readonly n: number }>(
  all: readonly T[],
): T[] => [...all].sort((a, b) => a.tick.at - b.tick.at || a.n - b.n);

const shown = ({ first, last, high, low, volume, ticks, late }: Box) => ({
  first: first.n,
  last: last.n,
  high: high.units,
  low: low.units,
  volume: volume.units,
  ticks,
  late,
});

function naive(
  row: readonly KeyedTick[],
  late: readonly boolean[],
  { symbol, every, opensAt }: Box,
) {
  const all = row.map((tick, i) => ({ tick, n: i + 1, late: late[i] === true }));
  const mine = inOrder(
    all.filter(
      ({ tick }) => tick.symbol === symbol && tick.at >= opensAt && tick.at < opensAt + every,
    ),
  );
  const prices = mine
    .map(({ tick }) => worth(tick.price))
    .sort((a, b) => (a < b ? -1 : Number(a > b)));
  return {
    first: mine[0]?.n,
    last: mine.at(-1)?.n,
    high: prices.at(-1),
    low: prices[0],
    volume: mine.reduce((sum, { tick }) => sum + worth(tick.size), 0n),
    ticks: mine.length,
    late: mine.filter((one) => one.late).length,
  };
}
