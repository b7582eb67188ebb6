/** Writing groups: one fenced statement, and a way out of everything that can come back. */
import { checkGroup } from './fence.js';
import type { Appended, Group, Head, Predecessor } from './journal.js';
import { ask, insist, type Waits } from './postgres-insist.js';
import { headFrom, text } from './postgres-rows.js';
import type { Session } from './postgres-session.js';
import { SQL } from './postgres-sql.js';
import type { RecentGroups } from './recent.js';

export type Healed = 'whole' | 'healed' | 'fenced' | 'history_lost';

export interface WriterOptions {
  readonly shard: number;
  /** Unique to this opening: it stands in the rows of the terms it begins. */
  readonly holder: string;
  readonly session: Session;
  readonly waits: Waits;
  readonly recent: RecentGroups;
  /** A commit of ours that changes nothing. */
  readonly confirm: () => Promise<void>;
  readonly onAlarm: (reason: string) => void;
}

interface StoredHead extends Head {
  /** Of a term row: who began it. */
  readonly meta: string;
}

export class GroupWriter {
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async append(group: Group, prev: Predecessor): Promise<Appended> {
    checkGroup(group, prev);
    for (;;) {
      const said = await this.#insert(group, prev.hash, group.term);
      if (said !== 'missing') return said;
      // Our own predecessor is gone, or was never what the caller says.
      const healed = await this.heal(group.term);
      if (healed === 'whole') {
        this.#options.onAlarm(`The store does not hold what group ${group.grp} follows.`);
        return 'history_lost';
      }
      if (healed !== 'healed') return healed;
    }
  }

  /** Begins a term behind the newest group; undefined when a newer one has begun meanwhile. */
  async begin(term: number): Promise<Head | undefined> {
    const { shard, holder, session, waits } = this.#options;
    for (;;) {
      const head = await this.#head();
      if (head.term >= term) {
        if (head.term > term || head.meta !== holder) return undefined;
        await this.#options.confirm();
        return bare(head);
      }
      const healed = await this.heal(term);
      if (healed === 'healed') continue;
      if (healed !== 'whole') throw new HistoryLost(healed);
      const values = [shard, head.grp, term, head.hash, holder];
      const said = await insist(session, waits, SQL.termRow, values);
      // Taken, or not behind this head any more: only what the head is now tells.
      if (said === 'taken' || said.count === 0) continue;
      return { grp: head.grp + 1, term, lastSeq: head.lastSeq, hash: head.hash };
    }
  }

  /**
   * Brings back what the store has lost, from memory: the same bytes by the same statements, so that whoever
   * wrote since keeps his place and fences this off.
   */
  async heal(term: number): Promise<Healed> {
    const { onAlarm } = this.#options;
    const head = await this.#head();
    const lost = await this.#lostBehind(head, term);
    if (lost === 'history_lost' || lost.length === 0) {
      if (lost === 'history_lost')
        onAlarm(`The store lost groups that nobody here can bring back.`);
      return lost === 'history_lost' ? lost : 'whole';
    }
    onAlarm(`The store went back to group ${head.grp}: ${lost.length} groups are written again.`);
    let { hash } = head;
    for (const group of lost) {
      const said = await this.#insert(group, hash, term);
      if (said === 'fenced') return said;
      if (said === 'missing') return this.heal(term);
      ({ hash } = group);
    }
    return 'healed';
  }

  /** Whether a group that was durable still is; tells if not. */
  async checkKept(group: Head): Promise<boolean> {
    const there = await this.#rowAt(group.grp);
    const isKept = there !== undefined && isSame(there, group);
    if (!isKept) this.#options.onAlarm(`The store lost group ${group.grp}, which was durable.`);
    return isKept;
  }

  async #lostBehind(head: StoredHead, term: number): Promise<readonly Group[] | 'history_lost'> {
    const { recent, holder } = this.#options;
    const { newest } = recent;
    if (!newest) return [];
    if (head.grp >= newest.grp) {
      const same = head.grp === newest.grp ? head : await this.#rowAt(newest.grp);
      return same && isSame(same, newest) ? [] : 'history_lost';
    }
    const known = recent.get(head.grp);
    // The row of a term looks alike whoever began it, so of my own term it must bear my name.
    const isForeign = head.term === term && head.meta !== '' && head.meta !== holder;
    if (!known || !isSame(head, known) || isForeign) return 'history_lost';
    return recent.after(head) ?? 'history_lost';
  }

  /** `missing`: its predecessor is not there. */
  async #insert(
    group: Group,
    previous: string,
    mine: number,
  ): Promise<'done' | 'fenced' | 'missing'> {
    const { session, waits, confirm } = this.#options;
    for (;;) {
      const [statement, values] = this.#insertion(group, previous, mine);
      const said = await insist(session, waits, statement, values);
      if (said !== 'taken') return said.count === 1 ? 'done' : 'missing';
      const there = await this.#rowAt(group.grp);
      if (!there) continue;
      if (!isSame(there, group)) return 'fenced';
      // It is visible, which does not mean that the standby has it: a later commit of ours does.
      await confirm();
      return 'done';
    }
  }

  #insertion(group: Group, previous: string, mine: number): [string, (string | number)[]] {
    const { shard } = this.#options;
    const holder = group.term === mine ? this.#options.holder : '';
    const { grp, term, firstSeq, lastSeq, hash, lines, meta = '' } = group;
    if (lines === '') return [SQL.termRow, [shard, grp - 1, term, previous, holder]];
    return [SQL.append, [shard, grp, term, firstSeq, lastSeq, hash, lines, previous, meta]];
  }

  async #head(): Promise<StoredHead> {
    const { session, waits, shard } = this.#options;
    const [row = []] = await ask(session, waits, SQL.newest, [shard], FOREVER);
    return { ...headFrom(row), meta: text(row[4]) };
  }

  async #rowAt(grp: number): Promise<Head | undefined> {
    const { session, waits, shard } = this.#options;
    const [row] = await ask(session, waits, SQL.rowAt, [shard, grp], FOREVER);
    return row && headFrom(row);
  }
}

/** A write must be resolved, however long the database is away. */
const FOREVER = Number.POSITIVE_INFINITY;

/** What this process knows to have been durable is not in the store, and nobody has it. An operator decides. */
export class HistoryLost extends Error {
  constructor(what: string) {
    super(`The store does not hold what was durable (${what}).`);
    this.name = 'HistoryLost';
  }
}

const bare = ({ grp, term, lastSeq, hash }: Head): Head => ({ grp, term, lastSeq, hash });

const isSame = (there: Head, group: Head): boolean =>
  there.term === group.term && there.lastSeq === group.lastSeq && there.hash === group.hash;
