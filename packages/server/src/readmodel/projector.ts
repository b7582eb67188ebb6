/**
 * Carries the journal into the tables: groups in order, each once, with the checkpoint in the same transaction.
 * Whatever is cut off is done again from the checkpoint; of what it cannot tell it asks the tables.
 */
import { setImmediate } from 'node:timers/promises';
import type { World } from '@fairground/engine';
import {
  engineLaws,
  type JournalReader,
  type Laws,
  recover,
  type RecoverOptions,
  tracesIn,
} from '@fairground/journal';
import { Batch, type Closes } from './batch.js';
import { type Checkpoint, checkpointOf, emptyOf, move, Outrun } from './checkpoint.js';
import { markOf } from './effect-tables.js';
import type { EntryEffects, Written } from './entry-effects.js';
import { foldGroup, HOUR_MS, upTo } from './fold-group.js';
import type { RunSql, SqlStore } from './sql-store.js';
import { lockTables, makeTables, type Schema } from './tables.js';

const LIMITS = {
  /** What one transaction carries at first, but never less than a group … */
  rowsMin: 1_000,
  /** … and at most, while it takes no longer than this: rows of one account or minute then become one. */
  rowsMax: 8_000,
  writeMsMax: 250,
  foldMsMax: 250,
  groupsAtOnce: 256,
} as const;

export interface ProjectorOptions {
  readonly journal: JournalReader;
  readonly store: SqlStore;
  readonly schema?: Schema;
  /** The engine's own where there are none. */
  readonly laws?: Laws;
  /** Milliseconds that only rise. */
  readonly steady: () => number;
  readonly onAlarm: (reason: string) => void;
  /** Told of the trace contexts in what was just written. */
  readonly onTraced?: (traces: readonly string[], tookMs: number, seq: number) => void;
  /** Told of rows that were written, with their checkpoint. */
  readonly onRows?: (rows: number) => void;
  /** What entries tell to people; absent where tables are only filled anew. */
  readonly effects?: EntryEffects;
  /** Told of what was written of it. */
  readonly onTold?: (written: Written) => void;
}

/** Says how many command ids stood there already. */
type Write = (run: RunSql) => Promise<number>;

interface Pending {
  readonly writes: readonly Write[];
  readonly to: Checkpoint;
  readonly traces: readonly string[];
  readonly begunAt: number;
  readonly rows: number;
  readonly tell: ((run: RunSql) => Promise<Written>) | undefined;
}

