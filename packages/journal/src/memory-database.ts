/**
 * The store's statements on maps in memory, one at a time, as a database with a unique key keeps them: for
 * simulations. A test gives it and a real server the same statements and compares what they say.
 */
import { hashZero } from '@fairground/engine';
import { GROUP_LIMITS } from './journal.js';
import { MemoryShelf } from './memory-shelf.js';
import { type Connection, NothingDone, type Rows, type Value } from './postgres-connection.js';
import { SQL } from './postgres-sql.js';

interface Row {
  readonly grp: number;
  readonly term: number;
  readonly first: number;
  readonly last: number;
  readonly hash: string;
  readonly lines: string;
  readonly meta: string;
}

/** What a statement is called here: for whoever cuts some lines and not others. */
export const statementName = (statement: string): string =>
  Object.entries(SQL).find(([, text]) => text === statement)?.[0] ?? '';

interface Lease {
  readonly holder: string;
  readonly url: string;
  readonly term: number;
  readonly beat: number;
  readonly v: number;
}

/** What a canary leaves out. */
export interface Missing {
  /** A new term leaves no row behind, and beats look at nothing but the lease. */
  readonly terms?: boolean;
}

export class MemoryDatabase {
  #rows = new Map<number, Row>();
  #lease: Lease | undefined;
  #shelf = new MemoryShelf();
  /** Nobody answers the door. */
  isAway = false;
  readonly #missing: Missing;
  readonly #now: () => number;

  constructor(now: () => number, missing: Missing = {}) {
    this.#now = now;
    this.#missing = missing;
  }

  /** With an empty journal in it. */
  static founded(id: string, now: () => number, missing: Missing = {}): MemoryDatabase {
    const database = new MemoryDatabase(now, missing);
    database.run(SQL.makeLease, [0]);
    database.run(SQL.found, [0, hashZero(id), `#fairground journal 1 ${id}`]);
    return database;
  }

