/**
 * A trade's entry spelled out: nearly all bytes of a journal are of trades, and these are written and read many
 * times faster than by the table in `wire.ts`. Nothing is said here that the table does not say: a test holds
 * both equal, and a line that this reader does not know is read by the table.
 *
 * Long because what is written and what is read are one text, to be compared by eye.
 */
import type { Command, Side, Trade } from './command.js';
import type { Entry, Traded } from './event.js';
import { type AccountName, type AssetName, playerAccount } from './ledger/account.js';
import type { Transfer } from './ledger/transfer.js';
import { type Amount, micro } from './math/amount.js';

/** `T`, as long as these are all its fields: a new one breaks the build here, and not a journal. */
type Spelled<T, Fields extends keyof T> = Exclude<keyof T, Fields> extends never ? T : never;

type TradeFields =
  | 'type'
  | 'market'
  | 'side'
  | 'outcome'
  | 'spend'
  | 'shares'
  | 'getsMin'
  | 'paysMax';
type Sizes = 'pays' | 'gets' | 'fee' | 'merged';
type TradedFields =
  | 'type'
  | 'market'
  | 'player'
  | 'side'
  | 'outcome'
  | Sizes
  | 'mark'
  | 'transfers';

export function writeTrade(wish: Spelled<Trade, TradeFields>): string {
  const { market, side, outcome, spend, shares, getsMin, paysMax } = wish;
  let out = `{"type":"trade","market":"${market}","side":"${side}"`;
  if (outcome !== undefined) out += `,"outcome":"${outcome}"`;
  if (spend !== undefined) out += `,"spend":"${spend}"`;
  if (shares !== undefined) out += `,"shares":"${shares}"`;
  if (getsMin !== undefined) out += `,"gets_min":"${getsMin}"`;
  if (paysMax !== undefined) out += `,"pays_max":"${paysMax}"`;
  return `${out}}`;
}

export function writeTraded(event: Spelled<Traded, TradedFields>): string {
  const { market, player, side, outcome, pays, gets, fee, merged, mark } = event;
  let out = `{"type":"traded","market":"${market}","player":"${player}","side":"${side}`;
  if (outcome !== undefined) out += `","outcome":"${outcome}`;
  out += `","pays":"${pays}","gets":"${gets}","fee":"${fee}"`;
  if (merged !== undefined) out += `,"merged":"${merged}"`;
  if (mark !== undefined) out += `,"mark":[${mark.map((price) => `"${price}"`).join(',')}]`;
  return `${out},"transfers":${writeTransfers(event.transfers)}}`;
}

export function writeTransfers(transfers: readonly Transfer[]): string {
  let out = '[';
  for (const { from, to, asset, amount } of transfers) {
    out += `${out.length > 1 ? ',["' : '["'}${from}","${to}","${asset}","${amount}"]`;
  }
  return `${out}]`;
}

/** A movement as it stands in the lines of one market, but for the trader's name and the amount. */
interface Route {
  /** Undefined: the trader. */
  readonly from: AccountName | undefined;
  readonly to: AccountName | undefined;
  readonly asset: AssetName;
  /** The text up to the trader's name, and from there to the amount; all of it where he is not named. */
  readonly head: string;
  readonly tail: string;
}

/** What all trades on one side of one outcome share. */
interface Pattern {
  readonly market: string;
  readonly side: Side;
  readonly outcome: string | undefined;
  /** The event's text up to the player's name, and behind it. */
  readonly head: string;
  readonly tail: string;
  readonly routes: Route[];
}

const PATTERNS_MAX = 4_096;
const ROUTES_MAX = 24;

/**
 * Reads lines of trades by comparing them with the one text they can have. What it returns is exactly what the
 * table would read; undefined says only that the table must be asked. Names it has not met are learned from
 * what the table read, never cut out of a line, which would be kept in memory for as long as the name.
 */
export class TradeReader {
  readonly #patterns = new Map<string, Pattern>();
  #line = '';
  #at = 0;

  /** The entry on this line, where it is a plain trade of a pattern met before. */
  read(line: string): Entry | undefined {
    this.#line = line;
    this.#at = 0;
    const entry = this.#entry();
    this.#line = '';
    return entry;
  }

