/** What some entries add to the tables: worked out while their world stands there, written later, all or nothing. */
import {
  type AccountName,
  type Entry,
  type Event,
  type Holder,
  mechanismOf,
  playerAccount,
  playerOf,
  POINTS,
  pricesOf,
  type ReadonlyWorld,
  TREASURY,
} from '@fairground/engine';
import { type Filled, figuresOf, isFilled, type Row, volumeOf } from './figures.js';
import { BOXES, INTERVALS, type Interval } from './candles.js';
import type { RunSql } from './sql-store.js';
import { insertSql, replaces, type Schema, type TableName } from './tables.js';

interface Box {
  readonly market: string;
  readonly every: Interval;
  readonly opens_at: number;
  readonly line: number;
  readonly open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  volume: bigint;
}

interface Touched {
  opened_at: number | null;
  granted: bigint;
  touched_at: number;
}

/** The price each line was last seen at, `market line`: where the next box opens. */
export type Closes = Map<string, bigint>;

export class Batch {
  readonly #closes: Closes;
  readonly #transfers: Row[] = [];
  readonly #trades: Row[] = [];
  readonly #commands: Row[] = [];
  readonly #accounts = new Map<string, Touched>();
  readonly #balances = new Map<AccountName, Set<string>>();
  readonly #positions = new Map<string, Set<Holder>>();
  readonly #markets = new Set<string>();
  readonly #boxes = new Map<string, Box>();
  #rows = 0;

