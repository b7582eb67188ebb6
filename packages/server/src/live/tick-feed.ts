/**
 * Tells the newest tick of a symbol to whoever watches it: whole, at most so often, each watcher at his own number.
 * It is in no entry: a number of its own says what came after what, and moves nobody's cursor.
 */
import { changedLook, latestShown, ownMarket } from '../ticks/questions.js';
import { isSymbol } from '../ticks/tick.js';
import type { Ticks } from '../ticks/ticks.js';
import { Frame } from './frames.js';
import { Glances } from './glances.js';

const TOPIC = 'ticks/';
const EVERY_MS = 50;
/** What another node took is seen this much later at most. */
const LOOK_MS = 500;

export interface TickListener {
  send(frame: Frame): void;
}

/** The symbol a topic is about; undefined where it is none of ticks. A market of ours has a topic of its own. */
export function symbolOf(topic: string): string | undefined {
  const symbol = topic.startsWith(TOPIC) ? topic.slice(TOPIC.length) : '';
  return isSymbol(symbol) && !ownMarket(symbol) ? symbol : undefined;
}

export class TickFeed {
  readonly #ticks: Pick<Ticks, 'look' | 'onKept'>;
  /** By symbol, whoever watches it and the last number he was told. */
  readonly #watching = new Map<string, Map<TickListener, number>>();
  readonly #forget: () => void;
  readonly #glances: Glances;
  /** What came up to this number everybody was told; undefined where somebody has heard nothing yet. */
  #n: number | undefined;

  constructor(ticks: Pick<Ticks, 'look' | 'onKept'>) {
    this.#ticks = ticks;
    this.#glances = new Glances({
      look: () => this.#tellAll(),
      isWatched: () => this.#watching.size > 0,
      everyMs: EVERY_MS,
      restMs: LOOK_MS,
    });
    this.#forget = ticks.onKept(() => this.#glances.changed());
  }

  /** The newest there is, then all that comes. */
  join(listener: TickListener, symbols: readonly string[]): void {
    for (const symbol of symbols) {
      const known = this.#watching.get(symbol) ?? new Map<TickListener, number>();
      this.#watching.set(symbol, known.set(listener, 0));
    }
    this.#n = undefined;
    this.#glances.soon(0);
  }

  leave(listener: TickListener, symbols: Iterable<string>): void {
    for (const symbol of symbols) {
      const known = this.#watching.get(symbol);
      known?.delete(listener);
      if (known?.size === 0) this.#watching.delete(symbol);
    }
  }

  async stop(): Promise<void> {
    this.#forget();
    await this.#glances.stop();
  }

  async #tellAll(): Promise<void> {
    const from = this.#n ?? 0;
    this.#n = from;
    const [rows = []] = await this.#ticks.look(changedLook([...this.#watching.keys()], from));
    let newest = from;
    for (const row of rows) {
      const [symbol = '', n] = row;
      newest = Math.max(newest, Number(n));
      this.#tell(symbol ?? '', Number(n), latestShown(row));
    }
    // Whoever joined meanwhile has heard nothing yet.
    if (this.#n !== undefined) this.#n = newest;
  }

  #tell(symbol: string, n: number, data: object): void {
    let frame: Frame | undefined;
    for (const [listener, told] of this.#watching.get(symbol) ?? []) {
      if (told >= n) continue;
      this.#watching.get(symbol)?.set(listener, n);
      frame ??= new Frame({ type: 'state', topic: `${TOPIC}${symbol}`, n, data });
      listener.send(frame);
    }
  }
}