  /** Takes in what the table read. */
  learn({ command: { by, wish }, events }: Entry): void {
    const [event] = events;
    if (wish.type !== 'trade' || events.length !== 1 || event?.type !== 'traded') return;
    const { market, side, outcome } = wish;
    const key = keyOf(wish);
    const isPlain = event.market === market && event.side === side && event.outcome === outcome;
    if (!isPlain || event.player !== by) return;
    let pattern = this.#patterns.get(key);
    if (!pattern) {
      if (this.#patterns.size >= PATTERNS_MAX) this.#patterns.clear();
      const head = `}},"events":[{"type":"traded","market":"${market}","player":"`;
      const named = outcome === undefined ? '' : `","outcome":"${outcome}`;
      const tail = `","side":"${side}${named}","pays":"`;
      pattern = { market, side, outcome, head, tail, routes: [] };
      this.#patterns.set(key, pattern);
    }
    const trader = playerAccount(by);
    for (const transfer of event.transfers) {
      const route = routeOf(transfer, trader);
      const { routes } = pattern;
      const isKnown = routes.some(({ head, tail }) => head === route.head && tail === route.tail);
      if (!isKnown && routes.length < ROUTES_MAX) routes.push(route);
    }
  }

  #entry(): Entry | undefined {
    const v = this.#skips('{"v":') ? this.#count() : undefined;
    const seq = this.#skips(',"seq":') ? this.#count() : undefined;
    const at = this.#skips(',"at":') ? this.#count() : undefined;
    const rules = this.#skips(',"rules":') ? this.#count() : undefined;
    if (v === undefined || seq === undefined || at === undefined || rules === undefined)
      return undefined;
    const named = this.#skips(',"command":{"by":"') ? this.#word() : undefined;
    const id = this.#skips('","id":"') ? this.#word() : undefined;
    const validUntil = this.#skips('","valid_until":') ? this.#count() : undefined;
    if (named === undefined || id === undefined || validUntil === undefined) return undefined;
    if (!this.#skips(',"wish":{"type":"trade",')) return undefined;
    const pattern = this.#pattern();
    if (!pattern) return undefined;
    const trader = playerAccount(named);
    // A part of a name of its own, so that no line is kept for it.
    const by = trader.slice('player:'.length);
    const wish = this.#wish(pattern);
    const event = wish && this.#traded(pattern, by, trader);
    if (!event || !this.#skips('}],"hash":"')) return undefined;
    const hash = this.#word();
    if (hash === undefined || !this.#skips('"}') || this.#at !== this.#line.length)
      return undefined;
    const command: Command = { by, id, validUntil, wish };
    return { v, seq, at, rules, command, events: [event], hash };
  }

  #pattern(): Pattern | undefined {
    const start = this.#at;
    let end = this.#line.indexOf('"spend":"', start);
    if (end < 0) end = this.#line.indexOf('"shares":"', start);
    const pattern = end < 0 ? undefined : this.#patterns.get(this.#line.slice(start, end));
    if (pattern) this.#at = end - 1;
    return pattern;
  }

  #wish({ market, side, outcome }: Pattern): Trade | undefined {
    const wish: { -readonly [K in keyof Trade]: Trade[K] } = { type: 'trade', market, side };
    if (outcome !== undefined) wish.outcome = outcome;
    if (this.#skips(',"spend":"')) {
      const spend = this.#amount();
      if (spend === undefined) return undefined;
      wish.spend = spend;
    }
    if (this.#skips(',"shares":"')) {
      const shares = this.#amount();
      if (shares === undefined) return undefined;
      wish.shares = shares;
    }
    if (this.#skips(',"gets_min":"')) {
      const getsMin = this.#amount();
      if (getsMin === undefined) return undefined;
      wish.getsMin = getsMin;
    }
    if (this.#skips(',"pays_max":"')) {
      const paysMax = this.#amount();
      if (paysMax === undefined) return undefined;
      wish.paysMax = paysMax;
    }
    return wish;
  }

  #traded(pattern: Pattern, by: string, trader: AccountName): Traded | undefined {
    const { market, side, outcome } = pattern;
    if (!this.#skips(pattern.head) || !this.#skips(by) || !this.#skips(pattern.tail))
      return undefined;
    const pays = this.#amount();
    const gets = this.#skips(',"gets":"') ? this.#amount() : undefined;
    const fee = this.#skips(',"fee":"') ? this.#amount() : undefined;
    if (pays === undefined || gets === undefined || fee === undefined) return undefined;
    let merged: Amount | undefined;
    if (this.#skips(',"merged":"')) {
      merged = this.#amount();
      if (merged === undefined) return undefined;
    }
    if (!this.#skips(',"transfers":[')) return undefined;
    const transfers = this.#transfers(pattern.routes, trader);
    if (!transfers) return undefined;
    const event: { -readonly [K in keyof Traded]: Traded[K] } = {
      type: 'traded',
      market,
      player: by,
      side,
      pays,
      gets,
      fee,
      transfers,
    };
    if (outcome !== undefined) event.outcome = outcome;
    if (merged !== undefined) event.merged = merged;
    return event;
  }

  /** Up to the bracket behind them. Routes mostly come in the order they were learned in. */
  #transfers(routes: readonly Route[], trader: AccountName): Transfer[] | undefined {
    const transfers: Transfer[] = [];
    let next = 0;
    while (!this.#skips(']')) {
      if (transfers.length > 0 && !this.#skips(',')) return undefined;
      let route: Route | undefined;
      for (let tried = 0; tried < routes.length && !route; tried++) {
        const candidate = routes[next];
        next = next + 1 < routes.length ? next + 1 : 0;
        if (candidate && this.#follows(candidate, trader)) route = candidate;
      }
      const amount = route ? this.#amount() : undefined;
      if (!route || amount === undefined || !this.#skips(']')) return undefined;
      const { from = trader, to = trader, asset } = route;
      transfers.push({ from, to, asset, amount });
    }
    return transfers;
  }

  /** Whether the line goes on with this route; if so, up to its amount. */
  #follows({ from, to, head, tail }: Route, trader: AccountName): boolean {
    const start = this.#at;
    const isThere =
      this.#skips(head) &&
      ((from !== undefined && to !== undefined) || this.#skips(trader)) &&
      this.#skips(tail);
    if (!isThere) this.#at = start;
    return isThere;
  }

  #skips(text: string): boolean {
    if (!this.#line.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** Up to the quote behind it: printable ASCII without an escape, so that the text is what it says. */
  #word(): string | undefined {
    const start = this.#at;
    let end = start;
    for (; end < this.#line.length; end++) {
      const code = this.#line.charCodeAt(end);
      if (code === QUOTE) break;
      if (code < 0x20 || code > 0x7e || code === BACKSLASH) return undefined;
    }
    this.#at = end;
    return this.#line.slice(start, end);
  }

  /** Digits without a zero in front, few enough to be exact. */
  #digits(): string | undefined {
    const start = this.#at;
    let end = start;
    for (; end < this.#line.length; end++) {
      const code = this.#line.charCodeAt(end);
      if (code < ZERO || code > NINE) break;
    }
    const length = end - start;
    const isCanonical = length === 1 || this.#line.charCodeAt(start) !== ZERO;
    if (length === 0 || length > DIGITS_MAX || !isCanonical) return undefined;
    this.#at = end;
    return this.#line.slice(start, end);
  }

  #count(): number | undefined {
    const digits = this.#digits();
    return digits === undefined ? undefined : Number(digits);
  }

  /** Up to and over the quote behind it. */
  #amount(): Amount | undefined {
    const digits = this.#digits();
    return digits !== undefined && this.#skips('"') ? micro(BigInt(digits)) : undefined;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const NINE = 0x39;
/** Below 2^53 in any case; what is longer the table reads. */
const DIGITS_MAX = 15;

/** The part of a wish that comes before its figures. */
function keyOf({ market, side, outcome }: Trade): string {
  const named = outcome === undefined ? '' : `"outcome":"${outcome}",`;
  return `"market":"${market}","side":"${side}",${named}`;
}

function routeOf({ from, to, asset }: Transfer, trader: AccountName): Route {
  if (from === trader)
    return { from: undefined, to, asset, head: '["', tail: `","${to}","${asset}","` };
  if (to === trader)
    return { from, to: undefined, asset, head: `["${from}","`, tail: `","${asset}","` };
  return { from, to, asset, head: `["${from}","${to}","${asset}","`, tail: '' };
}