  constructor(closes: Closes) {
    this.#closes = closes;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Takes in an entry, while its world stands there. */
  add(entry: Entry, world: ReadonlyWorld): void {
    const { seq, at, command, events } = entry;
    this.#rows++;
    if (command.id !== undefined) {
      const [first] = events;
      const refused = first?.type === 'refused' ? first.code : null;
      this.#commands.push({ id: command.id, seq, refused });
    }
    let leg = 0;
    events.forEach((event, n) => {
      const market = 'market' in event ? event.market : null;
      if (market !== null) this.#markets.add(market);
      if ('account' in event) this.#touch(event.account, at);
      if (event.type === 'account_opened') this.#touch(event.account, at).opened_at = at;
      const given = event.type === 'account_opened' || event.type === 'granted';
      for (const { from, to, asset, amount } of 'transfers' in event ? event.transfers : []) {
        this.#transfers.push({
          seq,
          n: leg++,
          at,
          event: event.type,
          market,
          sender: from,
          receiver: to,
          asset,
          amount: `${amount}`,
        });
        this.#rows++;
        const player = playerOf(to);
        if (given && player !== undefined && asset === POINTS)
          this.#touch(player, at).granted += amount;
        for (const holder of [from, to]) this.#moved(holder, asset, market, at);
      }
      if (isFilled(event)) this.#fill(entry, event, n);
      this.#priced(entry, event, world);
    });
  }

  /** Writes all of it, with the figures of the world as it stands now; says how many ids stood there already. */
  end(world: ReadonlyWorld, schema: Schema): (run: RunSql) => Promise<number> {
    const rows = new Map<TableName, readonly Row[]>([
      ['accounts', this.#accountRows(world)],
      ['balances', this.#balanceRows(world)],
      ['positions', this.#positionRows(world)],
      ['markets', this.#marketRows(world)],
      ['prices', this.#priceRows(world)],
      ['trades', this.#trades],
      ['transfers', this.#transfers],
      ['candles', [...this.#boxes.values()].map(boxRow)],
      ['commands', this.#commands],
    ]);
    return async (run) => {
      let repeated = 0;
      for (const [name, some] of rows) {
        if (some.length === 0) continue;
        const put = insertSql(schema, name, ON_CONFLICT[name] ?? replaces(name));
        const { count } = await run(put, [JSON.stringify(some)]);
        if (name === 'commands') repeated += some.length - count;
      }
      return repeated;
    };
  }

  #touch(account: string, at: number): Touched {
    const touched = this.#accounts.get(account) ?? { opened_at: null, granted: 0n, touched_at: at };
    touched.touched_at = at;
    this.#accounts.set(account, touched);
    return touched;
  }

  #moved(holder: AccountName, asset: string, market: string | null, at: number): void {
    const assets = this.#balances.get(holder) ?? new Set<string>();
    this.#balances.set(holder, assets.add(asset));
    const player = playerOf(holder);
    if (player !== undefined) this.#touch(player, at);
    if (market === null) return;
    if (player !== undefined) this.#position(market, playerAccount(player));
    else if (holder === TREASURY) this.#position(market, TREASURY);
  }

  #position(market: string, holder: Holder): void {
    const holders = this.#positions.get(market) ?? new Set<Holder>();
    this.#positions.set(market, holders.add(holder));
  }

  #fill({ seq, hash, at }: Entry, event: Filled, n: number): void {
    const { market, player: account } = event;
    this.#touch(account, at);
    this.#position(market, playerAccount(account));
    this.#trades.push({ seq, n, hash, at, market, account, ...figuresOf(event) });
    this.#rows++;
  }

  /** As the candles in memory: what was traded, funded, reported or named is a price. */
  #priced({ at }: Entry, event: Event, world: ReadonlyWorld): void {
    const volume = volumeOf(event);
    if (volume === undefined || !('market' in event)) return;
    const market = world.markets.get(event.market);
    const prices = market ? pricesOf(market, world.books) : [];
    const lines = prices.length === 2 ? prices.slice(0, 1) : prices;
    lines.forEach((price, line) => {
      const key = `${event.market} ${line}`;
      const before = this.#closes.get(key) ?? price;
      for (const every of INTERVALS)
        this.#box({ market: event.market, every, line, at, before, price, volume });
      this.#closes.set(key, price);
    });
  }

  #box({ market, every, line, at, before, price, volume }: Priced): void {
    const opens_at = at - (at % BOXES[every].ms);
    const key = `${market} ${every} ${opens_at} ${line}`;
    let box = this.#boxes.get(key);
    if (!box) {
      const prices = { open: before, high: before, low: before, close: before };
      box = { market, every, opens_at, line, ...prices, volume: 0n };
      this.#boxes.set(key, box);
      this.#rows++;
    }
    if (price > box.high) box.high = price;
    if (price < box.low) box.low = price;
    box.close = price;
    box.volume += volume;
  }

  #accountRows({ accounts }: ReadonlyWorld): Row[] {
    return [...this.#accounts].flatMap(([id, { opened_at, granted, touched_at }]) => {
      const account = accounts.get(id);
      if (!account) return [];
      const { number, frozen, seq } = account;
      const roles = [...account.roles].sort().join(' ');
      return [{ id, number, frozen, roles, opened_at, granted: `${granted}`, touched_at, seq }];
    });
  }

  #balanceRows({ books }: ReadonlyWorld): Row[] {
    return [...this.#balances].flatMap(([account, assets]) =>
      [...assets].map((asset) => ({ account, asset, amount: `${books.balance(account, asset)}` })),
    );
  }

  #positionRows({ markets }: ReadonlyWorld): Row[] {
    return [...this.#positions].flatMap(([market, holders]) => {
      const found = markets.get(market);
      return [...holders].flatMap((holder) => {
        // Whoever only sells in a rally has no position.
        const position = found?.positions.get(holder);
        if (!position) return [];
        const { number, net, paid, pledge } = position;
        const units = pledge?.units ?? null;
        return [{ market, holder, number, net: `${net}`, paid: `${paid}`, units }];
      });
    });
  }

  #marketRows({ markets }: ReadonlyWorld): Row[] {
    return [...this.#markets].flatMap((id) => {
      const market = markets.get(id);
      if (!market) return [];
      const { number, mechanism, state, sponsor, volume, trades, seq, draft } = market;
      return [
        {
          id,
          number,
          mechanism,
          state,
          sponsor,
          pledges: mechanismOf(mechanism).pledges !== undefined,
          volume: `${volume}`,
          trades,
          opened_at: market.openedAt ?? null,
          closes_at: draft.closesAt ?? null,
          ended_at: market.endedAt ?? null,
          seq,
        },
      ];
    });
  }

  #priceRows({ markets, books }: ReadonlyWorld): Row[] {
    return [...this.#markets].flatMap((id) => {
      const market = markets.get(id);
      if (!market) return [];
      const prices = pricesOf(market, books);
      return market.names.assets.map((asset, place) => {
        return { asset, market: id, place, price: `${prices[place] ?? 0n}` };
      });
    });
  }
}

interface Priced {
  readonly market: string;
  readonly every: Interval;
  readonly line: number;
  readonly at: number;
  readonly before: bigint;
  readonly price: bigint;
  readonly volume: bigint;
}

/**
 * A second row of the same key is a broken promise where nothing stands here. Of an id the first entry stays: its
 * answer is the one that is given again.
 */
const ON_CONFLICT: Partial<Record<TableName, string>> = {
  accounts: `on conflict (id) do update set frozen = excluded.frozen, roles = excluded.roles,
    granted = old.granted + excluded.granted, touched_at = excluded.touched_at, seq = excluded.seq`,
  candles: `on conflict (market, every, opens_at, line) do update set
    high = greatest(old.high, excluded.high), low = least(old.low, excluded.low),
    close = excluded.close, volume = old.volume + excluded.volume`,
  trades: '',
  transfers: '',
  commands: 'on conflict (id) do nothing',
};

const boxRow = ({ open, high, low, close, volume, ...box }: Box): Row => {
  const prices = { open: `${open}`, high: `${high}`, low: `${low}`, close: `${close}` };
  return { ...box, ...prices, volume: `${volume}` };
};
