/**
 * A world to try things in: every entry is folded, and every law of the exchange is checked after it.
 *
 * Long because every verb a test needs is one small method here.
 */
import {
  type AccountName,
  type Actor,
  checkInvariants,
  type Command,
  createWorld,
  type CpmmTerms,
  type CurveTerms,
  decide,
  type Decision,
  type Draft,
  ENTRY_VERSION,
  type Event,
  type EventOf,
  fold,
  type Instant,
  type LmsrTerms,
  mechanismOf,
  type MarketId,
  micro,
  payoutsDue,
  playerAccount,
  POINTS,
  type Pool,
  type ReadonlyMarket,
  type RefusalCode,
  type Resolution,
  SYSTEM,
  type Terms,
  type Trade,
  type Traded,
  TREASURY,
  type Wish,
  type World,
} from '../src/index.js';
import { formatAmount, parseAmount } from '../src/math/amount.js';

export const NOW: Instant = 1_790_000_000_000;
export const HASH = 'a'.repeat(64);

/** "12.5" as micro-units. */
export function d(text: string) {
  const amount = parseAmount(text);
  if (amount === undefined) throw new Error(`${text} is not an amount`);
  return amount;
}

/** Micro-units as a decimal. */
export const show = formatAmount;

export type Wishing = Omit<Trade, 'type' | 'market'>;

export class Trial {
  readonly world: World = createWorld();
  at: Instant = NOW;
  #ids = 0;

  /** Nobody is given a welcome here, so that every Point in a test was put there by it. */
  constructor() {
    this.run(SYSTEM, {
      type: 'set_limits',
      limits: [
        ['welcome', 0n],
        ['grant_per_call', 10n ** 18n],
        ['grant_per_day', 10n ** 18n],
        // Whoever tries a breaker sets it.
        ['breaker_move', 10n ** 9n],
        ['trades_per_minute', 1_000_000n],
      ],
    });
  }

