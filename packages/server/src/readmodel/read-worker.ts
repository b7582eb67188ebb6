/**
 * The thread that keeps the tables and answers from them: the writer of the journal never waits for SQL.
 *
 * Long because whatever is asked of the database comes through this one door.
 */
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import {
  type IdBounds,
  type JournalReader,
  lawsRemembering,
  openFileJournalReader,
  openPostgresReader,
} from '@fairground/journal';
import { machineTime } from '../clock.js';
import { type Checkpoint, checkpointOf, emptyOf } from './checkpoint.js';
import { makeEffectTables } from './effect-tables.js';
import { EntryEffects, type Wanted, type Written } from './entry-effects.js';
import { type HouseEffects, tellHouse } from './house-effects.js';
import { makeQueues, type Queue } from './job-queues.js';
import { Projector, type ProjectorOptions } from './projector.js';
import { rebuildTables } from './rebuild-tables.js';
import { openPglite } from './sql-pglite.js';
import { openPostgres } from './sql-postgres.js';
import { type Keeping, keepBatch } from '../ticks/keep.js';
import type { RunSql, SqlRow, SqlStore, SqlValue } from './sql-store.js';

export type ReadWorkerOptions =
  /** Directories, or addresses of databases. */
  {
    readonly kind: 'file' | 'postgres';
    readonly id: string;
    readonly journal: string;
    readonly tables: string;
    readonly ids?: IdBounds | undefined;
  };

export type ToReadWorker =
  | { readonly type: 'project'; readonly isOn: boolean }
  | { readonly type: 'look'; readonly id: number; readonly looks: readonly Look[] }
  | { readonly type: 'rebuild'; readonly id: number }
  | { readonly type: 'house'; readonly id: number; readonly house: HouseEffects }
  | { readonly type: 'write'; readonly id: number; readonly looks: readonly Look[] }
  | { readonly type: 'keep'; readonly id: number; readonly keeping: Keeping }
  | {
      readonly type: 'run';
      readonly id: number;
      readonly statement: string;
      readonly values: readonly unknown[] | undefined;
    }
  /** What people want to be told of; before the first of these nobody is told anything. */
  | { readonly type: 'wanted'; readonly wanted: Wanted; readonly queues: readonly Queue[] }
  | { readonly type: 'close' };

export interface Look {
  readonly statement: string;
  readonly values: readonly SqlValue[];
}

/** opening: there is no database yet. filling: its tables have not caught up since it was opened. */
export type TablesState = 'opening' | 'filling' | 'following' | 'resting' | 'stopped';

export type FromReadWorker =
  | { readonly type: 'state'; readonly state: TablesState }
  /** `rows`: written since the thread began. */
  | { readonly type: 'at'; readonly at: Checkpoint; readonly rows: number }
  | {
      readonly type: 'traced';
      readonly traces: readonly string[];
      readonly tookMs: number;
      readonly seq: number;
    }
  | { readonly type: 'rebuilding'; readonly seq: number }
  | {
      readonly type: 'seen';
      readonly id: number;
      /** Absent where there are no tables of this journal. */
      readonly at: Checkpoint | undefined;
      readonly rows: readonly (readonly SqlRow[])[];
    }
  | { readonly type: 'ran'; readonly id: number; readonly rows: readonly unknown[] }
  | { readonly type: 'told'; readonly written: Written }
  /** `isAway`: the database could not be asked, which says nothing of the question. */
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly reason: string;
      readonly isAway?: boolean;
    }
  | { readonly type: 'alarm'; readonly reason: string }
  | { readonly type: 'closed' };

/** Whoever waits for an answer goes first. */
const NICE = 10;
const IDLE_MS = 50;
const AGAIN_MS = 1_000;

const send = (message: FromReadWorker): void => parentPort?.postMessage(message);
const onAlarm = (reason: string): void => send({ type: 'alarm', reason });

