/** The lease as a row, changed by compare-and-set alone. */
import type { Head } from './journal.js';
import type { LeaseView } from './lease.js';
import { ask, insist, type Waits } from './postgres-insist.js';
import { leaseFrom, whole } from './postgres-rows.js';
import type { Session } from './postgres-session.js';
import { SQL } from './postgres-sql.js';

/** Who would lead. */
export interface Leader {
  readonly holder: string;
  readonly url: string;
  readonly v: number;
}

export class LeaseRow {
  readonly #shard: number;
  readonly #session: Session;
  readonly #waits: Waits;
  readonly #leader: Leader;

  constructor(shard: number, session: Session, waits: Waits, leader: Leader) {
    this.#shard = shard;
    this.#session = session;
    this.#waits = waits;
    this.#leader = leader;
  }

  async view(): Promise<LeaseView> {
    const [row = []] = await ask(this.#session, this.#waits, SQL.lease, [this.#shard]);
    return leaseFrom(row);
  }

  /** Whether it is ours now: over the very beat that was seen, or not at all. */
  async take(seen: LeaseView, term: number): Promise<boolean> {
    const { holder, url, v } = this.#leader;
    const values = [this.#shard, holder, url, term, v, seen.term, seen.beat];
    const said = await insist(this.#session, this.#waits, SQL.takeLease, values);
    if (said !== 'taken' && said.count === 1) return true;
    // What was seen has passed, so nothing of ours can still land; but it may be ours that landed.
    const now = await this.view();
    return now.holder === holder && now.term === term;
  }

  /** The database's time in milliseconds; undefined where we do not lead. `sent` is the hash under way, or ''. */
  async beat(term: number, newest: Head, sent: string): Promise<number | undefined> {
    const { holder } = this.#leader;
    const values = [this.#shard, holder, term, newest.grp, newest.hash, sent];
    const said = await insist(this.#session, this.#waits, SQL.beat, values);
    if (said === 'taken' || said.count === 0) return undefined;
    return whole(said.rows[0]?.[0]);
  }

  /** A commit that changes nothing: once it is there, so is everything that was visible before it. */
  async confirm(): Promise<void> {
    await insist(this.#session, this.#waits, SQL.confirm, [this.#shard]);
  }

  async release(): Promise<void> {
    const { holder } = this.#leader;
    await insist(this.#session, this.#waits, SQL.release, [this.#shard, holder]);
  }
}
