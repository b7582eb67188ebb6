/** Dead letters: what could not be taken lies here with its reason until somebody mends it, and is taken once then. */
import { Problem } from '../errors.js';
import type { KeptLetter, LettersAsked, LettersNow } from './questions.js';
import {
  letterLook,
  letterOf,
  lettersLook,
  lettersNowLook,
  lettersNowOf,
  openLettersLook,
} from './questions.js';
import { type Mark, NeverTaken, type TickStore, type Written } from './store.js';
import { keyed, type KeyedTick, NoTick, type Tick } from './tick.js';
import { problemOf } from './problems.js';

const AT_ONCE = 500;

export interface LettersOptions {
  readonly store: TickStore;
  readonly now: () => number;
  readonly judge: (value: unknown) => Tick;
  readonly onAlarm: (reason: string) => void;
  /** Told when something was taken. */
  readonly onKept: () => void;
}

export interface Refused {
  readonly id: string;
  readonly message: string;
}

export interface Replayed {
  readonly replayed: number;
  /** Of these, how many had got through before. */
  readonly repeated: number;
  readonly refused: readonly Refused[];
  /** Where the rest begins; absent where there is none. */
  readonly past?: number;
}

export class Letters {
  readonly #options: LettersOptions;
  /** Since the last alarm, and how many made it. */
  #grown = 0;
  #alarmAt = 1;
  readonly #onGrown = new Set<(open: number) => void>();
  readonly #onChange = new Set<() => void>();

  constructor(options: LettersOptions) {
    this.#options = options;
  }

  onGrown(listener: (open: number) => void): () => void {
    this.#onGrown.add(listener);
    return () => this.#onGrown.delete(listener);
  }

  /** Told when one came, or something became of one. */
  onChange(listener: () => void): () => void {
    this.#onChange.add(listener);
    return () => this.#onChange.delete(listener);
  }

  /** The first is told, then each tenfold: whoever looks later sees the whole number. */
  grew(count: number): void {
    this.#changed();
    this.#grown += count;
    if (this.#grown < this.#alarmAt) return;
    while (this.#alarmAt <= this.#grown) this.#alarmAt *= 10;
    void this.count().then(
      ({ open }) => {
        this.#options.onAlarm(
          `Dead letters grow: ${open} are open, ${this.#grown} since this node began.`,
        );
        for (const listener of this.#onGrown) listener(open);
      },
      (error: unknown) => this.#options.onAlarm(`Dead letters grow: ${String(error)}`),
    );
  }

  async count(): Promise<{ readonly open: number }> {
    const [rows = []] = await this.#look(openLettersLook);
    return { open: Number(rows[0]?.[0] ?? 0) };
  }

  async now(): Promise<LettersNow> {
    const [rows = []] = await this.#look(lettersNowLook);
    return lettersNowOf(rows[0]);
  }

  async list(of: LettersAsked, past: number, limit: number): Promise<readonly KeptLetter[]> {
    const [rows = []] = await this.#look(lettersLook(of, { past, order: 'desc', limit }));
    return rows.map(letterOf);
  }

  async one(id: string): Promise<KeptLetter> {
    const [rows = []] = await this.#look(letterLook(id));
    const [row] = rows;
    if (!row) throw new Problem('letter_unknown');
    return letterOf(row);
  }

  /** Takes it as it is, or as somebody mended it. */
  async replay(id: string, mended?: unknown): Promise<{ readonly repeated: boolean }> {
    const letter = await this.one(id);
    if (letter.state !== 'open') throw new Problem('letter_done');
    let tick: KeyedTick;
    try {
      const value = mended === undefined ? valueOf(letter) : mended;
      tick = keyed(this.#options.judge(value), letter.key);
    } catch (error) {
      throw refused(error);
    }
    const { taken } = await this.#write([tick], [{ id, state: 'replayed' }]).catch(
      (error: unknown) => {
        throw error instanceof NeverTaken ? refused(error) : problemOf(error);
      },
    );
    this.#options.onKept();
    return { repeated: taken.size === 0 };
  }

  /** The oldest first; those that still are no ticks stay, each with what is wrong now. */
  async replayMany(
    of: Omit<LettersAsked, 'state'>,
    past: number,
    limit: number,
  ): Promise<Replayed> {
    const most = Math.min(limit, AT_ONCE);
    const order = { past, order: 'asc', limit: most + 1 } as const;
    const [rows = []] = await this.#look(lettersLook({ ...of, state: 'open' }, order));
    const letters = rows.slice(0, most).map(letterOf);
    const ticks = new Map<string, KeyedTick>();
    const marks: Mark[] = [];
    const bad: Refused[] = [];
    for (const letter of letters) {
      try {
        const tick = keyed(this.#options.judge(valueOf(letter)), letter.key);
        ticks.set(tick.key, tick);
        marks.push({ id: letter.id, state: 'replayed' });
      } catch (error) {
        bad.push({ id: letter.id, message: refused(error).details[0]?.message ?? '' });
      }
    }
    const taken = await this.#writeAll([...ticks.values()], marks, bad);
    const last = rows.length > most ? letters.at(-1) : undefined;
    if (taken > 0) this.#options.onKept();
    const counts = { replayed: marks.length, repeated: marks.length - taken };
    return { ...counts, refused: bad, ...(last && { past: last.place }) };
  }

  async drop(id: string): Promise<void> {
    const { state } = await this.one(id);
    if (state !== 'open') throw new Problem('letter_done');
    await this.#write([], [{ id, state: 'dropped' }]).catch((error: unknown) => {
      throw problemOf(error);
    });
  }

  async #writeAll(ticks: readonly KeyedTick[], marks: Mark[], bad: Refused[]): Promise<number> {
    if (marks.length === 0) return 0;
    try {
      return (await this.#write(ticks, marks)).taken.size;
    } catch (error) {
      if (!(error instanceof NeverTaken)) throw problemOf(error);
    }
    // One of them will never be taken: which one shows by itself.
    let taken = 0;
    for (const { id } of marks.splice(0)) {
      try {
        taken += (await this.replay(id)).repeated ? 0 : 1;
        marks.push({ id, state: 'replayed' });
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'tick_refused') throw error;
        bad.push({ id, message: error.details[0]?.message ?? '' });
      }
    }
    return taken;
  }

  async #write(ticks: readonly KeyedTick[], marks: readonly Mark[]): Promise<Written> {
    const received = this.#options.now();
    const written = await this.#options.store.write({ received, ticks, marks, letters: [] });
    this.#changed();
    return written;
  }

  #changed(): void {
    for (const listener of this.#onChange) listener();
  }

  async #look(look: ReturnType<typeof letterLook>): ReturnType<TickStore['look']> {
    try {
      return await this.#options.store.look(look);
    } catch (error) {
      throw problemOf(error);
    }
  }
}

function valueOf({ payload }: KeptLetter): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    throw new NoTick('It is not JSON.');
  }
}

function refused(error: unknown): Problem {
  if (!(error instanceof NoTick || error instanceof NeverTaken)) throw error;
  return new Problem('tick_refused', { details: [{ message: error.message }] });
}
