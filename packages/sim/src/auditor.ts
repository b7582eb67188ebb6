/**
 * A second, naive exchange: from the accepted commands alone, never from an event or a transfer, it says what every
 * balance must be after each of them. Where it and the engine differ, one of them is wrong.
 *
 * Long because every wish has its few lines here, in one place.
 */
import {
  type Command,
  type Draft,
  type Entry,
  type LimitName,
  type ReadonlyMarket,
  type ReadonlyWorld,
  type RefusalCode,
  REFUSALS,
  type Wish,
  type WishOf,
} from '@fairground/engine';
import { must, Wrong } from './wrong.js';
import {
  type Book,
  deadlineOf,
  escrowOf,
  HOUSE,
  MINT,
  playerNamed,
  POINTS,
  Sheet,
  TREASURY,
} from './auditor/book.js';
import { areaOf, smaller } from './auditor/formulas.js';
import { cancelIn, payIn, rallyEnds, resolveIn } from './auditor/ends.js';
import { count, enters, type Pace, pricesIn, standing, watchTrade } from './auditor/risk.js';
import { lmsr } from './auditor/sums.js';
import {
  addedBy,
  fundIn,
  joinIn,
  type Memory,
  movedTo,
  newMemory,
  openIn,
  setsIn,
  tradeIn,
} from './auditor/trades.js';

const SYSTEM = 'system';

/** What the exchange begins with, by its published rules. */
const WELCOME = 10_000_000_000n;
const FACT_COST = 1_000_000_000n;
/** Half of F. */
const FACT_MOVE = 500_000n;
const CHUNK = 1_000n;
const ORDER = Object.keys(REFUSALS);
/** What nobody may be told unless it is so. */
const OF_RISK: ReadonlySet<string> = new Set(['halted', 'rate_limited', 'position_limit']);
/** Before these the price of a buy was known. */
const PRICED: ReadonlySet<string> = new Set(['position_limit', 'price_moved', 'done']);

interface Person {
  frozen: boolean;
  readonly roles: Set<string>;
  readonly pace: Pace;
}

