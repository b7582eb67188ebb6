/**
 * Tells what somebody is told to whoever of him watches. It comes from the tables and may trail: it has its own place,
 * `seq.n`, and moves nobody's cursor. In order, each once on a line, and whatever was missed first.
 */
import { NOTICES_AFTER, NOTICES_OF } from '../readmodel/effect-tables.js';
import { asked, type ReadModel } from '../readmodel/read-model.js';
import { noticeShown } from '../readmodel/rows-shown.js';
import type { SqlRow } from '../readmodel/sql-store.js';
import { Frame } from './frames.js';

export const NOTICES = 'notifications';
const LOOK_MS = 1_000;
const ROWS_AT_ONCE = 500;

/** Where a notice stands. */
export interface NoticePlace {
  readonly seq: number;
  readonly n: number;
}

export interface NoticeListener {
  send(frame: Frame): void;
}

interface Watching {
  readonly account: string;
  /** Undefined until it is known where he begins. */
  at: NoticePlace | undefined;
}

export class NoticeFeed {
  readonly #tables: ReadModel;
  readonly #watching = new Map<NoticeListener, Watching>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: Promise<void> | undefined;
  #isStale = false;
  #isStopped = false;

  constructor(tables: ReadModel) {
    this.#tables = tables;
  }

  /** From after that place, or from now on. */
  join(listener: NoticeListener, account: string, after?: NoticePlace): void {
    const known = this.#watching.get(listener);
    if (known?.account === account && after === undefined) return;
    this.#watching.set(listener, { account, at: after });
    this.look();
  }

  /** False of whoever did not watch. */
  leave(listener: NoticeListener): boolean {
    return this.#watching.delete(listener);
  }

  /** There may be new ones. */
  look(): void {
    if (this.#watching.size === 0 || this.#isStopped) return;
    if (this.#looking) {
      this.#isStale = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#isStale = false;
    this.#looking = this.#tellAll()
      // Where the tables cannot be asked now, they are asked again.
      .catch(() => false)
      .then((isMore) => {
        this.#looking = undefined;
        if (isMore || this.#isStale) return this.look();
        this.#timer = setTimeout(() => this.look(), LOOK_MS);
        this.#timer.unref();
      });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  /** True where there may be more at once. */
  async #tellAll(): Promise<boolean> {
    for (const [listener, watching] of this.#watching)
      if (!watching.at) await this.#begin(listener, watching);
    const known = [...this.#watching.values()].flatMap(({ account, at }) =>
      at ? [{ account, at }] : [],
    );
    if (known.length === 0) return false;
    const from = known.map(({ at }) => at).reduce((a, b) => (isAfter(a, b) ? b : a));
    const accounts = [...new Set(known.map(({ account }) => account))].join(' ');
    const look = asked(NOTICES_AFTER, accounts, from.seq, from.n, ROWS_AT_ONCE);
    const { rows } = await this.#tables.look(look);
    const found = rows[0] ?? [];
    for (const [account, ...row] of found) this.#tell(account ?? '', row);
    return found.length === ROWS_AT_ONCE;
  }

  /** Whatever came before is in his list. */
  async #begin(listener: NoticeListener, watching: Watching): Promise<void> {
    const look = asked(NOTICES_OF, watching.account, Number.MAX_SAFE_INTEGER, 0, 1);
    const { rows } = await this.#tables.look(look);
    const [, seq, n] = rows[0]?.[0] ?? [];
    if (this.#watching.get(listener) === watching)
      watching.at = { seq: Number(seq ?? 0), n: Number(n ?? 0) };
  }

  #tell(account: string, row: SqlRow): void {
    const place = { seq: Number(row[1]), n: Number(row[2]) };
    let frame: Frame | undefined;
    for (const [listener, watching] of this.#watching) {
      if (watching.account !== account || !watching.at || !isAfter(place, watching.at)) continue;
      watching.at = place;
      frame ??= new Frame({ type: 'notification', topic: NOTICES, data: noticeShown(row) });
      listener.send(frame);
    }
  }
}

const isAfter = (a: NoticePlace, b: NoticePlace): boolean =>
  a.seq > b.seq || (a.seq === b.seq && a.n > b.n);
