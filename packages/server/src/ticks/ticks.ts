/** Ticks from outside: taken in, kept, asked for, and told. Whatever was acknowledged is kept once and for good. */
import { setImmediate } from 'node:timers/promises';
import { Problem } from '../errors.js';
import { LetterFeed } from '../live/letter-feed.js';
import { TickFeed } from '../live/tick-feed.js';
import type { Look } from '../readmodel/read-worker.js';
import type { SqlRow } from '../readmodel/sql-store.js';
import { type Fate, type Incoming, Ingest, type IngestOptions, type Kept } from './ingest.js';
import { Letters } from './letters.js';
import { problemOf } from './problems.js';
import type { TickSources } from './sources.js';
import { DAY } from './statements.js';
import { type Letter, type Reason, type TickStore } from './store.js';
import { keyed, keyOf, NoTick, placeOf, readTick, type Tick } from './tick.js';

export const TICKS = {
  /** The whole of a request. */
  bodyBytesMax: 8 * 1024 * 1024,
  /** A line that is longer is no tick. */
  tickCharsMax: 2_048,
  ticksMax: 100_000,
  /** A body with more of them is none of ticks. */
  malformedMax: 10_000,
  /** Clocks differ, but not by so much: one wrong time would make all that follow late. */
  aheadMs: 5 * 60_000,
  /** Between two looks at what is over. */
  tendMs: 3_600_000,
  /** Parsed at one stroke. */
  strokeTicks: 256,
  itemsToldMax: 100,
} as const;

export interface Sender {
  readonly account: string;
  /** The key of the request; undefined where it came without. */
  readonly key: string | undefined;
}

/** What one thing of a body is: a value, or text that is none. */
export type Part =
  | { readonly value: unknown; readonly text?: string }
  | { readonly broken: string };

export interface Told {
  readonly taken: number;
  readonly repeated: number;
  readonly late: number;
  readonly dead: number;
  /** What was not taken, by its place; at most a hundred of them. */
  readonly items: readonly object[];
}

export interface TicksOptions {
  readonly store: TickStore;
  readonly sources: TickSources;
  readonly now: () => number;
  /** Days that ticks are kept; 0 for ever. */
  readonly keptDays: number;
  readonly onAlarm: (reason: string) => void;
  readonly limits?: IngestOptions['limits'];
}

export class Ticks {
  readonly ingest: Ingest;
  readonly letters: Letters;
  /** Whoever watches hears of what was kept. */
  readonly feed: TickFeed;
  /** Whoever may mend them hears of dead letters. */
  readonly letterFeed: LetterFeed;
  /** Since this node began. */
  readonly counts = { taken: 0, repeated: 0, late: 0, dead: 0 };
  readonly #options: TicksOptions;
  readonly #onKept = new Set<() => void>();
  #tend: ReturnType<typeof setInterval> | undefined;
  #tending: Promise<void> = Promise.resolve();

  constructor(options: TicksOptions) {
    this.#options = options;
    const { store, now, limits } = options;
    this.ingest = new Ingest({
      store,
      now,
      onKept: (kept) => this.#kept(kept),
      ...(limits && { limits }),
    });
    this.letters = new Letters({
      ...options,
      judge: (value) => this.judge(value),
      onKept: () => this.#tell(),
    });
    this.feed = new TickFeed(this);
    this.letterFeed = new LetterFeed(this.letters);
  }