export class Projector {
  readonly #options: ProjectorOptions;
  readonly #schema: Schema;
  readonly #laws: Laws;
  #world: World | undefined;
  /** The newest group that the world here has folded, as a checkpoint. */
  #folded: Checkpoint;
  #written: Checkpoint | undefined;
  #closes: Closes = new Map();
  #rowsMax: number = LIMITS.rowsMin;
  #hasRepeated = false;
  /** Folded and not known to be written. */
  #pending: Pending | undefined;

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#schema = options.schema ?? 'read';
    this.#laws = options.laws ?? engineLaws;
    this.#folded = emptyOf(options.journal.id);
  }

  /** What is known to be written. */
  get checkpoint(): Checkpoint {
    return this.#written ?? emptyOf(this.#options.journal.id);
  }

  /** One step: false where there was nothing to do. A throw is worth another step. */
  async step(): Promise<boolean> {
    const world = this.#world ?? (await this.#begin());
    if (!this.#pending) this.#pending = await this.#gather(world);
    const pending = this.#pending;
    if (!pending) return false;
    await this.#write(pending);
    return true;
  }

  /** Forgets its world: the next step begins at the checkpoint. */
  reset(): void {
    this.#world = undefined;
    this.#pending = undefined;
    this.#options.effects?.reset();
  }

  /** Comes to the world of the checkpoint, making the tables where there are none of this journal. */
  async #begin(): Promise<World> {
    const { journal, store } = this.#options;
    this.#pending = undefined;
    const at = await this.#checkpointInHistory();
    const { rows } = await store.look((run) =>
      run(`select distinct on (market, line) market, line, close from ${this.#schema}.candles
        where every = '1d' order by market, line, opens_at desc`),
    );
    this.#closes = new Map(
      rows.map(([market, line, close]) => [`${market ?? ''} ${line ?? ''}`, BigInt(close ?? 0)]),
    );
    const { world } = await recover(await upTo(journal, at), {
      laws: this.#laws,
      afterGroup: () => setImmediate(),
      ...(await this.#untold(at)),
    });
    await this.#tell();
    this.#world = world;
    this.#folded = at;
    this.#written = at;
    return world;
  }

  /** Tables that were filled anew may be ahead of what was told to people: that is made up for. */
  async #untold(at: Checkpoint): Promise<Pick<RecoverOptions, 'ignoresSnapshots' | 'onEntry'>> {
    const { effects, store } = this.#options;
    effects?.reset();
    const mark = effects && (await store.look((run) => markOf(run)));
    if (mark === undefined || mark >= at.seq) return {};
    return {
      ignoresSnapshots: true,
      onEntry: (entry, _line, world) => {
        if (entry.seq > mark) effects?.add(entry, world);
      },
    };
  }

  async #hasTold(seq: number): Promise<boolean> {
    const { effects, store } = this.#options;
    const mark = effects && (await store.look((run) => markOf(run)));
    return mark === undefined || mark >= seq;
  }

  async #tell(): Promise<void> {
    const { effects, store, onTold } = this.#options;
    if (!effects) return;
    const told = await store.transaction(effects.end());
    onTold?.(told);
  }

  async #checkpointInHistory(): Promise<Checkpoint> {
    const { journal, store, onAlarm } = this.#options;
    const found = await store.look((run) => checkpointOf(run, this.#schema, journal.id));
    if (found) {
      if (found.grp === 0) return found;
      const [group] = await journal.read(found.grp - 1, 1);
      if (group?.hash === found.hash && group.lastSeq === found.seq) return found;
      onAlarm(`The tables hold entry ${found.seq} of another history: they are made anew.`);
    }
    const isFree = await store.transaction(async (run) => {
      await lockTables(run);
      // Somebody else may have made or filled them meanwhile.
      const now = await checkpointOf(run, this.#schema, journal.id);
      if (now?.hash !== found?.hash) return false;
      await makeTables(run, this.#schema, journal.id);
      return true;
    });
    return isFree ? emptyOf(journal.id) : this.#checkpointInHistory();
  }

  async #gather(world: World): Promise<Pending | undefined> {
    const { journal, steady } = this.#options;
    const groups = await journal.read(this.#folded.grp, LIMITS.groupsAtOnce);
    if (groups.length === 0) return undefined;
    const writes: Write[] = [];
    const traces: string[] = [];
    const begun = steady();
    let batch = new Batch(this.#closes);
    let rows = 0;
    const end = (): void => {
      rows += batch.rows;
      writes.push(batch.end(world, this.#schema));
      batch = new Batch(this.#closes);
    };
    try {
      for (const group of groups) {
        traces.push(...tracesIn(group.meta));
        this.#folded = foldGroup(world, this.#folded, group, {
          fold: this.#laws.fold,
          onEntry: (entry) => {
            batch.add(entry, world);
            this.#options.effects?.add(entry, world);
          },
          onHour: (hour) => {
            end();
            writes.push(async (run) => {
              await takeStock(run, this.#schema, hour);
              return 0;
            });
          },
        });
        if (rows + batch.rows >= this.#rowsMax || steady() - begun >= LIMITS.foldMsMax) break;
      }
      end();
      const tell = this.#options.effects?.end();
      return { writes, to: this.#folded, traces, begunAt: begun, rows, tell };
    } catch (error) {
      // The world may be half way into a group.
      this.reset();
      throw error;
    }
  }

  async #write(pending: Pending): Promise<void> {
    const from = this.checkpoint;
    const { store, steady, onTold, onTraced, onRows } = this.#options;
    const begun = steady();
    let repeated = 0;
    try {
      const told = await store.transaction(async (run) => {
        await move(run, this.#schema, { from, to: pending.to });
        repeated = 0;
        for (const write of pending.writes) repeated += await write(run);
        return pending.tell?.(run);
      });
      if (told) onTold?.(told);
    } catch (error) {
      await this.#learn(pending, from);
      if (!(error instanceof Outrun) && this.#pending) throw error;
      return;
    }
    if (repeated > 0) this.#tellRepeated(from);
    this.#pace(pending.rows, steady() - begun);
    this.#written = pending.to;
    this.#pending = undefined;
    const { traces, begunAt, to, rows } = pending;
    onRows?.(rows);
    if (traces.length > 0) onTraced?.(traces, steady() - begunAt, to.seq);
  }

  /** Said once: whoever gives an old key another time, again and again, must not fill the log. */
  #tellRepeated({ seq }: Checkpoint): void {
    if (!this.#hasRepeated)
      this.#options.onAlarm(
        `A command id occurs a second time in the entries after ${seq}: a key got another time after it was forgotten.`,
      );
    this.#hasRepeated = true;
  }

  /** Whoever reads waits for a transaction at most so long, and much that waits is written in few of them. */
  #pace(rows: number, tookMs: number): void {
    const { rowsMin, rowsMax, writeMsMax } = LIMITS;
    if (tookMs > writeMsMax) this.#rowsMax = Math.max(rowsMin, this.#rowsMax / 2);
    else if (tookMs < writeMsMax / 2 && rows >= this.#rowsMax)
      this.#rowsMax = Math.min(rowsMax, this.#rowsMax * 2);
  }

  /** After a write whose fate is not known: the checkpoint tells. */
  async #learn(pending: Pending, from: Checkpoint): Promise<void> {
    const { store, journal } = this.#options;
    const now = await store.look((run) => checkpointOf(run, this.#schema, journal.id));
    // Not done: the same again.
    if (now?.grp === from.grp && now.hash === from.hash) return;
    const isThere = now?.grp === pending.to.grp && now.hash === pending.to.hash;
    // Tables that were filled anew may have come so far by themselves, and told nobody.
    if (now && isThere && (await this.#hasTold(now.seq))) {
      this.#written = now;
      this.#pending = undefined;
      return;
    }
    // Another writes too, in other steps, or the tables are new.
    this.reset();
  }
}

/** Whoever moved in this hour, or holds shares, with what he is worth at its end. */
async function takeStock(run: RunSql, schema: Schema, hour: number): Promise<void> {
  await run(
    `insert into ${schema}.portfolio (account, at, points, equity, granted)
      select w.account, $1::bigint, w.points, w.equity, w.granted
      from ${schema}.worth w join ${schema}.accounts a on a.id = w.account
      where a.touched_at >= $2::bigint or w.equity <> w.points`,
    [hour + HOUR_MS, hour],
  );
}
