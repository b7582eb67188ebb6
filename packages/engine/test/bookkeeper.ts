/**
 * A second bookkeeper, who never looks at a transfer: he keeps plain sums from what the events say happened
 * (pays, gets, fee, merged, amount, applied, units) and knows the rules of payout and refund by heart.
 *
 * Long because he knows all mechanisms alone: what he shared with the engine he could not hold against it.
 */
import type { Draft, Event, EventOf, ReadonlyWorld, Traded } from '../src/index.js';
import { micro } from '../src/math/amount.js';

const ONE = 1_000_000n;
const up = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
const over0 = (a: bigint): bigint => (a > 0n ? a : 0n);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

interface Book {
  readonly sponsor: string;
  draft: Draft;
  escrow: bigint;
  fees: bigint;
  /** What the pool keeps, by outcome. */
  reserves: bigint[];
  fundamental: bigint;
  /** By player: shares by outcome, and net. In order of first entry. */
  readonly positions: Map<string, { shares: bigint[]; net: bigint }>;
  pay?: (position: { shares: bigint[]; net: bigint }) => bigint;
}

export class Bookkeeper {
  /** Points by player, `treasury` and `house`. */
  readonly points = new Map<string, bigint>([
    ['treasury', 0n],
    ['house', 0n],
  ]);
  readonly markets = new Map<string, Book>();
  welcome = 0n;

  add(who: string, change: bigint): void {
    this.points.set(who, (this.points.get(who) ?? 0n) + change);
  }

  write(event: Event): void {
    switch (event.type) {
      case 'account_opened':
        return this.add(event.account, this.welcome);
      case 'granted':
        return this.add(event.to, event.amount);
      case 'fees_swept':
        this.add('treasury', this.points.get('house') ?? 0n);
        this.points.set('house', 0n);
        return;
      case 'market_created':
        return this.#created(event);
      default:
        if ('market' in event) this.#ofMarket(this.book(event.market), event);
    }
  }

  book(market: string): Book {
    const book = this.markets.get(market);
    if (!book) throw new Error(`the bookkeeper has no ${market}`);
    return book;
  }

