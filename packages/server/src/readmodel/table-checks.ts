/** Statements that anyone can run on the tables: each selects what breaks a promise, so no row is the good answer. */
import type { Checkpoint } from './checkpoint.js';
import { asked, type ReadModel } from './read-model.js';

const CHECKS = {
  sums_are_zero: `select asset, sum(amount) from read.balances group by asset having sum(amount) <> 0`,
  balances_are_their_transfers: `select account, asset, sum(amount) from (
    select account, asset, amount from read.balances
    union all select receiver, asset, -amount from read.transfers
    union all select sender, asset, amount from read.transfers) legs
    group by account, asset having sum(amount) <> 0`,
  one_price_per_rally: `select market from (
    select p.market, div(p.net - p.paid, p.units) as price from read.positions p
    join read.markets m on m.id = p.market
    where m.pledges and m.state = 'settled' and p.units > 0) paid
    group by market having count(distinct price) > 1`,
  one_fill_per_order: `select seq from read.trades group by seq having count(*) <> 1`,
  ids_are_distinct: `select seq from read.commands group by seq having count(*) <> 1`,
} as const;

const CHECK_AGAIN_MS = 60_000;
/** As many rows as show what is wrong. */
const SHOWN_MAX = 5;

interface Check {
  readonly name: string;
  readonly sql: string;
  readonly holds: boolean;
  /** The first rows of what is wrong. */
  readonly found?: readonly string[];
}

export interface TableChecks {
  readonly at: Checkpoint;
  readonly checks: readonly Check[];
}

/** They walk over everything there is: the last result counts for a minute, and one is made at a time. */
export class SharedChecks {
  readonly #tables: ReadModel;
  readonly #steady: () => number;
  #last: { readonly made: TableChecks; readonly at: number } | undefined;
  #making: Promise<TableChecks> | undefined;

  constructor(tables: ReadModel, steady: () => number) {
    this.#tables = tables;
    this.#steady = steady;
  }

  async get(): Promise<TableChecks> {
    if (this.#last && this.#steady() - this.#last.at < CHECK_AGAIN_MS) return this.#last.made;
    this.#making ??= this.#make().finally(() => (this.#making = undefined));
    // Whoever comes after the first is not made to wait for a newer one.
    return this.#last?.made ?? this.#making;
  }

  async #make(): Promise<TableChecks> {
    const named = Object.entries(CHECKS);
    const limited = named.map(([, sql]) =>
      asked(`select * from (${sql}) wrong limit ${SHOWN_MAX}`),
    );
    const { at, rows } = await this.#tables.look(...limited);
    const checks = named.map(([name, sql], n) => {
      const found = (rows[n] ?? []).map((row) => row.join(' '));
      const holds = found.length === 0;
      return { name, sql: sql.replace(/\s+/g, ' '), holds, ...(!holds && { found }) };
    });
    const made = { at, checks };
    this.#last = { made, at: this.#steady() };
    return made;
  }
}