  /** Looks after what is over, now and then. */
  start(): void {
    const tend = (): void => {
      this.#tending = this.tend().catch((error: unknown) => {
        // Whose tables are not open yet says so by himself.
        if (!(error instanceof Problem && error.code === 'rebuilding'))
          this.#options.onAlarm(`What is over of the ticks stays a while: ${String(error)}`);
      });
    };
    this.#tend = setInterval(tend, TICKS.tendMs);
    this.#tend.unref();
    tend();
  }

  tend(): Promise<void> {
    return this.#options.store.tend(this.#options.now() * 1_000, this.#horizon);
  }

  async close(): Promise<void> {
    clearInterval(this.#tend);
    await Promise.all([this.ingest.idle(), this.feed.stop(), this.letterFeed.stop()]);
    await this.#tending;
    await this.#options.store.close();
  }

  /** Told each time something was kept. */
  onKept(listener: () => void): () => void {
    this.#onKept.add(listener);
    return () => this.#onKept.delete(listener);
  }

  async look(...looks: readonly Look[]): Promise<readonly (readonly SqlRow[])[]> {
    try {
      return await this.#options.store.look(...looks);
    } catch (error) {
      throw problemOf(error);
    }
  }

  /** Takes what somebody sent; `bytes` is its size. All of it is durable when this resolves. */
  async take(sender: Sender, parts: Iterable<Part>, bytes: number): Promise<Told> {
    const incoming: Incoming[] = [];
    const letters: Letter[] = [];
    const places: number[] = [];
    const dead: object[] = [];
    let index = 0;
    for (const part of parts) {
      if (index >= TICKS.ticksMax) throw tooMany(`A request has at most ${TICKS.ticksMax} ticks.`);
      const found = this.#sort(sender, part, index);
      if ('tick' in found) {
        incoming.push(found);
        places.push(index);
      } else {
        letters.push(found);
        if (dead.length < TICKS.itemsToldMax) dead.push(deadItem(index, found.id, found));
        if (letters.length > TICKS.malformedMax) throw tooMany('Too much of this is no tick.');
      }
      if (++index % TICKS.strokeTicks === 0) await setImmediate();
    }
    const fates = await this.ingest
      .take(incoming, onceEach(letters), bytes)
      .catch((error: unknown) => {
        throw problemOf(error);
      });
    return told(fates, places, letters.length, dead);
  }

  #sort({ account, key }: Sender, part: Part, index: number): Incoming | Letter {
    const payload = textOf(part);
    const cut = payload.slice(0, TICKS.tickCharsMax);
    let tick: Tick | undefined;
    try {
      if (payload.length > TICKS.tickCharsMax)
        throw new Dead('too_long', `A tick has at most ${TICKS.tickCharsMax} characters.`);
      if ('broken' in part) throw new Dead('malformed', 'It is not JSON.');
      tick = readTick(part.value);
      if (tick.id === null && key === undefined) throw new Problem('key_required');
      this.#admit(tick);
      // What another body says under the same key at the same place is another tick.
      const place = keyOf('place', account, key ?? '', String(index), JSON.stringify(tick));
      const named = keyed(tick, place);
      return { tick: named, letter: `dl_${named.key}`, payload: cut };
    } catch (error) {
      if (!(error instanceof NoTick)) throw error;
      const reason = error instanceof Dead ? error.reason : 'malformed';
      const place =
        key === undefined
          ? keyOf('payload', account, payload)
          : keyOf('letter', account, key, String(index), payload);
      const made = tick ? keyed(tick, place).key : place;
      const told = { reason, message: error.message, payload: cut };
      // By these it is found again, whatever else is wrong with it.
      return { id: `dl_${made}`, ...told, ...placeOf('value' in part && part.value), key: made };
    }
  }

  /** The tick somebody means; throws `Dead` where it is none, or may not be one now. */
  judge(value: unknown): Tick {
    const tick = readTick(value);
    this.#admit(tick);
    return tick;
  }

  #admit({ source, symbol, at }: Tick): void {
    const { sources, now } = this.#options;
    if (!sources.allows(source, symbol))
      throw new Dead('unknown_symbol', `${source} has no symbol ${symbol}.`);
    if (at > (now() + TICKS.aheadMs) * 1_000)
      throw new Dead('ahead', 'Its time is more than five minutes ahead.');
    if (at < (this.#horizon ?? 0))
      throw new Dead('too_old', `Ticks are kept for ${this.#options.keptDays} days.`);
  }

  get #horizon(): number | undefined {
    const { keptDays, now } = this.#options;
    // Whole days go at once.
    return keptDays === 0 ? undefined : (Math.floor((now() * 1_000) / DAY) - keptDays) * DAY;
  }

  #kept({ taken, repeated, late, dead }: Kept): void {
    this.counts.taken += taken;
    this.counts.repeated += repeated;
    this.counts.late += late;
    this.counts.dead += dead;
    if (dead > 0) this.letters.grew(dead);
    if (taken > 0) this.#tell();
  }

  #tell(): void {
    for (const listener of this.#onKept) listener();
  }
}

/** Why a tick may not be one, in the words of a letter. */
export class Dead extends NoTick {
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.reason = reason;
  }
}

const textOf = (part: Part): string => {
  if ('broken' in part) return part.broken;
  return part.text ?? JSON.stringify(part.value) ?? '';
};

const onceEach = (letters: readonly Letter[]): readonly Letter[] => [
  ...new Map(letters.map((letter) => [letter.id, letter])).values(),
];

const deadItem = (
  index: number,
  letter: string,
  { reason, message }: Pick<Letter, 'reason' | 'message'>,
): object => {
  return { index, became: 'dead', reason, message, letter };
};

const tooMany = (message: string): Problem =>
  new Problem('body_too_large', { details: [{ message }] });

function told(
  fates: readonly Fate[],
  places: readonly number[],
  dead: number,
  items: object[],
): Told {
  const sums = { taken: 0, repeated: 0, late: 0, dead };
  for (const [i, fate] of fates.entries()) {
    sums[fate.kind]++;
    if (fate.kind === 'taken') {
      if (fate.late) sums.late++;
      continue;
    }
    if (items.length >= TICKS.itemsToldMax) continue;
    const index = places[i] ?? i;
    if (fate.kind === 'dead') items.push(deadItem(index, fate.letter, fate));
    else items.push({ index, became: 'repeated' });
  }
  return { ...sums, items };
}
