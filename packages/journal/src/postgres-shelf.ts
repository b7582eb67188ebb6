/**
 * Snapshots in a table. Whoever makes one holds the claim, a row taken by compare-and-set: each part he writes
 * finds his name there, so one that was given up writes nothing any more.
 */
import { GROUP_LIMITS, type SnapshotShelf } from './journal.js';
import { ask, insist, type Waits } from './postgres-insist.js';
import { text, whole } from './postgres-rows.js';
import type { Session } from './postgres-session.js';
import type { Timer } from './timer.js';

const CLAIMED = `($2::text = '' or exists (select 1 from snapshot_claim c
  where c.shard = $1::int and c.holder = $2::text))`;

export const SHELF_SQL = {
  list: 'select distinct seq from snapshot where shard = $1::int order by seq desc',
  get: 'select text from snapshot where shard = $1::int and seq = $2::bigint and part = $3::int',
  put: `insert into snapshot (shard, seq, part, text)
    select $1::int, $3::bigint, $4::int, $5::text where ${CLAIMED}`,
  putAgain: `update snapshot set text = $5::text
    where shard = $1::int and seq = $3::bigint and part = $4::int and ${CLAIMED}`,
  /** The manifest goes first: what is left of a drop that breaks off counts as nothing. */
  dropManifest: `delete from snapshot
    where shard = $1::int and seq = $3::bigint and part = 0 and ${CLAIMED}`,
  dropParts: `delete from snapshot where shard = $1::int and seq = $3::bigint and ${CLAIMED}`,

  claim: 'select holder, n from snapshot_claim where shard = $1::int',
  makeClaim: "insert into snapshot_claim (shard, holder, n) values ($1::int, '', 0)",
  take: `update snapshot_claim set holder = $2::text, n = n + 1
    where shard = $1::int and n = $3::bigint`,
  beat: 'update snapshot_claim set n = n + 1 where shard = $1::int and holder = $2::text',
  release: "update snapshot_claim set holder = '' where shard = $1::int and holder = $2::text",
} as const;

export const CLAIM_LIMITS = {
  /** Whoever makes a snapshot says this often that he is alive … */
  beatMs: 5_000,
  /** … and is given up after this silence, by the clock of whoever looks: a large world is written in seconds. */
  silentMsMax: 30_000,
  lookMs: 1_000,
} as const;

/** Another is making one, or has taken over from us. */
export class SnapshotTaken extends Error {
  constructor() {
    super('Another snapshot of this journal is being made.');
    this.name = 'SnapshotTaken';
  }
}

export interface ShelfPlace {
  readonly shard: number;
  readonly session: Session;
  readonly waits: Waits;
}

export class PostgresShelf implements SnapshotShelf {
  readonly #place: ShelfPlace;
  /** Who must hold the claim for what is written here; '': nobody. */
  readonly #holder: string;

  constructor(place: ShelfPlace, holder = '') {
    this.#place = place;
    this.#holder = holder;
  }

  async list(): Promise<readonly number[]> {
    return (await this.#ask(SHELF_SQL.list)).map(([seq]) => whole(seq));
  }

  async get(seq: number, part: number): Promise<string | undefined> {
    const [row] = await this.#ask(SHELF_SQL.get, seq, part);
    return row && text(row[0]);
  }

  async put(seq: number, part: number, lines: string): Promise<void> {
    if (lines.length > GROUP_LIMITS.bytesMax)
      throw new RangeError(`Part ${part} of snapshot ${seq} is too long: ${lines.length}.`);
    const put = await this.#change(SHELF_SQL.put, seq, part, lines);
    if (put === 1) return;
    if (put === 0 || (await this.#change(SHELF_SQL.putAgain, seq, part, lines)) === 0)
      throw new SnapshotTaken();
  }

  async drop(seq: number): Promise<void> {
    await this.#change(SHELF_SQL.dropManifest, seq);
    await this.#change(SHELF_SQL.dropParts, seq);
  }

  #ask(statement: string, ...values: readonly number[]): ReturnType<typeof ask> {
    const { shard, session, waits } = this.#place;
    return ask(session, waits, statement, [shard, ...values]);
  }

  async #change(
    statement: string,
    ...values: readonly (number | string)[]
  ): Promise<number | undefined> {
    const { shard, session, waits } = this.#place;
    const said = await insist(session, waits, statement, [shard, this.#holder, ...values]);
    return said === 'taken' ? undefined : said.count;
  }
}

/** Who may make the next snapshot. */
export class SnapshotClaim {
  readonly #place: ShelfPlace;
  readonly #holder: string;
  readonly #timer: Timer;
  #rest: () => void = () => {};

  /** `holder`: a name that no other claim has. */
  constructor(place: ShelfPlace, holder: string) {
    this.#place = place;
    this.#holder = holder;
    this.#timer = place.waits.timer;
  }

  /** Rejects with `SnapshotTaken` where somebody else is alive and at it. */
  async take(): Promise<void> {
    const seen = await this.#view();
    const since = this.#timer.now();
    // Whoever holds it shows that he lives, or is given up.
    while (seen.holder !== '' && this.#timer.now() - since < CLAIM_LIMITS.silentMsMax) {
      await new Promise<void>((resolve) => void this.#timer.set(CLAIM_LIMITS.lookMs, resolve));
      if ((await this.#view()).n !== seen.n) throw new SnapshotTaken();
    }
    await this.#change(SHELF_SQL.take, this.#holder, seen.n);
    if ((await this.#view()).holder !== this.#holder) throw new SnapshotTaken();
    this.#beatLater();
  }

  /** Says no more that it is held. */
  stop(): void {
    this.#rest();
  }

  async release(): Promise<void> {
    this.stop();
    await this.#change(SHELF_SQL.release, this.#holder);
  }

  #beatLater(): void {
    this.#rest = this.#timer.set(CLAIM_LIMITS.beatMs, () => {
      // One that is lost is found out by the next part that is written.
      this.#change(SHELF_SQL.beat, this.#holder).catch(() => {});
      this.#beatLater();
    });
  }

  async #view(): Promise<{ readonly holder: string; readonly n: number }> {
    const { shard, session, waits } = this.#place;
    const [row] = await ask(session, waits, SHELF_SQL.claim, [shard]);
    if (row) return { holder: text(row[0]), n: whole(row[1]) };
    await this.#change(SHELF_SQL.makeClaim);
    return { holder: '', n: 0 };
  }

  async #change(statement: string, ...values: readonly (number | string)[]): Promise<void> {
    const { shard, session, waits } = this.#place;
    await insist(session, waits, statement, [shard, ...values]);
  }
}
