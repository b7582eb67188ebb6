/** The journal in a PostgreSQL database: many nodes, one chain, one fence. */
import { ENTRY_VERSION } from '@fairground/engine';
import { randomBytes } from 'node:crypto';
import { Barrier } from './barrier.js';
import { JournalRefused } from './file-errors.js';
import { headOf } from './fence.js';
import {
  type Appended,
  type Group,
  type Head,
  type Predecessor,
  type SnapshotMade,
  StoreFailure,
} from './journal.js';
import { type Beat, LeaseTaken, type LeaseView, type SharedJournal } from './lease.js';
import { type Connect, NothingDone, Unsure } from './postgres-connection.js';
import { PostgresDigests } from './postgres-digests.js';
import { ask, jitterOf, type Waits } from './postgres-insist.js';
import { LeaseRow } from './postgres-lease.js';
import { connectBy, reached } from './postgres-open.js';
import { groupFrom, headFrom } from './postgres-rows.js';
import { found, migrate } from './postgres-schema.js';
import { Session, SESSION_LIMITS, SessionClosed } from './postgres-session.js';
import { type Setting, settingsOf } from './postgres-settings.js';
import { PostgresShelf, type ShelfPlace } from './postgres-shelf.js';
import { makeClaimed } from './postgres-snapshot.js';
import { SQL } from './postgres-sql.js';
import { GroupWriter } from './postgres-writer.js';
import { RecentGroups } from './recent.js';
import type { MakeOptions } from './snapshot-make.js';
import { SnapshotThread } from './snapshot-thread.js';
import { nodeTimer, type Timer } from './timer.js';

export const RECENT_BYTES = 64 * 1024 * 1024;

export interface PostgresJournalOptions {
  /** Where the database is, or how to connect to it. */
  readonly connect: string | Connect;
  readonly shard?: number;
  /** What this node is called; made unique for each opening. */
  readonly name?: string;
  /** Makes this opening unlike any other of the same name. Drawn when absent. */
  readonly nonce?: string;
  /** Where other nodes reach this one. */
  readonly url?: string;
  /** For a new journal: its id (an import keeps the exported one). Drawn when absent. */
  readonly id?: string;
  /** The version of entries that this build writes. */
  readonly v?: number;
  /** How much is remembered to heal a store that lost its end. */
  readonly recentBytesMax?: number;
  readonly timer?: Timer;
  /** Something an operator must hear of. */
  readonly onAlarm?: (reason: string) => void;
}

export async function openPostgresJournal(
  options: PostgresJournalOptions,
): Promise<PostgresJournal> {
  const connect = await connectBy(options.connect);
  const { timer = nodeTimer, shard = 0 } = options;
  const session = new Session(connect, timer);
  const waits = { timer, jitter: jitterOf(options.name ?? '') };
  try {
    const bad = (await reached(settingsOf(connect))).filter(({ verdict }) => verdict === 'refused');
    if (bad.length > 0) {
      const each = bad.map(({ name, value, advice }) => `${name} is ${value}: ${advice ?? ''}`);
      throw new JournalRefused('settings', `The database keeps no promises. ${each.join('; ')}.`);
    }
    await migrate(session, waits);
    const { id: asked = randomBytes(16).toString('hex') } = options;
    const id = await found(session, waits, { shard, id: asked });
    if (options.id !== undefined && asked !== id) {
      throw new JournalRefused('format', `This database holds the journal ${id}, not ${asked}.`);
    }
    return new PostgresJournal(id, connect, options);
  } finally {
    session.close();
  }
}

/** What `doctor` prints of a database: how it is set, and what to do about it. */
export async function postgresSettings(where: string | Connect): Promise<readonly Setting[]> {
  return settingsOf(await connectBy(where));
}

export class PostgresJournal implements SharedJournal {
  readonly id: string;
  readonly holder: string;
  readonly snapshots: PostgresShelf;
  readonly digests: PostgresDigests;
  readonly #shelf: ShelfPlace;
  /** Absent where there is no address to give to a thread. */
  readonly #thread: SnapshotThread | undefined;
  #made = 0;
  readonly #shard: number;
  readonly #v: number;
  readonly #waits: Waits;
  readonly #sessions: Readonly<Record<'write' | 'read' | 'lease' | 'side', Session>>;
  readonly #recent: RecentGroups;
  readonly #writer: GroupWriter;
  readonly #lease: LeaseRow;
  readonly #barrier: Barrier;
  /** The newest group known to be durable while we lead, in our term. */
  #mine: Head | undefined;
  /** Hash of the group that is on its way, or ''. */
  #sent = '';
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(id: string, connect: Connect, options: PostgresJournalOptions) {
    const { shard = 0, url: address = '', v = ENTRY_VERSION, timer = nodeTimer } = options;
    const { name = 'node', onAlarm = () => {}, recentBytesMax = RECENT_BYTES } = options;
    this.id = id;
    this.holder = `${name} ${options.nonce ?? randomBytes(6).toString('hex')}`;
    this.#shard = shard;
    this.#v = v;
    this.#waits = { timer, jitter: jitterOf(this.holder) };
    const session = (): Session => new Session(connect, timer);
    const lease = new Session(connect, timer, SESSION_LIMITS.beatMsMax);
    this.#sessions = { write: session(), read: session(), lease, side: session() };
    this.#shelf = { shard, session: this.#sessions.side, waits: this.#waits };
    this.snapshots = new PostgresShelf(this.#shelf);
    this.digests = new PostgresDigests(this.#shelf, this.holder);
    const { connect: url } = options;
    if (typeof url === 'string')
      this.#thread = new SnapshotThread({ kind: 'postgres', connect: url, shard, name });
    this.#recent = new RecentGroups(recentBytesMax);
    const leader = { holder: this.holder, url: address, v };
    this.#lease = new LeaseRow(shard, this.#sessions.lease, this.#waits, leader);
    this.#barrier = new Barrier(timer, async () => (await this.beat()).leads);
    this.#writer = new GroupWriter({
      shard,
      holder: this.holder,
      session: this.#sessions.write,
      waits: this.#waits,
      recent: this.#recent,
      confirm: () => this.#lease.confirm(),
      onAlarm,
    });
  }