  #created({ market, sponsor, draft, transfers }: EventOf<'market_created'>): void {
    const { terms } = draft;
    const deposit = terms.mechanism === 'cpmm' ? terms.deposit : (transfers[0]?.amount ?? 0n);
    const who = sponsor === 'house:treasury' ? 'treasury' : sponsor.slice('player:'.length);
    this.add(who, -deposit);
    this.markets.set(market, {
      sponsor: who,
      draft,
      escrow: deposit,
      fees: 0n,
      reserves: [0n, 0n],
      fundamental: terms.mechanism === 'curve' ? terms.fundamental : 0n,
      positions: new Map(),
    });
  }

  #ofMarket(book: Book, event: Event): void {
    switch (event.type) {
      case 'market_opened':
        return this.#opened(book);
      case 'traded':
        return book.draft.terms.mechanism === 'cpmm'
          ? this.#swapped(book, event)
          : this.#issued(book, event);
      case 'minted':
        return this.#sets(book, event.player, event.amount);
      case 'merged':
        return this.#sets(book, event.player, -event.amount);
      case 'funded':
        return this.#funded(book, event.amount);
      case 'fact_recorded':
      case 'fact_undone':
        book.fundamental += event.applied;
        return this.#topUp(book, areaOf(book) - book.escrow);
      case 'joined':
        return this.#joined(book, event);
      case 'market_resolved':
        return this.#resolved(book, event);
      case 'market_cancelled':
        return this.#cancelled(book);
      case 'paid_out':
        return this.#paid(book, event);
      case 'market_settled':
      case 'market_refunded':
        return this.#over(book);
      default:
    }
  }

  position(book: Book, who: string) {
    const known = book.positions.get(who);
    if (known) return known;
    const position = { shares: [0n, 0n], net: 0n };
    book.positions.set(who, position);
    return position;
  }

  #opened(book: Book): void {
    const { terms } = book.draft;
    if (terms.mechanism !== 'cpmm') return;
    const p = BigInt(terms.probability);
    const { deposit } = terms;
    const first = 2n * p < ONE ? deposit : up(deposit * (ONE - p), p);
    const second = 2n * p < ONE ? up(deposit * p, ONE - p) : deposit;
    book.reserves = [first, second];
    this.#keeps(book, [deposit - first, deposit - second]);
  }

  /** The surplus leg is the sponsor's. */
  #keeps(book: Book, legs: readonly bigint[]): void {
    if (legs.every((leg) => leg === 0n)) return;
    const { shares } = this.position(book, book.sponsor);
    legs.forEach((leg, index) => {
      shares[index] = (shares[index] ?? 0n) + leg;
    });
  }

  #swapped(
    book: Book,
    { player, side, outcome, pays, gets, fee, merged = micro(0n) }: Traded,
  ): void {
    const { terms } = book.draft;
    const i = terms.mechanism === 'cpmm' ? terms.outcomes.indexOf(outcome ?? '') : 0;
    const j = 1 - i;
    const position = this.position(book, player);
    const { shares } = position;
    const [house, pool] = [fee / 2n, fee - fee / 2n];
    const change = side === 'buy' ? -(pays - merged) : gets;
    const sets = side === 'buy' ? pays - house : -(gets + house);
    book.fees += house;
    book.escrow += sets - merged;
    book.reserves = book.reserves.map((reserve) => reserve + sets);
    const moved = side === 'buy' ? -gets : pays;
    book.reserves[i] = (book.reserves[i] ?? 0n) + moved;
    shares[i] = (shares[i] ?? 0n) - moved - merged;
    shares[j] = (shares[j] ?? 0n) - merged;
    position.net -= change;
    this.add(player, change);
    if (side === 'sell' && pool < 0n) throw new Error('a fee below zero');
  }

  #issued(book: Book, { player, side, outcome, pays, gets, fee }: Traded): void {
    const { terms } = book.draft;
    const position = this.position(book, player);
    const change = side === 'buy' ? -pays : gets;
    const i = 'outcomes' in terms ? terms.outcomes.indexOf(outcome ?? '') : 0;
    position.shares[i] = (position.shares[i] ?? 0n) + (side === 'buy' ? gets : -pays);
    position.net -= change;
    book.fees += fee;
    book.escrow += side === 'buy' ? pays - fee : -(gets + fee);
    this.add(player, change);
  }

  #sets(book: Book, player: string, amount: bigint): void {
    const position = this.position(book, player);
    position.shares = position.shares.map((held) => held + amount);
    position.net += amount;
    book.escrow += amount;
    this.add(player, -amount);
  }

  #funded(book: Book, amount: bigint): void {
    const [x = 0n, y = 0n] = book.reserves;
    const added = x >= y ? [amount, up(amount * y, x)] : [up(amount * x, y), amount];
    book.reserves = book.reserves.map((reserve, index) => reserve + (added[index] ?? 0n));
    book.escrow += amount;
    this.add(book.sponsor, -amount);
    this.#keeps(
      book,
      added.map((kept) => amount - kept),
    );
  }

  #topUp(book: Book, missing: bigint): void {
    book.escrow += missing;
    this.add('treasury', -missing);
  }

  /** Of a rally shares are units, and what is put in is the price of all units there are with these. */
  #joined(book: Book, { player, units, added }: EventOf<'joined'>): void {
    const position = this.position(book, player);
    position.shares = [(position.shares[0] ?? 0n) + ONE * BigInt(added)];
    if (position.shares[0] !== ONE * BigInt(units)) throw new Error(`${player} has other units`);
    const held = BigInt(added) * priceOf(book, pledgedIn(book));
    position.net += held;
    book.escrow += held;
    this.add(player, -held);
  }

  /** Everyone pays the one price of all units; the seller gets the sum less the house's part. */
  #sold(book: Book, units: bigint): void {
    if (units !== pledgedIn(book)) throw new Error('sold by another number of units');
    const price = priceOf(book, units);
    const fee = up(price * units * BigInt(book.draft.terms.bps ?? 0), 10_000n);
    book.escrow -= fee;
    book.fees += fee;
    book.pay = ({ shares, net }) => net - ((shares[0] ?? 0n) / ONE) * price;
  }

  #resolved(book: Book, { resolution }: EventOf<'market_resolved'>): void {
    if ('units' in resolution) return this.#sold(book, BigInt(resolution.units));
    const ofStock = 'price' in resolution ? [resolution.price] : [];
    const values = 'payout' in resolution ? resolution.payout.map(BigInt) : ofStock;
    const worth = (shares: readonly bigint[]) =>
      values.reduce((sum, value, index) => sum + value * (shares[index] ?? 0n), 0n);
    let owed = 0n;
    for (const { shares } of book.positions.values()) owed += worth(shares);
    this.#topUp(book, over0(owed / ONE - book.escrow));
    book.pay = ({ shares }) => worth(shares) / ONE;
  }

  #cancelled(book: Book): void {
    let due = 0n;
    for (const { net } of book.positions.values()) due += over0(net);
    const fromFees = least(book.fees, over0(due - book.escrow));
    book.fees -= fromFees;
    book.escrow += fromFees;
    const purse = over0(this.points.get('treasury') ?? 0n);
    this.#topUp(book, least(least(book.draft.refundCap, purse), over0(due - book.escrow)));
    const funds = least(due, book.escrow);
    book.pay = ({ net }) => (due === 0n ? 0n : (over0(net) * funds) / due);
  }

  #paid(book: Book, { first, next }: EventOf<'paid_out'>): void {
    for (const [who, position] of [...book.positions].slice(first - 1, next - 1)) {
      const gets = book.pay?.(position) ?? 0n;
      book.escrow -= gets;
      position.shares = [0n, 0n];
      this.add(who, gets);
    }
  }

  #over(book: Book): void {
    this.add(book.sponsor, book.escrow);
    this.add('house', book.fees);
    book.escrow = 0n;
    book.fees = 0n;
    book.reserves = [0n, 0n];
  }

  /** Every figure of his that the books show otherwise. */
  differences({ books, markets }: ReadonlyWorld): string[] {
    const wrong: string[] = [];
    const compare = (what: string, mine: bigint, theirs: bigint) => {
      if (mine !== theirs) wrong.push(`${what}: ${mine} by the events, ${theirs} in the books`);
    };
    const nameOf = (who: string) =>
      who === 'treasury' ? 'house:treasury' : (`player:${who}` as const);
    for (const [who, points] of this.points) {
      compare(who, points, books.balance(who === 'house' ? 'house:fees' : nameOf(who), 'points'));
    }
    for (const [id, book] of this.markets) {
      compare(`escrow of ${id}`, book.escrow, books.balance(`escrow:${id}`, 'points'));
      compare(`fees of ${id}`, book.fees, books.balance(`fees:${id}`, 'points'));
      const market = markets.get(id);
      market?.names.assets.forEach((asset, index) => {
        const isCpmm = book.draft.terms.mechanism === 'cpmm';
        if (isCpmm)
          compare(
            `pool of ${asset}`,
            book.reserves[index] ?? 0n,
            books.balance(`pool:${id}`, asset),
          );
        for (const [who, { shares }] of book.positions) {
          compare(`${who}'s ${asset}`, shares[index] ?? 0n, books.balance(nameOf(who), asset));
        }
      });
      const order = market?.holders.map(({ holder }) => holder).join();
      if (order !== [...book.positions.keys()].map(nameOf).join())
        wrong.push(`positions of ${id}: ${order}`);
      for (const [who, { net }] of book.positions) {
        compare(`${who}'s net in ${id}`, net, market?.positions.get(nameOf(who))?.net ?? 0n);
      }
    }
    return wrong;
  }
}

function pledgedIn({ positions }: Book): bigint {
  let units = 0n;
  for (const { shares } of positions.values()) units += shares[0] ?? 0n;
  return units / ONE;
}

/** What a unit costs when there are so many in all. */
function priceOf({ draft }: Book, units: bigint): bigint {
  if (draft.terms.mechanism !== 'rally') return 0n;
  let price = 0n;
  for (const tier of draft.terms.tiers) if (units >= BigInt(tier.units)) ({ price } = tier);
  return price;
}

/** K(s), of all the shares that players hold. */
function areaOf({ draft, fundamental, positions }: Book): bigint {
  if (draft.terms.mechanism !== 'curve') return 0n;
  let s = 0n;
  for (const { shares } of positions.values()) s += shares[0] ?? 0n;
  return up(2n * ONE * fundamental * s + draft.terms.slope * s * s, 2n * ONE * ONE);
}