  get rows(): readonly Row[] {
    return [...this.#rows.values()].sort((a, b) => a.grp - b.grp);
  }

  /** Those that hold an entry above `seq`. */
  after(seq: number): readonly Row[] {
    const found: Row[] = [];
    const { rows } = this;
    for (let at = rows.length - 1; at >= 0; at--) {
      const row = rows[at];
      if (!row || row.last <= seq) break;
      found.unshift(row);
    }
    return found;
  }

  /** As it is now, to come back to: a backup, or a standby that lags. */
  keep(): () => void {
    const rows = new Map(this.#rows);
    const lease = this.#lease;
    const shelf = this.#shelf.copy();
    return () => {
      this.#shelf = shelf.copy();
      this.#rows = new Map(rows);
      this.#lease = lease;
    };
  }

  connection(): Connection {
    return { run: async (statement, values) => this.run(statement, values), close: () => {} };
  }

  /** Answers a question from an older state, as a replica would: without the newest groups. */
  runOld(statement: string, values: readonly Value[], groups: number): Rows {
    const rows = this.#rows;
    const oldest = Math.max(0, rows.size - 1 - groups);
    this.#rows = new Map([...rows].filter(([grp]) => grp <= oldest));
    try {
      return this.run(statement, values);
    } finally {
      this.#rows = rows;
    }
  }

  run(statement: string, values: readonly Value[]): Rows {
    if (this.isAway) throw new NothingDone('system ECONNREFUSED', 'nobody listens there');
    switch (statement) {
      case SQL.append:
        return this.#append(values);
      case SQL.termRow:
        return this.#termRow(values);
      case SQL.head:
        return said(this.#newest && headColumns(this.#newest));
      case SQL.newest:
        return said(this.#newest && [...headColumns(this.#newest), holderIn(this.#newest)]);
      case SQL.rowAt: {
        const row = this.#rows.get(Number(values[1]));
        return said(row && headColumns(row));
      }
      case SQL.read:
        return this.#read(Number(values[1]), Number(values[2]));
      case SQL.groupOf: {
        const row = this.rows.find(({ last }) => last >= Number(values[1]));
        return said(row && groupColumns(row));
      }
      case SQL.identity:
        return said(this.#identity);
      case SQL.found: {
        const [, hash = '', meta = ''] = values.map(String);
        return this.#insert({ grp: 0, term: 0, first: 1, last: 0, hash, lines: '', meta });
      }
      default:
        return this.#shelf.run(statement, values) ?? this.#onLease(statement, values);
    }
  }

  get #identity(): readonly Value[] | undefined {
    const row = this.#rows.get(0);
    return row && [row.meta];
  }

  #onLease(statement: string, values: readonly Value[]): Rows {
    const lease = this.#lease;
    if (statement === SQL.makeLease) {
      if (lease) throw new NothingDone('23505', 'there is a lease');
      this.#lease = { holder: '', url: '', term: 0, beat: 0, v: 0 };
      return changed(1);
    }
    if (!lease) return changed(0);
    switch (statement) {
      case SQL.lease:
        return said([lease.holder, lease.url, lease.term, lease.beat, lease.v]);
      case SQL.takeLease: {
        const [, holder, url, term, v, seenTerm, seenBeat] = values;
        const isSeen = lease.term === seenTerm && lease.beat === seenBeat && lease.v <= Number(v);
        if (!isSeen) return changed(0);
        const [name, where] = [String(holder), String(url)];
        this.#lease = { holder: name, url: where, term: Number(term), beat: 0, v: Number(v) };
        return changed(1);
      }
      case SQL.beat:
        if (!this.#mayBeat(lease, values)) return changed(0);
        this.#lease = { ...lease, beat: lease.beat + 1 };
        return said([Math.floor(this.#now())]);
      case SQL.confirm:
        return changed(1);
      case SQL.release:
        if (lease.holder !== values[1]) return changed(0);
        this.#lease = { ...lease, holder: '', url: '' };
        return changed(1);
      default:
        throw new Error(`The database in memory does not know: ${statement}`);
    }
  }

  #mayBeat(lease: Lease, [, holder, term, grp, hash, sent]: readonly Value[]): boolean {
    if (lease.holder !== holder || lease.term !== term) return false;
    if (this.#missing.terms) return true;
    const next = this.#rows.get(Number(grp) + 1);
    return this.#rows.get(Number(grp))?.hash === hash && (!next || next.hash === sent);
  }

  #append(values: readonly Value[]): Rows {
    const [, grp, term, first, last, hash, lines, previous, meta] = values;
    const before = this.#rows.get(Number(grp) - 1);
    const follows =
      before?.last === Number(first) - 1 && before.hash === previous && before.term === term;
    if (!follows) return changed(0);
    return this.#insert({
      grp: Number(grp),
      term: Number(term),
      first: Number(first),
      last: Number(last),
      hash: String(hash),
      lines: String(lines),
      meta: String(meta),
    });
  }

  #termRow([, at, term, hash, meta]: readonly Value[]): Rows {
    const before = this.#rows.get(Number(at));
    if (!before || before.term >= Number(term) || before.hash !== hash) return changed(0);
    if (this.#missing.terms && before.grp > 0) return changed(1);
    const { grp, last } = before;
    const row = { grp: grp + 1, term: Number(term), first: last + 1, last, lines: '' };
    return this.#insert({ ...row, hash: before.hash, meta: String(meta) });
  }

  #insert(row: Row): Rows {
    if (this.#rows.has(row.grp)) throw new NothingDone('23505', `group ${row.grp} is there`);
    this.#rows.set(row.grp, row);
    return changed(1);
  }

  #read(after: number, limit: number): Rows {
    let bytes = 0;
    const rows = this.rows
      .filter(({ grp }) => grp > Math.max(0, after))
      .slice(0, limit)
      .filter(({ lines }) => (bytes += lines.length) <= GROUP_LIMITS.readBytesMax);
    return { count: rows.length, rows: rows.map((row) => groupColumns(row).map(String)) };
  }

  get #newest(): Row | undefined {
    return this.rows.at(-1);
  }
}

const headColumns = ({ grp, term, last, hash }: Row): Value[] => [grp, term, last, hash];
const groupColumns = ({ grp, term, first, last, hash, lines, meta }: Row): Value[] => [
  grp,
  term,
  first,
  last,
  hash,
  lines,
  first > last ? '' : meta,
];

/** A term row says who wrote it. */
const holderIn = ({ first, last, meta }: Row): string => (first > last ? meta : '');

const said = (row: readonly Value[] | undefined): Rows =>
  row ? { count: 1, rows: [row.map(String)] } : { count: 0, rows: [] };

const changed = (count: number): Rows => ({ count, rows: [] });
