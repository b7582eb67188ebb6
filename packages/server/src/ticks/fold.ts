/** What ticks add up to: which of them are late, the newest of each symbol, and candles. Exact to the last digit. */
import { INTERVALS, MICROS } from './statements.js';
import type { KeyedTick } from './tick.js';

/** A tick that is new here. */
export interface Counted {
  readonly tick: KeyedTick;
  readonly n: number;
  /** Its time is before the newest its source had sent till then, of whichever symbol. */
  readonly late: boolean;
  /** Milliseconds since 1970. */
  readonly received: number;
}

export interface Newest {
  /** Of the tick that came last, which need not be the newest by its time. */
  readonly n: number;
  readonly ticks: number;
  readonly last: Counted;
}

export interface Box {
  readonly symbol: string;
  /** Microseconds. */
  readonly every: number;
  readonly opensAt: number;
  /** By time, then by order of receipt. */
  readonly first: Counted;
  readonly last: Counted;
  readonly high: Figure;
  readonly low: Figure;
  readonly volume: Figure;
  readonly ticks: number;
  readonly late: number;
}

/** A tick has up to so many digits after its point. */
const SCALE = 18;

/** A decimal of a tick, or a sum of such: its worth, and how many digits stand after its point. */
export class Figure {
  /** In units of 10^-18. */
  readonly units: bigint;
  readonly #digits: number;

  private constructor(units: bigint, digits: number) {
    this.units = units;
    this.#digits = digits;
  }

  /** Of what `readTick` has let through. */
  static of(text: string): Figure {
    const point = text.indexOf('.');
    const digits = point < 0 ? 0 : text.length - point - 1;
    const whole = point < 0 ? text : text.slice(0, point) + text.slice(point + 1);
    return new Figure(BigInt(whole.padEnd(whole.length + SCALE - digits, '0')), digits);
  }

  /** With as many digits after the point as the longer of the two. */
  plus(other: Figure): Figure {
    return new Figure(this.units + other.units, Math.max(this.#digits, other.#digits));
  }

  get text(): string {
    const [sign, size] = this.units < 0n ? ['-', -this.units] : ['', this.units];
    const all = size.toString().padStart(SCALE + 1, '0');
    const rest = all.slice(-SCALE).slice(0, this.#digits);
    return `${sign}${all.slice(0, -SCALE)}${rest === '' ? '' : `.${rest}`}`;
  }
}

type Open = { -readonly [name in keyof Box]: Box[name] };

const isBefore = (a: Counted, b: Counted): boolean =>
  a.tick.at < b.tick.at || (a.tick.at === b.tick.at && a.n < b.n);

function pour(into: Open, box: Box): void {
  if (isBefore(box.first, into.first)) into.first = box.first;
  if (isBefore(into.last, box.last)) into.last = box.last;
  if (box.high.units > into.high.units) into.high = box.high;
  if (box.low.units < into.low.units) into.low = box.low;
  into.volume = into.volume.plus(box.volume);
  into.ticks += box.ticks;
  into.late += box.late;
}

/** Boxes of one length, by symbol and beginning. */
class Boxes {
  readonly #every: number;
  readonly #bySymbol = new Map<string, Map<number, Open>>();

  constructor(every: number) {
    this.#every = every;
  }

  add(box: Box): void {
    const { symbol } = box;
    const at = box.opensAt;
    const opensAt = at - (at % this.#every);
    let mine = this.#bySymbol.get(symbol);
    if (!mine) this.#bySymbol.set(symbol, (mine = new Map<number, Open>()));
    const into = mine.get(opensAt);
    if (into) pour(into, box);
    else mine.set(opensAt, { ...box, every: this.#every, opensAt });
  }

  all(): readonly Box[] {
    return [...this.#bySymbol.values()].flatMap((mine) => [...mine.values()]);
  }
}

/** Takes ticks in order of receipt. */
export class Fold {
  readonly counted: Counted[] = [];
  readonly #newest: Map<string, number>;
  readonly #seconds = new Boxes(MICROS['1s']);

  /** `newest`: the latest time that each source has sent before. */
  constructor(newest: ReadonlyMap<string, number>) {
    this.#newest = new Map(newest);
  }

  add(tick: KeyedTick, n: number, received: number): void {
    const newest = this.#newest.get(tick.source) ?? tick.at;
    const late = tick.at < newest;
    this.#newest.set(tick.source, Math.max(newest, tick.at));
    const one: Counted = { tick, n, late, received };
    this.counted.push(one);
    const price = Figure.of(tick.price);
    const { symbol, at: opensAt } = tick;
    const [ends, sides] = [
      { first: one, last: one },
      { high: price, low: price },
    ];
    const volume = Figure.of(tick.size);
    const box = { symbol, every: 0, opensAt, ...ends, ...sides, volume, ticks: 1 };
    this.#seconds.add({ ...box, late: Number(late) });
  }

  /** Of each source that has sent anything. */
  sources(): readonly (readonly [source: string, newest: number])[] {
    return [...this.#newest];
  }

  latest(): readonly Newest[] {
    const bySymbol = new Map<string, Newest>();
    for (const one of this.counted) {
      const { symbol } = one.tick;
      const before = bySymbol.get(symbol);
      const last = before && isBefore(one, before.last) ? before.last : one;
      bySymbol.set(symbol, { n: one.n, ticks: (before?.ticks ?? 0) + 1, last });
    }
    return [...bySymbol.values()];
  }

  boxes(): readonly Box[] {
    const seconds = this.#seconds.all();
    const longer = INTERVALS.slice(1).flatMap((interval) => {
      const boxes = new Boxes(MICROS[interval]);
      for (const box of seconds) boxes.add(box);
      return boxes.all();
    });
    return [...seconds, ...longer];
  }
}