  command(by: Actor, wish: Wish): Command {
    const id = (++this.#ids).toString(16).padStart(32, '0');
    return { by, id, validUntil: this.at + 60_000, wish };
  }

  decide(by: Actor, wish: Wish): Decision {
    return decide(this.world, this.command(by, wish), this.at);
  }

  /** What was accepted is folded, and every law holds after it. */
  submit(command: Command): Decision {
    const decision = decide(this.world, command, this.at);
    if (decision.kind !== 'accepted') return decision;
    const { events } = decision;
    const { world, at } = this;
    const seq = world.seq + 1;
    fold(world, { v: ENTRY_VERSION, seq, at, rules: world.rules, command, events, hash: HASH });
    const broken = checkInvariants(world).filter(({ detail }) => detail !== undefined);
    if (broken.length > 0) throw new Error(JSON.stringify(broken));
    return decision;
  }

  try(by: Actor, wish: Wish): Decision {
    return this.submit(this.command(by, wish));
  }

  run(by: Actor, wish: Wish): readonly Event[] {
    const decision = this.try(by, wish);
    if (decision.kind !== 'accepted') throw new Error(JSON.stringify(decision));
    return decision.events;
  }

  /** The code it is refused with; a refusal changes nothing. */
  refusal(by: Actor, wish: Wish): RefusalCode | undefined {
    const decision = this.try(by, wish);
    return decision.kind === 'refused' ? decision.code : undefined;
  }

  /** An account with so many Points. */
  account(id: string, points = '0'): this {
    this.run(SYSTEM, { type: 'open_account', account: id });
    return this.grant(id, points);
  }

  grant(to: string, points: string): this {
    const amount = d(points);
    if (amount > 0n) this.run(SYSTEM, { type: 'grant', to, amount, reason: HASH });
    return this;
  }

  admin(id: string): this {
    this.run(SYSTEM, { type: 'grant_role', account: id, role: 'admin' });
    return this;
  }

  /** An open cpmm market, paid by the treasury unless a sponsor is named (then an admin with his own Points). */
  cpmm(
    market: MarketId,
    deposit: string,
    more: Partial<CpmmTerms> & { sponsor?: string } = {},
  ): this {
    const { sponsor = 'treasury', ...terms } = more;
    if (sponsor === 'treasury') this.grant('treasury', deposit);
    const draft = draftOf({ ...CPMM, deposit: d(deposit), ...terms });
    const by = sponsor === 'treasury' ? SYSTEM : sponsor;
    this.run(by, { type: 'create_market', market, sponsor, draft });
    this.run(by, { type: 'open', market });
    return this;
  }

  /** An open lmsr market, paid by the treasury. */
  lmsr(market: MarketId, liquidity: string, more: Partial<LmsrTerms> = {}): this {
    const terms = { ...LMSR, liquidity: d(liquidity), ...more };
    const draft = draftOf(terms);
    this.grant('treasury', show(mechanismOf('lmsr@1').deposit(terms)));
    this.run(SYSTEM, { type: 'create_market', market, sponsor: 'treasury', draft });
    this.run(SYSTEM, { type: 'open', market });
    return this;
  }

  /** An open stock that listens to the account `feed`. */
  curve(market: MarketId, f: string, m: string, more: Partial<CurveTerms> = {}): this {
    if (!this.world.accounts.has('feed')) {
      this.account('feed');
      this.run(SYSTEM, { type: 'grant_role', account: 'feed', role: 'source' });
    }
    const draft = draftOf({ ...CURVE, fundamental: d(f), slope: d(m), ...more });
    this.run(SYSTEM, { type: 'create_market', market, sponsor: 'treasury', draft });
    this.run(SYSTEM, { type: 'open', market });
    return this;
  }

  trade(by: Actor, market: MarketId, wish: Wishing): Traded {
    const [event] = this.run(by, { type: 'trade', market, ...wish });
    if (event?.type !== 'traded') throw new Error('a trade is one event');
    return event;
  }

  buy(by: Actor, market: MarketId, outcome: string | undefined, spend: string): Traded {
    return this.trade(by, market, { side: 'buy', ...of(outcome), spend: d(spend) });
  }

  buyShares(by: Actor, market: MarketId, outcome: string | undefined, shares: string): Traded {
    return this.trade(by, market, { side: 'buy', ...of(outcome), shares: d(shares) });
  }

  sell(by: Actor, market: MarketId, outcome: string | undefined, shares: string): Traded {
    return this.trade(by, market, { side: 'sell', ...of(outcome), shares: d(shares) });
  }

  /** Sells all of it. */
  dump(by: Actor, market: MarketId, outcome?: string): Traded {
    return this.sell(by, market, outcome, show(this.held(by, market, outcome)));
  }

  fact(market: MarketId, kind: string, fact = `f${this.#ids}`): EventOf<'fact_recorded'> {
    const wish: Wish = { type: 'record_fact', market, fact, kind, happenedAt: NOW };
    const [event] = this.run('feed', wish);
    if (event?.type !== 'fact_recorded') throw new Error('a fact is one event');
    return event;
  }

  undo(market: MarketId, undoes: string): EventOf<'fact_undone'> {
    const wish: Wish = { type: 'undo_fact', market, fact: `undo-${this.#ids}`, undoes };
    const [event] = this.run('feed', wish);
    if (event?.type !== 'fact_undone') throw new Error('an undoing is one event');
    return event;
  }

  /** Closes, resolves and pays everybody. */
  settle(market: MarketId, resolution?: Resolution): this {
    this.run(SYSTEM, { type: 'close', market });
    const named = resolution === undefined ? {} : { resolution };
    this.run(SYSTEM, { type: 'resolve', market, ...named, reason: HASH });
    return this.payAll();
  }

  /** Cancels and refunds everybody. */
  cancel(market: MarketId): EventOf<'market_cancelled'> {
    const [event] = this.run(SYSTEM, { type: 'cancel', market, reason: HASH });
    this.payAll();
    if (event?.type !== 'market_cancelled') throw new Error('a cancel says what is due');
    return event;
  }

  payAll(): this {
    for (let [next] = payoutsDue(this.world); next; [next] = payoutsDue(this.world)) {
      const decision = this.submit(next);
      if (decision.kind !== 'accepted') throw new Error(JSON.stringify(decision));
    }
    return this;
  }

  market(id: MarketId): ReadonlyMarket {
    const market = this.world.markets.get(id);
    if (!market) throw new Error(`there is no market ${id}`);
    return market;
  }

  pool(id: MarketId): Pool {
    const market = this.market(id);
    const { pool } = mechanismOf(market.mechanism);
    if (!pool) throw new Error(`${id} has no pool`);
    return pool(market, this.world.books);
  }

  points(holder: string): bigint {
    return this.balance(accountOf(holder));
  }

  held(holder: string, market: MarketId, outcome?: string): bigint {
    return this.balance(accountOf(holder), outcome === undefined ? market : `${market}:${outcome}`);
  }

  balance(account: AccountName, asset: string = POINTS): bigint {
    return this.world.books.balance(account, asset);
  }

  /** Shares in the pool and Points behind them. */
  reserves(market: MarketId): readonly [bigint, bigint] {
    const [first = '', second = ''] = this.market(market).names.assets;
    return [this.balance(`pool:${market}`, first), this.balance(`pool:${market}`, second)];
  }

  escrow(market: MarketId): bigint {
    return this.balance(`escrow:${market}`);
  }

  net(holder: string, market: MarketId): bigint {
    const account = holder === 'treasury' ? TREASURY : playerAccount(holder);
    return this.market(market).positions.get(account)?.net ?? micro(0n);
  }

  paid(holder: string, market: MarketId): bigint {
    const account = holder === 'treasury' ? TREASURY : playerAccount(holder);
    return this.market(market).positions.get(account)?.paid ?? micro(0n);
  }
}

export const CPMM: CpmmTerms = {
  mechanism: 'cpmm',
  outcomes: ['YES', 'NO'],
  deposit: d('1000'),
  probability: 500_000,
  bps: 200,
};

export const LMSR: LmsrTerms = {
  mechanism: 'lmsr',
  outcomes: ['YES', 'NO'],
  liquidity: d('100'),
  bps: 0,
};

export const CURVE: CurveTerms = {
  mechanism: 'curve',
  fundamental: d('10'),
  slope: d('0.025'),
  bps: 0,
  source: 'feed',
  rules: [
    { kind: 'goal', num: 27, den: 25 },
    { kind: 'red_card', num: 19, den: 20 },
    { kind: 'assist', add: 500_000n },
    { kind: 'slip', add: -500_000n },
    { kind: 'throw_in', num: 1, den: 1 },
    { kind: 'wonder', num: 1000, den: 1 },
    { kind: 'collapse', num: 0, den: 1 },
  ],
};

export function draftOf(terms: Terms): Draft {
  return { text: HASH, closing: { mode: 'manual' }, twoPerson: false, refundCap: micro(0n), terms };
}

const of = (outcome: string | undefined) => (outcome === undefined ? {} : { outcome });

const accountOf = (holder: string): AccountName =>
  holder === 'treasury' ? TREASURY : playerAccount(holder);