export class Auditor {
  readonly sheet = new Sheet();
  readonly books = new Map<string, Book>();
  readonly #people = new Map<string, Person>();
  readonly #limits = new Map<LimitName, bigint>([
    ['welcome', WELCOME],
    ['fact_cost', FACT_COST],
    ['fact_move', FACT_MOVE],
    ['payouts_per_command', CHUNK],
    ['deadlines_per_tick', CHUNK],
    ['bps_cpmm', 200n],
    ['bps_lmsr', 0n],
    ['bps_curve', 200n],
    ['bps_rally', 250n],
    ['trades_per_minute', 1_800n],
    ['breaker_move', 200_000n],
    ['breaker_window_ms', 60_000n],
    ['breaker_halt_ms', 30_000n],
    ['treasury_floor', 10_000_000_000n],
  ]);
  /** Prices that were worked out before; a new auditor of the same history may have them. */
  readonly memory: Memory;
  #at = 0;

  constructor(memory: Memory = newMemory()) {
    this.memory = memory;
  }

  /** Takes in an entry. Of its events it asks only whether the command was refused. */
  write({ seq, at, command, events }: Entry): void {
    must(at >= this.#at, 'time', () => `entry ${seq} is older than the one before it`);
    this.#at = at;
    const { wish } = command;
    const late = wish.type === 'tick' ? undefined : this.#due(at)[0];
    if (late) throw new Wrong('deadlines', `${wish.type} came before the end of ${late.id}`);
    const [first] = events;
    if (first?.type === 'refused') return this.refused(command, at, first.code);
    this.#mayAsk(command);
    const [stands] = this.#standing(command, at, 'done');
    must(!stands, 'risk', () => `${wish.type} was done, and is ${String(stands)}`);
    const before = this.sheet.get(TREASURY, POINTS);
    this.#obey(command.by, wish);
    if (enters(wish)) count(this.#person(command.by).pace, at);
    this.#mustTellOfTheTreasury(before, events);
  }

  /** A refusal: none that rests on risk may be given without a cause, or be passed over for one that comes later. */
  refused(command: Command, at: number, code: RefusalCode): void {
    const [stands] = this.#standing(command, at, code);
    const { by, wish } = command;
    const said = (): string => `${by} was refused ${wish.type} as ${code}, not ${stands ?? 'so'}`;
    if (OF_RISK.has(code)) return must(stands === code, 'risk', said);
    must(!stands || ORDER.indexOf(code) < ORDER.indexOf(stands), 'risk', said);
  }

  #standing({ by, wish }: Command, at: number, said: RefusalCode | 'done'): readonly RefusalCode[] {
    const book = 'market' in wish ? this.books.get(wish.market) : undefined;
    if (book?.state !== 'open') return [];
    const { sheet, memory } = this;
    const isPriced = PRICED.has(said) || (wish.type === 'trade' && wish.shares !== undefined);
    const added = isPriced ? () => addedBy(book, sheet, playerNamed(by), wish, memory) : undefined;
    const pace = this.#people.get(by)?.pace;
    return standing({ by, wish, at }, this.#limit, { book, sheet, pace, added });
  }

  readonly #limit = (name: LimitName): bigint => this.#limits.get(name) ?? 0n;

  /** Once a crossing: of the events only this one is looked at, for it is told and moves nothing. */
  #mustTellOfTheTreasury(before: bigint, events: Entry['events']): void {
    const floor = this.#limit('treasury_floor');
    const now = this.sheet.get(TREASURY, POINTS);
    const told = events.filter(({ type }) => type === 'treasury_low').length;
    const should = before >= floor && now < floor ? 1 : 0;
    must(told === should, 'risk', () => `a treasury of ${now} was told of ${told} times`);
  }

  /** What the engine's books say otherwise, if anything. */
  differs(world: ReadonlyWorld): string | undefined {
    return this.#balances(world) ?? this.#markets(world) ?? this.#paces(world);
  }

  #mayAsk({ by }: Command): void {
    const person = this.#people.get(by);
    must(by === SYSTEM || person?.frozen === false, 'auditor', () => `${by} may not ask at all`);
  }

  #mustBeAdmin(by: string): void {
    const isAdmin = by === SYSTEM || this.#people.get(by)?.roles.has('admin') === true;
    must(isAdmin, 'auditor', () => `${by} is no admin`);
  }

  #person(id: string): Person {
    const person = this.#people.get(id);
    if (!person) throw new Wrong('auditor', `there is no ${id}`);
    return person;
  }

  #book(id: string): Book {
    const book = this.books.get(id);
    if (!book) throw new Wrong('auditor', `there is no market ${id}`);
    return book;
  }

  #obey(by: string, wish: Wish): void {
    const { sheet } = this;
    switch (wish.type) {
      case 'open_account':
        this.#mustBeAdmin(by);
        this.#people.set(wish.account, {
          frozen: false,
          roles: new Set(),
          pace: { minute: 0, made: 0 },
        });
        return sheet.move(
          MINT,
          playerNamed(wish.account),
          POINTS,
          this.#limits.get('welcome') ?? 0n,
        );
      case 'grant':
        this.#mustBeAdmin(by);
        return sheet.move(MINT, holderNamed(wish.to), POINTS, wish.amount);
      case 'freeze_account':
      case 'unfreeze_account':
        this.#mustBeAdmin(by);
        this.#person(wish.account).frozen = wish.type === 'freeze_account';
        return;
      case 'grant_role':
        this.#mustBeAdmin(by);
        this.#person(wish.account).roles.add(wish.role);
        return;
      case 'revoke_role':
        this.#mustBeAdmin(by);
        this.#person(wish.account).roles.delete(wish.role);
        return;
      case 'set_limits':
        this.#mustBeAdmin(by);
        for (const [name, value] of wish.limits) this.#limits.set(name, value);
        return;
      case 'sweep_fees':
        this.#mustBeAdmin(by);
        return sheet.move(HOUSE, TREASURY, POINTS, sheet.get(HOUSE, POINTS));
      case 'adopt_rules':
      case 'sealed':
        throw new Wrong('auditor', `nobody here asks for ${wish.type}`);
      case 'tick':
        return this.#tick();
      default:
        return this.#ofMarket(by, wish);
    }
  }

  #ofMarket(by: string, wish: Extract<Wish, { readonly market: string }>): void {
    if (wish.type === 'create_market') return this.#create(by, wish);
    const { sheet } = this;
    const book = this.#book(wish.market);
    const holder = playerNamed(by);
    switch (wish.type) {
      case 'trade':
        return this.#trade(book, holder, wish);
      case 'mint':
        return setsIn(book, sheet, holder, wish.amount);
      case 'merge':
        return setsIn(book, sheet, holder, -wish.amount);
      case 'fund':
        fundIn(book, sheet, wish.amount);
        return this.#mark(book);
      case 'join_rally':
        if (joinIn(book, sheet, holder, wish.units)) rallyEnds(book, sheet);
        return;
      case 'record_fact':
        return this.#fact(by, book, wish);
      case 'undo_fact':
        return this.#undo(by, book, wish);
      case 'pay_out':
        must(
          by === SYSTEM && wish.first === book.paid + 1,
          'auditor',
          () => `${book.id} is paid out of turn`,
        );
        return payIn(book, sheet, Number(this.#limits.get('payouts_per_command')));
      default:
        return this.#life(by, book, wish);
    }
  }

  #trade(book: Book, holder: string, wish: WishOf<'trade'>): void {
    const prices = (): readonly bigint[] => pricesIn(book, this.sheet, this.memory);
    const before = prices();
    tradeIn(book, this.sheet, holder, wish, this.memory);
    watchTrade(book, this.#limit, this.#at, before, prices);
  }

  /** The crowd did not do that: the breaker measures on from here. */
  #mark(book: Book): void {
    book.mark = { at: this.#at, prices: pricesIn(book, this.sheet, this.memory) };
  }

  /** What admins do with a market (a seller may take back what nobody has joined). */
  #life(by: string, book: Book, wish: LifeWish): void {
    const isSeller = book.sponsor === playerNamed(by) && 'tiers' in book.draft.terms;
    if (wish.type !== 'cancel' || !isSeller) this.#mustBeAdmin(by);
    switch (wish.type) {
      case 'edit_draft':
        return this.#edit(book, wish.draft);
      case 'open':
        return openIn(book, this.sheet);
      case 'pause':
        book.state = 'paused';
        return;
      case 'resume':
        book.state = 'open';
        return;
      case 'close':
        book.state = 'closed';
        return;
      case 'extend':
        book.draft = { ...book.draft, closesAt: wish.closesAt };
        return;
      case 'resolve': {
        const { reason, resolution = { price: book.fundamental } } = wish;
        if (book.draft.twoPerson) {
          book.proposal = { by, verdict: { act: 'resolve', resolution, reason } };
          return;
        }
        return resolveIn(book, this.sheet, resolution);
      }
      case 'cancel':
        if (book.draft.twoPerson && book.hasOpened) {
          book.proposal = { by, verdict: { act: 'cancel', reason: wish.reason } };
          return;
        }
        return cancelIn(book, this.sheet);
      case 'confirm':
        return this.#confirm(by, book);
    }
  }

  #confirm(by: string, book: Book): void {
    const { proposal } = book;
    if (!proposal) throw new Wrong('auditor', `nothing was proposed in ${book.id}`);
    for (const one of [by, proposal.by]) {
      const holds = book.assets.some((asset) => this.sheet.get(playerNamed(one), asset) > 0n);
      must(
        !holds && by !== proposal.by,
        'auditor',
        () => `${one} judges his own market ${book.id}`,
      );
    }
    const { verdict } = proposal;
    if (verdict.act === 'cancel') cancelIn(book, this.sheet);
    else resolveIn(book, this.sheet, verdict.resolution);
  }

  #create(by: string, { market: id, sponsor, draft }: WishOf<'create_market'>): void {
    const isSeller =
      by !== SYSTEM && 'tiers' in draft.terms && this.#person(by).roles.has('seller');
    if (!isSeller) this.#mustBeAdmin(by);
    const book: Book = {
      id,
      sponsor: holderNamed(sponsor),
      draft,
      bps: this.#feeOf(draft),
      assets: assetsOf(id, draft),
      state: 'draft',
      hasOpened: false,
      fundamental: fundamentalOf(draft),
      facts: new Map(),
      stakes: new Map(),
      paid: 0,
    };
    must(!this.books.has(id), 'auditor', () => `there is a market ${id} already`);
    this.books.set(id, book);
    this.sheet.move(book.sponsor, escrowOf(book), POINTS, depositOf(draft));
  }

  #feeOf({ terms: { bps, mechanism } }: Draft): number {
    return bps ?? Number(this.#limits.get(`bps_${mechanism}`) ?? 0n);
  }

  #edit(book: Book, draft: Draft): void {
    const more = depositOf(draft) - depositOf(book.draft);
    if (more > 0n) this.sheet.move(book.sponsor, escrowOf(book), POINTS, more);
    else this.sheet.move(escrowOf(book), book.sponsor, POINTS, -more);
    book.draft = draft;
    book.bps = this.#feeOf(draft);
    book.assets = assetsOf(book.id, draft);
    book.fundamental = fundamentalOf(draft);
  }

  #fact(by: string, book: Book, { fact, kind, happenedAt }: WishOf<'record_fact'>): void {
    const { terms } = book.draft;
    const rule = 'rules' in terms ? terms.rules.find((one) => one.kind === kind) : undefined;
    if (!rule) throw new Wrong('auditor', `${book.id} does not listen to ${kind}`);
    const f = book.fundamental;
    const asked = 'add' in rule ? rule.add : (f * BigInt(rule.num)) / BigInt(rule.den) - f;
    this.#moveF(by, book, { fact, content: `${kind} ${happenedAt}`, asked, isUndoing: false });
  }

  #undo(by: string, book: Book, { fact, undoes }: WishOf<'undo_fact'>): void {
    const undone = book.facts.get(undoes);
    must(
      undone?.isUndone === false && !undone.isUndoing,
      'facts',
      () => `${undoes} is undone again`,
    );
    const asked = -(undone?.applied ?? 0n);
    this.#moveF(by, book, { fact, content: `undoes ${undoes}`, asked, isUndoing: true });
    if (undone) undone.isUndone = true;
  }

  /** A fact acts once, for ever; the treasury pays for the jump, or is paid. */
  #moveF(by: string, book: Book, heard: Asked): void {
    const { sheet } = this;
    const { fact, content, asked, isUndoing } = heard;
    must(!book.facts.has(fact), 'facts', () => `${fact} acts in ${book.id} a second time`);
    const { terms } = book.draft;
    const mayTell = 'slope' in terms && terms.source === by && this.#person(by).roles.has('source');
    must(mayTell, 'auditor', () => `${by} is no source of ${book.id}`);
    const before = book.fundamental;
    const cap =
      ('slope' in terms ? terms.factCostMax : undefined) ?? this.#limits.get('fact_cost') ?? 0n;
    const purse = smaller(cap, sheet.get(TREASURY, POINTS));
    const moveMax = this.#limits.get('fact_move') ?? 0n;
    const after = movedTo(book, sheet, asked, { purse, moveMax });
    const s = sheet.issued(book.assets[0] ?? '');
    const slope = 'slope' in terms ? terms.slope : 0n;
    const cost = areaOf(after, slope, s) - areaOf(before, slope, s);
    if (cost >= 0n) sheet.move(TREASURY, escrowOf(book), POINTS, cost);
    else sheet.move(escrowOf(book), TREASURY, POINTS, -cost);
    book.fundamental = after;
    this.#mark(book);
    book.facts.set(fact, { content, applied: after - before, isUndoing, isUndone: false });
  }

  #tick(): void {
    const due = this.#due(this.#at);
    must(due.length > 0, 'deadlines', () => 'a tick with nothing due');
    for (const book of due.slice(0, Number(this.#limits.get('deadlines_per_tick')))) {
      if (book.state === 'draft') openIn(book, this.sheet);
      else if ('tiers' in book.draft.terms) rallyEnds(book, this.sheet);
      else book.state = 'closed';
    }
  }

  /** In order of time, then market id. */
  #due(at: number): readonly Book[] {
    const due = [...this.books.values()].filter((book) => (deadlineOf(book) ?? at + 1) <= at);
    const key = (book: Book): string => `${String(deadlineOf(book)).padStart(16, '0')} ${book.id}`;
    return due.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  #balances({ books }: ReadonlyWorld): string | undefined {
    for (const account of books.accounts()) {
      const mine = this.sheet.accounts.get(account);
      const balances = books.of(account);
      if (mine?.size !== balances.size)
        return `${account} has ${balances.size} balances, not ${mine?.size ?? 0}`;
      for (const [asset, balance] of balances) {
        const should = mine?.get(asset) ?? 0n;
        if (balance !== should)
          return `${account} has ${balance} ${asset}, and should have ${should}`;
      }
    }
    const there = new Set<string>(books.accounts());
    for (const [account, assets] of this.sheet.accounts) {
      if (assets.size > 0 && !there.has(account))
        return `${account} has nothing, and should have ${assets.size} balances`;
    }
    return undefined;
  }

  #paces({ accounts }: ReadonlyWorld): string | undefined {
    for (const [id, { pace }] of this.#people) {
      const account = accounts.get(id);
      if (account?.minute !== pace.minute || account.tradesInMinute !== pace.made)
        return `${id} made ${account?.tradesInMinute ?? 'nothing'} in a minute, not ${pace.made}`;
    }
    return undefined;
  }

  #markets({ markets }: ReadonlyWorld): string | undefined {
    for (const book of this.books.values()) {
      const market = markets.get(book.id);
      if (market?.state !== book.state)
        return `${book.id} is ${market?.state ?? 'gone'}, not ${book.state}`;
      if (market.fundamental !== book.fundamental)
        return `F of ${book.id} is ${market.fundamental}`;
      if (market.nextPaid !== book.paid + 1) return `${book.id} has paid ${market.nextPaid - 1}`;
      const risk = riskOf(book, market);
      if (risk !== undefined) return risk;
      const stakes = [...book.stakes];
      const wrong = market.holders.find(({ holder, net, pledge }, at) => {
        const [name, stake] = stakes[at] ?? [];
        return name !== holder || stake?.net !== net || stake.units !== (pledge?.units ?? 0);
      });
      if (wrong)
        return `the position ${wrong.number} of ${book.id} is wrong: ${wrong.holder} ${wrong.net}`;
      if (market.holders.length !== stakes.length) return `${book.id} lacks a position`;
    }
    return markets.size === this.books.size ? undefined : 'there is a market nobody made';
  }
}

