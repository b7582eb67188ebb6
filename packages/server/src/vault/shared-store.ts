/**
 * The vault of several nodes: rows in a table, seen by each of them in the same order. What was kept or revoked
 * elsewhere is known here a moment later; a node that cannot look for three seconds knows that it does not know.
 */
import { nodeTimer, type PrivateRow, PrivateRows } from '@fairground/journal';
import { placeOfVerdict } from './pulls.js';
import { Remembered } from './remembered.js';
import { placeOfText, Row } from './rows.js';
import { PlaceTaken, type Told, type VaultStore, VaultUnsure } from './store.js';

export const SHARED = {
  /** Between two looks. */
  lookMs: 250,
  /** After this without a look, a key that was revoked elsewhere might still work here. */
  currentMs: 3_000,
  rowsAtOnce: 1_000,
  /** Who waits longer for a change of his is told that nobody knows, as with commands. */
  answerMsMax: 5_000,
} as const;

export interface SharedOptions {
  readonly url: string;
  readonly steady: () => number;
  readonly onAlarm: (reason: string) => void;
  /** Milliseconds since 1970; absent: no row is ever over here. */
  readonly now?: () => number;
}

export class SharedStore implements VaultStore {
  readonly #rows: PrivateRows;
  readonly #options: SharedOptions;
  #told: Told = () => {};
  readonly #remembered = new Remembered();
  #seenAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> = Promise.resolve();
  #refreshing: Promise<void> | undefined;
  #rest: () => void = () => {};
  #isClosed = false;
  #hasFailed = false;

  private constructor(rows: PrivateRows, options: SharedOptions) {
    this.#rows = rows;
    this.#options = options;
  }

  static async open(options: SharedOptions): Promise<SharedStore> {
    return new SharedStore(await PrivateRows.open(options.url), options);
  }

  async follow(told: Told): Promise<void> {
    this.#told = told;
    await this.#look();
    this.#lookLater();
  }

  get isCurrent(): boolean {
    return this.#options.steady() - this.#seenAt <= SHARED.currentMs;
  }

  /** Many who ask at once share one look. */
  async refresh(): Promise<boolean> {
    this.#refreshing ??= this.#look()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => (this.#refreshing = undefined));
    await this.#refreshing;
    return true;
  }

  append(row: Row): Promise<void> {
    return this.#inTime(async () => {
      const n = await this.#rows.add({
        body: JSON.stringify(row),
        owner: ownerOf(row),
        place: placeOf(row),
        expires: expiresOf(row),
      });
      await this.#lookAtLast();
      if (n === undefined) throw new PlaceTaken('Another node was faster.');
    });
  }

  erase(account: string): Promise<void> {
    return this.#inTime(async () => {
      await this.#rows.erase(account, JSON.stringify({ type: 'erased', account }));
      await this.#lookAtLast();
    });
  }

  /** Rows of all nodes that nobody misses since a day. */
  async sweep(before: number): Promise<void> {
    await this.#rows.dropOver(before);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#rest();
    this.#rows.close();
    await this.#looking.catch(() => undefined);
  }

  /** What is under way goes on for whoever asks again; this one waits no longer. */
  #inTime(change: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = (): void => reject(new VaultUnsure('The vault did not answer in time.'));
      const stop = nodeTimer.set(SHARED.answerMsMax, late);
      change().then(resolve, reject).finally(stop);
    });
  }

  /** What was kept is durable: a database that is away a moment later takes nothing of it back. */
  async #lookAtLast(): Promise<void> {
    for (;;) {
      try {
        return await this.#look();
      } catch (error) {
        if (this.#isClosed) throw error;
        this.#failed(error);
        await new Promise<void>((resolve) => void nodeTimer.set(SHARED.lookMs, resolve));
      }
    }
  }

  /** One after the other: rows are told in their order. */
  #look(): Promise<void> {
    const look = this.#looking.catch(() => undefined).then(() => this.#see());
    this.#looking = look;
    return look;
  }

  async #see(): Promise<void> {
    for (;;) {
      const asked = this.#options.steady();
      const { newest } = this.#remembered;
      const rows = await this.#rows.from(newest?.n ?? 0, SHARED.rowsAtOnce);
      const isThere = !newest || (rows[0]?.n === newest.n && rows[0].tag === newest.tag);
      if (!isThere) {
        await this.#goBack();
        continue;
      }
      for (const row of newest ? rows.slice(1) : rows) this.#tell(row);
      if (rows.length < SHARED.rowsAtOnce) {
        this.#seenAt = asked;
        return;
      }
    }
  }

  /** Each row once, also where it came back under another number. */
  #tell(row: PrivateRow): void {
    const { body } = row;
    if (!this.#remembered.has(row)) this.#told(Row.parse(JSON.parse(body)));
    this.#remembered.add(row, erases(row));
  }

  /**
   * The newest row that was seen is not where it was: it was erased with its owner, or the database went back.
   * What was lost with it is kept again, so that nobody's key is gone and no revoked one works.
   */
  async #goBack(): Promise<void> {
    const there: PrivateRow[] = [];
    let rows = await this.#rows.from(this.#remembered.lowest, SHARED.rowsAtOnce);
    for (; rows.length > 0; rows = await this.#rows.from(nextOf(rows), SHARED.rowsAtOnce))
      there.push(...rows);
    const now = this.#options.now?.() ?? 0;
    const lost = this.#remembered
      .lostTo(there, erases)
      .filter((row) => (expiresOf(rowOf(row)) ?? now) >= now);
    if (lost.length > 0)
      this.#options.onAlarm(`The vault went back: ${lost.length} rows are kept again.`);
    for (const row of lost)
      await this.#rows.keepAgain({ ...row, expires: expiresOf(rowOf(row)) }, erases(row));
    this.#remembered.backTo(there);
  }

  #lookLater(): void {
    if (this.#isClosed) return;
    this.#rest = nodeTimer.set(SHARED.lookMs, () => {
      this.#look()
        .then(
          () => (this.#hasFailed = false),
          (error: unknown) => this.#failed(error),
        )
        .finally(() => this.#lookLater());
    });
  }

  #failed(error: unknown): void {
    if (this.#isClosed || this.#hasFailed) return;
    this.#hasFailed = true;
    const what = error instanceof Error ? error.message : String(error);
    this.#options.onAlarm(`The vault cannot be read, so no writes are taken: ${what}`);
  }
}

