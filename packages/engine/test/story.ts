/**
 * Stories as tables: one line a step, `who verb what -> result`, `#` begins a comment.
 *
 * Every accepted step is encoded, read back and folded, and every law is checked after it; at the end the
 * journal is folded anew and must give the same state. A step without `->` must be accepted; `-> noted closed` is
 * a refusal that becomes an entry, as that of a retry whose earlier attempt is unknown does.
 *
 * Long because every verb a story knows is one small function here.
 */
import { expect, test } from 'vitest';
import type {
  AccountName,
  Actor,
  Closing,
  Command,
  Decision,
  Draft,
  Event,
  Instant,
  LimitName,
  MarketId,
  Resolution,
  Risk,
  Role,
  Terms,
  Trade,
  Verdict,
  Wish,
} from '../src/index.js';
import {
  formatAmount,
  LIMITS,
  marketView,
  parseAmount,
  playerAccount,
  POINTS,
  SYSTEM,
  TREASURY,
} from '../src/index.js';
import { checkInvariants } from '../src/invariants.js';
import { micro } from '../src/math/amount.js';
import { DAY, Live, textOf } from './live.js';

/** Runs one story as one test. */
export function story(name: string, table: string): void {
  test(name, () => {
    tell(table);
  });
}

/** Runs a story's table and gives the world it ends in. */
export function tell(table: string, live = new Live()): Live {
  table.split('\n').forEach((row, index) => {
    const line = row.replace(/#.*$/, '').trim();
    if (line === '') return;
    try {
      step(live, line);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new Error(`line ${index + 1}: ${line}\n  ${said}`);
    }
  });
  live.checkReplay();
  return live;
}

function step(live: Live, line: string): void {
  const [what = '', expected] = line.split('->').map((part) => part.trim());
  const words = what.split(/\s+/);
  if (words[0] === 'at') {
    live.at = instant(words.slice(1).join(' '));
    return;
  }
  if (what === 'books balance') return booksBalance(live);
  if (isClaim(words)) return claim(live, words);
  const decision = act(live, words);
  const [noted, code] = expected?.split(/\s+/) ?? [];
  if (noted !== 'noted') return judge(decision, expected ?? 'ok');
  judge(decision, code ?? '');
  live.note(decision);
}

/** `12:30`, `12:30:00.001`, `+1d 00:00`. */
function instant(text: string): Instant {
  const match = /^(?:\+(\d+)d\s*)?(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3}))?)?$/.exec(text);
  if (!match) throw new Error(`${text} is no time`);
  const [days = 0, hours = 0, minutes = 0, seconds = 0, ms = 0] = match
    .slice(1)
    .map((n) => Number(n ?? 0));
  return DAY + days * 86_400_000 + hours * 3_600_000 + minutes * 60_000 + seconds * 1_000 + ms;
}

function amount(text: string | undefined) {
  const value = parseAmount(text ?? '');
  if (value === undefined) throw new Error(`${text} is no amount`);
  return value;
}

// What a story does.

/** `ana [key until 12:01] buys M1 YES 10`: key and time are made up where they are not named. */
function act(live: Live, words: readonly string[]): Decision {
  const text = words.join(' ');
  const match = /^(\S+)(?: \[(\S+)(?: until ([^\]]+))?\])? (.+)$/.exec(text);
  if (!match) throw new Error('who does what?');
  const [, by = '', key, until, rest = ''] = match;
  if (by === 'clock') return clock(live, rest);
  const wish = wishOf(live, by, rest.split(' '));
  const command = live.command(by, wish, key, until === undefined ? undefined : instant(until));
  return live.submit(command);
}

/** What the node does by itself. */
function clock(live: Live, what: string): Decision {
  const [verb, market = '', , first] = what.split(' ');
  if (verb === 'ticks') return live.submit({ by: SYSTEM, wish: { type: 'tick' } });
  if (verb !== 'pays') throw new Error(`the clock does not ${what}`);
  if (market === 'everyone') {
    live.payAll();
    return { kind: 'accepted', events: [] };
  }
  const next =
    first === undefined ? (live.world.markets.get(market)?.nextPaid ?? 1) : Number(first);
  return live.submit(payOut(market, next));
}