/** What the breaker rests on. */
function riskOf(book: Book, market: ReadonlyMarket): string | undefined {
  const shown = ({ mark, haltedUntil }: Pick<Book, 'mark' | 'haltedUntil'>): string =>
    `${mark?.prices.join() ?? 'no'} mark of ${mark?.at ?? 'no time'}, halted until ${haltedUntil ?? 0}`;
  const [mine, engines] = [shown(book), shown(market)];
  return mine === engines ? undefined : `${book.id} has ${engines}, and should have ${mine}`;
}

type LifeWish = WishOf<
  'edit_draft' | 'open' | 'pause' | 'resume' | 'close' | 'extend' | 'resolve' | 'cancel' | 'confirm'
>;

interface Asked {
  readonly fact: string;
  readonly content: string;
  readonly asked: bigint;
  readonly isUndoing: boolean;
}

const holderNamed = (name: string): string => (name === 'treasury' ? TREASURY : playerNamed(name));

function assetsOf(id: string, { terms }: Draft): readonly string[] {
  if ('outcomes' in terms) return terms.outcomes.map((outcome) => `${id}:${outcome}`);
  return 'tiers' in terms ? [`${id}:UNIT`] : [id];
}

function depositOf({ terms }: Draft): bigint {
  if ('liquidity' in terms) return lmsr.deposit(terms.liquidity, terms.outcomes.length);
  return 'deposit' in terms ? terms.deposit : 0n;
}

const fundamentalOf = ({ terms }: Draft): bigint => ('slope' in terms ? terms.fundamental : 0n);