  /** For those who must know that this node leads: a refusal, a fresh read. */
  readonly barrier = (): Promise<boolean> => this.#barrier.pass();

  async append(group: Group, prev: Predecessor): Promise<Appended> {
    return this.#inTurn(async () => {
      const answer = this.#barrier.begin();
      this.#sent = group.hash;
      let outcome: Appended;
      try {
        outcome = await this.#writer.append(group, prev);
      } finally {
        this.#sent = '';
      }
      if (outcome !== 'done') return outcome;
      this.#recent.add(group);
      // One that was there before proves nothing about now.
      if (this.#mine?.term !== group.term || this.#mine.grp !== group.grp - 1) return outcome;
      this.#mine = headOf(group);
      answer(true);
      return outcome;
    });
  }

  async take(seen?: LeaseView): Promise<Head> {
    return this.#inTurn(async () => {
      this.#mine = undefined;
      for (;;) {
        const view = await this.#lease.view();
        if (view.v > this.#v) throw new JournalRefused('format', NEWER);
        const isAsSeen = !seen || (view.term === seen.term && view.beat === seen.beat);
        const head = isAsSeen ? await this.#takeOver(view) : undefined;
        if (head) return head;
        if (seen) throw new LeaseTaken();
      }
    });
  }

  async #takeOver(view: LeaseView): Promise<Head | undefined> {
    const { term: stored } = await this.#head();
    // Also above what is only remembered here: what is healed keeps its terms.
    const term = 1 + Math.max(view.term, stored, this.#recent.newest?.term ?? 0);
    if (!(await this.#lease.take(view, term))) return undefined;
    const head = await this.#writer.begin(term);
    if (!head) return undefined;
    this.#recent.add({ ...head, firstSeq: head.lastSeq + 1, lines: '' });
    this.#mine = head;
    return head;
  }

  async beat(): Promise<Beat> {
    this.#throwIfClosed();
    // An append may land between the question and the answer: then it is asked anew.
    for (let tries = 0; tries < 3; tries++) {
      if (!this.#mine) break;
      const { term } = this.#mine;
      const at = await this.#lease.beat(term, this.#mine, this.#sent);
      if (at !== undefined) return { leads: true, at };
      if ((await this.#lease.view()).term > term) {
        // Whoever leads now may not know what was there: we do.
        await this.#writer.checkKept(this.#mine);
        break;
      }
      const healed = await this.#inTurn(() => this.#writer.heal(term));
      if (healed !== 'whole' && healed !== 'healed') break;
    }
    return { leads: false };
  }

  async lease(): Promise<LeaseView> {
    this.#throwIfClosed();
    return this.#lease.view();
  }

  async release(): Promise<void> {
    this.#throwIfClosed();
    this.#mine = undefined;
    await this.#lease.release();
  }

  forget(): void {
    this.#recent.forget();
  }

  async read(after: number, limit: number): Promise<readonly Group[]> {
    const rows = await this.#ask(SQL.read, [this.#shard, after, limit]);
    const groups = rows.map(groupFrom);
    for (const group of groups) this.#recent.add(group);
    return groups;
  }

  async groupOf(seq: number): Promise<Group | undefined> {
    const [row] = await this.#ask(SQL.groupOf, [this.#shard, seq]);
    const group = row && groupFrom(row);
    return group && group.firstSeq <= seq ? group : undefined;
  }

  head(): Promise<Head> {
    return this.#head();
  }

  /** In a thread with a connection of its own, where it can be; one at a time over all nodes. */
  async snapshot(): Promise<SnapshotMade> {
    this.#throwIfClosed();
    return this.#thread ? this.#thread.make() : this.snapshotHere();
  }

  /** In this thread. */
  snapshotHere(options?: MakeOptions): Promise<SnapshotMade> {
    return makeClaimed(this, this.#shelf, `${this.holder} ${++this.#made}`, options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.end();
    for (const session of Object.values(this.#sessions)) session.close();
    await this.#turn;
  }

  async #head(): Promise<Head> {
    const [row = []] = await this.#ask(SQL.head, [this.#shard]);
    return headFrom(row);
  }

  async #ask(statement: string, values: readonly number[]): ReturnType<typeof ask> {
    this.#throwIfClosed();
    try {
      return await ask(this.#sessions.read, this.#waits, statement, values);
    } catch (error) {
      // A question changes nothing: whoever reads while the database is away is told to come again.
      if (error instanceof NothingDone || error instanceof Unsure)
        throw new StoreFailure('busy', error.message);
      throw error;
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#throwIfClosed();
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new SessionClosed();
  }
}

const NEWER = 'A newer build has led this journal; this build may not.';