/** Rows of a person go with him. */
export function ownerOf(row: Row): string {
  switch (row.type) {
    case 'user':
    case 'key':
    case 'email':
    case 'password':
    case 'session':
    case 'ended':
    case 'signup':
    case 'ticket':
    case 'spent':
    case 'used':
    case 'settings':
    case 'alert':
    case 'webhook':
    case 'webhook_off':
    case 'dropped':
    case 'seen':
    case 'done':
      return row.account;
    case 'text':
      return row.by;
    case 'opened':
    case 'revoked':
    case 'erased':
    case 'effects_to':
    case 'instance':
    case 'tick_source':
    case 'tick_source_gone':
    case 'puller':
    case 'puller_dropped':
    case 'pull_item':
    case 'pull_verdict':
    case 'pull_state':
    case 'pull_asked':
      return '';
  }
}

export function placeOf(row: Row): string | undefined {
  switch (row.type) {
    case 'user':
      return `handle ${row.handle.toLowerCase()}`;
    case 'text':
      return `text ${placeOfText(row)}`;
    case 'email':
      return `email ${row.email}`;
    case 'spent':
      return `ticket ${row.hash}`;
    case 'instance':
      return 'instance';
    case 'pull_verdict':
      return placeOfVerdict(row);
    case 'password':
    case 'session':
    case 'ended':
    case 'signup':
    case 'ticket':
    case 'used':
    case 'key':
    case 'opened':
    case 'revoked':
    case 'erased':
    case 'settings':
    case 'alert':
    case 'webhook':
    case 'webhook_off':
    case 'dropped':
    case 'seen':
    case 'done':
    case 'effects_to':
    case 'tick_source':
    case 'tick_source_gone':
    case 'puller':
    case 'puller_dropped':
    case 'pull_item':
    case 'pull_state':
    case 'pull_asked':
      return undefined;
  }
}

/** From when on nobody misses it. */
export const expiresOf = (row: Row): number | undefined =>
  'expires' in row ? row.expires : undefined;

const rowOf = ({ body }: PrivateRow): Row => Row.parse(JSON.parse(body));

const erases = (row: PrivateRow): boolean => rowOf(row).type === 'erased';

const nextOf = (rows: readonly PrivateRow[]): number => (rows.at(-1)?.n ?? 0) + 1;