class Tables {
  readonly #options: ReadWorkerOptions;
  readonly #store: SqlStore;
  #journal: JournalReader | undefined;
  #isOn = false;
  #isClosing = false;
  #state: TablesState = 'opening';
  #said = '';
  #rows = 0;
  #turn = new AbortController();
  #wanted: Extract<ToReadWorker, { type: 'wanted' }> | undefined;
  #prepared: Promise<void> | undefined;
  #effects: EntryEffects | undefined;
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: ReadWorkerOptions, store: SqlStore) {
    this.#options = options;
    this.#store = store;
  }

  hear(message: ToReadWorker): void {
    switch (message.type) {
      case 'project':
        this.#isOn = message.isOn;
        break;
      case 'look':
        this.#answer(message.id, this.#look(message.looks));
        break;
      case 'rebuild':
        this.#answer(message.id, this.#rebuild());
        break;
      case 'write':
        this.#answer(
          message.id,
          this.#written((run) => answers(run, message.looks)),
        );
        break;
      case 'keep':
        this.#answer(
          message.id,
          this.#written((run) => keepBatch(run, message.keeping)),
        );
        break;
      case 'house':
        this.#answer(message.id, this.#tellHouse(message.house));
        break;
      case 'run':
        this.#run(message.id, message.statement, message.values);
        break;
      case 'wanted':
        if (this.#effects) this.#effects.hear(message.wanted);
        else this.#wanted = message;
        break;
      case 'close':
        this.#isClosing = true;
        break;
    }
    this.#turn.abort();
  }

  /** Goes on until it is told to close. */
  async run(): Promise<void> {
    let projector: Projector | undefined;
    while (!this.#isClosing) {
      if (!this.#isOn || this.#state === 'stopped') {
        projector = undefined;
        if (this.#state !== 'stopped') this.#enter('resting');
        await this.#wait(AGAIN_MS);
        continue;
      }
      try {
        if (!projector) this.#enter('filling');
        projector ??= new Projector({ ...(await this.#parts()), ...(await this.#telling()) });
        const isMore = await projector.step();
        send({ type: 'at', at: projector.checkpoint, rows: this.#rows });
        if (isMore) continue;
        this.#enter('following');
        await this.#wait(IDLE_MS);
      } catch (error) {
        projector = undefined;
        await this.#failed(error);
      }
    }
    await this.#journal?.close();
    await Promise.all(this.#running);
    await this.#store.close();
    send({ type: 'closed' });
  }

  async #failed(error: unknown): Promise<void> {
    const reason = reasonOf(error);
    // The same again and again is told once.
    if (reason !== this.#said) onAlarm(`The tables are not carried on: ${reason}`);
    this.#said = reason;
    await this.#journal?.close();
    this.#journal = undefined;
    await this.#wait(AGAIN_MS);
  }

  async #parts(): Promise<ConstructorParameters<typeof Projector>[0]> {
    const { kind, journal, ids } = this.#options;
    this.#journal ??=
      kind === 'file'
        ? await openFileJournalReader(journal)
        : await openPostgresReader({ connect: journal });
    const { steady } = machineTime;
    const laws = lawsRemembering(ids);
    return {
      journal: this.#journal,
      store: this.#store,
      steady,
      laws,
      onAlarm,
      onRows: (rows) => (this.#rows += rows),
      onTraced: (traces, tookMs, seq) => send({ type: 'traced', traces, tookMs, seq }),
    };
  }

  /** Tables and queues for what people are told, before anybody asks for them. */
  #prepare(): Promise<void> {
    this.#prepared ??= this.#wanted ? this.#makeRoom() : Promise.resolve();
    // Where it was cut off, whoever comes next begins again.
    return this.#prepared.catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
  }

  async #makeRoom(): Promise<void> {
    const { to = 0 } = this.#wanted?.wanted ?? {};
    await this.#store.transaction((run) => makeEffectTables(run, this.#options.id, to));
    await makeQueues(this.#store, this.#wanted?.queues ?? []);
    // It may have changed meanwhile.
    if (this.#wanted) this.#effects = new EntryEffects(this.#options.id, this.#wanted.wanted);
  }

  async #telling(): Promise<Pick<ProjectorOptions, 'effects' | 'onTold'>> {
    await this.#prepare();
    const onTold = (written: Written): void => {
      if (written.count > 0) send({ type: 'told', written });
    };
    return this.#effects ? { effects: this.#effects, onTold } : {};
  }

  async #written(
    work: (run: RunSql) => Promise<readonly (readonly SqlRow[])[]>,
  ): Promise<Omit<Seen, 'type' | 'id'>> {
    await this.#prepare();
    const at = emptyOf(this.#options.id);
    return { at, rows: await this.#store.transaction(work) };
  }

  async #tellHouse(house: HouseEffects): Promise<Omit<Seen, 'type' | 'id'>> {
    await this.#prepare();
    await this.#store.transaction((run) => tellHouse(run, this.#options.id, house));
    return { at: emptyOf(this.#options.id), rows: [] };
  }

  #run(id: number, statement: string, values: readonly unknown[] | undefined): void {
    const running = this.#prepare()
      .then(() => this.#store.raw(statement, values))
      .then(
        ({ rows }) => send({ type: 'ran', id, rows }),
        (error: unknown) => send({ type: 'failed', id, reason: reasonOf(error) }),
      )
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #answer(id: number, asked: Promise<Omit<Seen, 'type' | 'id'>>): void {
    asked.then(
      (seen) => send({ type: 'seen', id, ...seen }),
      (error: unknown) =>
        send({ type: 'failed', id, reason: String(error), isAway: isAway(error) }),
    );
  }

  async #look(looks: readonly Look[]): Promise<Omit<Seen, 'type' | 'id'>> {
    await this.#prepare();
    return this.#store.look(async (run) => {
      const at = await checkpointOf(run, 'read', this.#options.id);
      return { at, rows: at ? await answers(run, looks) : [] };
    });
  }

  async #rebuild(): Promise<Omit<Seen, 'type' | 'id'>> {
    await rebuildTables({
      ...(await this.#parts()),
      onProgress: (seq) => send({ type: 'rebuilding', seq }),
      isStopped: () => this.#isClosing,
    });
    if (this.#state === 'stopped') this.#enter('resting');
    return this.#look([]);
  }

  #enter(state: TablesState): void {
    if (this.#state !== state) send({ type: 'state', state });
    this.#state = state;
  }

  /** Or until something is asked: whoever asks may wait for what is newest. */
  async #wait(ms: number): Promise<void> {
    this.#turn = new AbortController();
    await sleep(ms, undefined, { signal: this.#turn.signal }).catch(() => {});
  }
}

async function answers(run: RunSql, looks: readonly Look[]): Promise<readonly SqlRow[][]> {
  const rows: SqlRow[][] = [];
  for (const { statement, values } of looks) rows.push([...(await run(statement, values)).rows]);
  return rows;
}

/** Lines that break and servers that end (classes 08, 53, 57, 58) are no fault of the statement. */
function isAway(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isOfSql = /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
  return !isOfSql || /^(08|53|57|58)/.test(code);
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

type Seen = Extract<FromReadWorker, { type: 'seen' }>;

// On Linux this is the thread alone; elsewhere it would be the whole process.
if (process.platform === 'linux') os.setPriority(0, NICE);
// What the thread was started with is typed by whoever starts it, in read-model.ts.
// oxlint-disable-next-line typescript/no-unsafe-assignment
const options: ReadWorkerOptions = workerData;
const open = async (): Promise<SqlStore> =>
  options.kind === 'file'
    ? openPglite(options.tables, onAlarm)
    : openPostgres(options.tables, onAlarm);
const early: ToReadWorker[] = [];
let hear = (message: ToReadWorker): void => void early.push(message);
parentPort?.on('message', (message: ToReadWorker) => hear(message));
const tables = new Tables(options, await open());
hear = (message) => tables.hear(message);
early.forEach(hear);
await tables.run();
parentPort?.close();