const payOut = (market: MarketId, first: number): Command => ({
  by: SYSTEM,
  wish: { type: 'pay_out', market, first },
});

/** Options `name=value` of a step, and its plain words. */
interface Words {
  readonly plain: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

function split(words: readonly string[]): Words {
  const pairs = words
    .filter((word) => word.includes('='))
    .map((word) => word.split('=') as [string, string]);
  return { plain: words.filter((word) => !word.includes('=')), options: new Map(pairs) };
}

function wishOf(live: Live, by: Actor, words: readonly string[]): Wish {
  const [verb = '', ...rest] = words;
  const make = VERBS[verb];
  if (!make) throw new Error(`there is no verb ${verb}`);
  return make(split(rest), live, by);
}

type Make = (words: Words, live: Live, by: Actor) => Wish;

const reasonOf = ({ options }: Words): string => textOf(options.get('because') ?? 'it was so');

const ofAccount =
  (type: 'freeze_account' | 'unfreeze_account'): Make =>
  (words) => ({ type, account: words.plain[0] ?? '', reason: reasonOf(words) });

const ofRole =
  (type: 'grant_role' | 'revoke_role'): Make =>
  ({ plain: [account = '', role = ''] }) => ({ type, account, role: role as Role });

const ofMarket =
  (type: 'open' | 'pause' | 'resume' | 'close'): Make =>
  ({ plain: [market = ''] }) => ({ type, market });

const sides =
  (side: 'buy' | 'sell'): Make =>
  ({ plain, options }, { world }, by) => {
    const [market = '', outcome = '', size] = plain;
    if (size !== 'all') return tradeOf(side, plain, options);
    const held = world.books.balance(playerAccount(by), `${market}:${outcome}`);
    return tradeOf(side, [market, outcome, formatAmount(held)], options);
  };

/** `buys M1 YES 10`, `buys M1 YES 10 shares max=6`, `sells S1 10 min=9`, `sells M1 YES all`. */
function tradeOf(side: 'buy' | 'sell', plain: readonly string[], options: Words['options']): Trade {
  const [market = '', ...more] = plain.filter((word) => word !== 'shares');
  const outcome = more.length > 1 ? more[0] : undefined;
  const size = amount(more.at(-1));
  const byShares = side === 'sell' || plain.includes('shares');
  return {
    type: 'trade',
    market,
    side,
    ...(outcome === undefined ? {} : { outcome }),
    ...(byShares ? { shares: size } : { spend: size }),
    ...(options.has('min') ? { getsMin: amount(options.get('min')) } : {}),
    ...(options.has('max') ? { paysMax: amount(options.get('max')) } : {}),
  };
}

const VERBS: Readonly<Record<string, Make>> = {
  registers: ({ plain: [account = ''] }) => ({ type: 'open_account', account }),
  grants: (words) => ({
    type: 'grant',
    to: words.plain[0] ?? '',
    amount: amount(words.plain[1]),
    reason: reasonOf(words),
  }),
  freezes: ofAccount('freeze_account'),
  unfreezes: ofAccount('unfreeze_account'),
  appoints: ofRole('grant_role'),
  dismisses: ofRole('revoke_role'),
  limits: ({ options }) => ({
    type: 'set_limits',
    limits: [...options].map(([name, value]) => [name as LimitName, limitOf(name, value)] as const),
  }),
  adopts: ({ plain: [rules] }) => ({ type: 'adopt_rules', rules: Number(rules) }),
  sweeps: () => ({ type: 'sweep_fees' }),
  seals: () => ({ type: 'sealed' }),
  ticks: () => ({ type: 'tick' }),
  drafts: (words) => ({
    type: 'create_market',
    market: words.plain[0] ?? '',
    sponsor: words.options.get('sponsor') ?? words.options.get('seller') ?? 'treasury',
    draft: draftOf(words),
  }),
  edits: (words) => ({ type: 'edit_draft', market: words.plain[0] ?? '', draft: draftOf(words) }),
  opens: ofMarket('open'),
  pauses: ofMarket('pause'),
  resumes: ofMarket('resume'),
  closes: ofMarket('close'),
  extends: ({ plain: [market = '', ...time] }) => ({
    type: 'extend',
    market,
    closesAt: instant(time.join(' ')),
  }),
  resolves: (words, live) => {
    const [market = '', ...end] = words.plain;
    const reason = reasonOf(words);
    if (end.length === 0) return { type: 'resolve', market, reason };
    return { type: 'resolve', market, resolution: resolutionOf(live, market, end), reason };
  },
  cancels: (words) => ({ type: 'cancel', market: words.plain[0] ?? '', reason: reasonOf(words) }),
  confirms: (words, live) => {
    const [market = '', act, ...end] = words.plain;
    const reason = reasonOf(words);
    const verdict: Verdict =
      act === 'cancel'
        ? { act: 'cancel', reason }
        : { act: 'resolve', resolution: resolutionOf(live, market, end), reason };
    return { type: 'confirm', market, verdict };
  },
  pays: ({ plain: [market = '', , first] }) => ({ type: 'pay_out', market, first: Number(first) }),
  buys: sides('buy'),
  sells: sides('sell'),
  mints: ({ plain: [market = '', size] }) => ({ type: 'mint', market, amount: amount(size) }),
  merges: ({ plain: [market = '', size] }) => ({ type: 'merge', market, amount: amount(size) }),
  funds: ({ plain: [market = '', size], options }) => ({
    type: 'fund',
    market,
    amount: amount(size),
    ...(options.has('min') ? { priceMin: Number(amount(options.get('min'))) } : {}),
    ...(options.has('max') ? { priceMax: Number(amount(options.get('max'))) } : {}),
  }),
  joins: ({ plain: [market = '', units] }) => ({
    type: 'join_rally',
    market,
    units: Number(units),
  }),
  reports: ({ plain: [market = '', fact = '', kind = ''] }) => ({
    type: 'record_fact',
    market,
    fact,
    kind,
    happenedAt: DAY,
  }),
  undoes: ({ plain: [market = '', fact = '', undoes = ''] }) => ({
    type: 'undo_fact',
    market,
    fact,
    undoes,
  }),
};

const COUNTS = /_per_command$|_per_tick$|_per_minute$|_ms$|^bps_/;

/** A count as it stands, Points and parts of one as a decimal. */
const limitOf = (name: string, value: string): bigint =>
  COUNTS.test(name) ? BigInt(value) : amount(value);

/** `YES`, `0.5/0.5`, or of a stock `at 12.5`. */
function resolutionOf(live: Live, market: MarketId, end: readonly string[]): Resolution {
  const [first = '', second] = end;
  if (first === 'at') return { price: amount(second) };
  if (first.includes('/')) return { payout: first.split('/').map((part) => Number(amount(part))) };
  const terms = live.world.markets.get(market)?.draft.terms;
  const outcomes = terms && 'outcomes' in terms ? terms.outcomes : ['YES', 'NO'];
  return { payout: outcomes.map((outcome) => (outcome === first ? 1_000_000 : 0)) };
}

/**
 * `M1 cpmm 100 p=0.8 opens=12:30 closes=13:00 buffer=5 cap=10 bps=0 two=yes`, `S1 curve 10 0.025`,
 * `L1 lmsr 100`, `R1 rally 0:100,3:80 seller=sam closes=13:00 max=9`.
 */
function draftOf({ plain, options }: Words): Draft {
  const at = (name: string) => options.get(name);
  const [opens, closes] = [at('opens'), at('closes')];
  return {
    text: textOf(at('text') ?? 'who wins?'),
    closing: closingOf(options),
    ...(opens === undefined ? {} : { opensAt: instant(opens) }),
    ...(closes === undefined ? {} : { closesAt: instant(closes) }),
    twoPerson: at('two') === 'yes',
    refundCap: amount(at('cap') ?? '0'),
    ...riskOf(options),
    terms: termsOf(plain.slice(1), options),
  };
}

/** `move=0.1 window=5000 halt=1000 most=50 extreme=0.9`: a market's own breaker and bounds. */
function riskOf(options: Words['options']): { risk?: Risk } {
  const at = (name: string) => options.get(name);
  const [move, window, halt] = [at('move'), at('window'), at('halt')];
  const [most, extreme] = [at('most'), at('extreme')];
  const risk: Risk = {
    ...(move === undefined ? {} : { breakerMove: amount(move) }),
    ...(window === undefined ? {} : { breakerWindowMs: Number(window) }),
    ...(halt === undefined ? {} : { breakerHaltMs: Number(halt) }),
    ...(most === undefined ? {} : { positionLimit: amount(most) }),
    ...(extreme === undefined ? {} : { extremePrice: Number(amount(extreme)) }),
  };
  return Object.keys(risk).length > 0 ? { risk } : {};
}

function closingOf(options: Words['options']): Closing {
  const buffer = options.get('buffer');
  if (buffer !== undefined) return { mode: 'auto_with_buffer', minutes: Number(buffer) };
  if (!options.has('closes') || options.get('by') === 'hand') return { mode: 'manual' };
  return { mode: 'auto' };
}

function termsOf([mechanism, first, second]: readonly string[], options: Words['options']): Terms {
  if (mechanism === 'rally') return rallyOf(first, options);
  const fee = feeOf(options, 200);
  if (mechanism === 'curve') {
    return {
      mechanism: 'curve',
      fundamental: amount(first),
      slope: amount(second),
      ...fee,
      source: options.get('source') ?? 'feed',
      rules: [
        { kind: 'goal', num: 27, den: 25 },
        { kind: 'slip', add: -500_000n },
      ],
    };
  }
  const outcomes = (options.get('outcomes') ?? 'YES,NO').split(',');
  if (mechanism === 'lmsr') return { mechanism, outcomes, liquidity: amount(first), ...fee };
  return {
    mechanism: 'cpmm',
    outcomes,
    deposit: amount(first),
    probability: Number(amount(options.get('p') ?? '0.5')),
    ...fee,
  };
}

/** `bps=usual` leaves it to the exchange. */
function feeOf(options: Words['options'], unsaid: number): { bps?: number } {
  const bps = options.get('bps') ?? `${unsaid}`;
  return bps === 'usual' ? {} : { bps: Number(bps) };
}

function rallyOf(tiers: string | undefined, options: Words['options']): Terms {
  const maximum = Number(options.get('max'));
  const minimum = options.get('min');
  return {
    mechanism: 'rally',
    tiers: (tiers ?? '').split(',').map((tier) => {
      const [units, price] = tier.split(':');
      return { units: Number(units), price: amount(price) };
    }),
    ...(minimum === undefined ? {} : { minimum: Number(minimum) }),
    maximum,
    perPerson: Number(options.get('each') ?? maximum),
    seller: options.get('seller') ?? 'sam',
    ...feeOf(options, 250),
  };
}

// What a story expects.

/** `ok`, `again`, `does a b`, a refusal's code, or figures: `pays 10 gets 18.725318 fee 0.2`. */
function judge(decision: Decision, expected: string): void {
  const [head = '', ...rest] = expected.split(/\s+/);
  if (head === 'ok') return expect(decision).toMatchObject({ kind: 'accepted' });
  if (head === 'again') return judgeAgain(decision, rest[0]);
  if (decision.kind === 'refused') return expect(decision.code).toBe(expected);
  if (decision.kind !== 'accepted') throw new Error(`repeated, not ${expected}`);
  if (head === 'does') return expect(decision.events.map(({ type }) => type)).toEqual(rest);
  if (head === 'closes' || head === 'begins')
    return expect(marketsOf(decision.events)).toEqual(rest);
  if (rest.length === 0) throw new Error(`it was accepted, not ${expected}`);
  const words = [head, ...rest];
  for (let n = 0; n < words.length; n += 2) {
    const name = words[n] ?? '';
    expect(`${name} ${figure(decision.events, name)}`).toBe(`${name} ${words[n + 1]}`);
  }
}

function judgeAgain(decision: Decision, seq: string | undefined): void {
  if (decision.kind !== 'repeated') throw new Error(`not repeated: ${decision.kind}`);
  if (seq !== undefined) expect(decision.seq).toBe(Number(seq));
}

const marketsOf = (events: readonly Event[]): string[] =>
  events.map((event) => ('market' in event ? event.market : ''));

/** A figure of the first event that has it. */
function figure(events: readonly Event[], name: string): string {
  for (const event of events) {
    const value = (event as unknown as Record<string, unknown>)[name];
    if (typeof value === 'bigint') return formatAmount(value);
    if (name === 'mark' && value === undefined) return 'nothing';
    if (value !== undefined) return String(value);
  }
  return 'nothing';
}

const CLAIMS = new Set(['is', 'has', 'net', 'paid', 'owes', 'shows']);
const isClaim = ([, verb = '']: readonly string[]): boolean => CLAIMS.has(verb);

/** `M1 is open`, `ana has 12.5`, `ana has 3 M1:YES`, `ana net M1 -5`, `M1 owes 5`, `M1 shows 0.6 0.4`. */
function claim(live: Live, words: readonly string[]): void {
  const [who = '', verb, what = '', more] = words;
  const { world } = live;
  if (verb === 'shows') return expect(pricesOf(live, who)).toEqual(words.slice(2));
  if (verb === 'is') return expect(world.markets.get(who)?.state).toBe(what);
  if (verb === 'has') {
    return expect(formatAmount(world.books.balance(nameOf(who), more ?? POINTS))).toBe(what);
  }
  if (verb === 'owes') return expect(formatAmount(world.markets.get(who)?.due ?? 0n)).toBe(what);
  const holder = who === 'treasury' ? TREASURY : playerAccount(who);
  const position = world.markets.get(what)?.positions.get(holder);
  const value = verb === 'net' ? position?.net : position?.paid;
  expect(value === undefined ? 'nothing' : formatAmount(value)).toBe(more);
}

/** What is shown of it: a price for each outcome. */
function pricesOf({ world }: Live, id: MarketId): readonly string[] {
  const market = world.markets.get(id);
  if (!market) throw new Error(`there is no market ${id}`);
  return marketView(market, world.books).outcomes.map(({ price }) => price);
}

function nameOf(who: string): AccountName {
  if (who === 'treasury') return TREASURY;
  return who.includes(':') || who === 'mint' ? (who as AccountName) : playerAccount(who);
}

function booksBalance({ world }: Live): void {
  const broken = checkInvariants(world).filter(({ detail }) => detail !== undefined);
  expect(broken).toEqual([]);
  let sum = micro(0n);
  for (const account of world.books.accounts())
    sum = micro(sum + world.books.balance(account, POINTS));
  expect(sum).toBe(0n);
}

/** Everyone who plays in a story, with so many Points each; eve and max are admins. */
export const CAST = `
  system limits     welcome=0 grant_per_call=${formatAmount(LIMITS.grant_per_day)} breaker_move=1000
  system registers  ana
  system registers  bob
  system registers  cid
  system registers  eve
  system registers  max
  system registers  feed
  system grants     ana 1000
  system grants     bob 1000
  system grants     cid 1000
  system grants     eve 1000
  system grants     max 1000
  system grants     treasury 10000
  system appoints   eve admin
  system appoints   max admin
  system appoints   feed source
`;
