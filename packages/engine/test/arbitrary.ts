/** Any wish, any event: one generator for each member of the unions, so a new one does not compile without. */
import fc, { type Arbitrary } from 'fast-check';
import type {
  Closing,
  Command,
  Draft,
  Entry,
  Event,
  EventOf,
  Resolution,
  Risk,
  Terms,
  Verdict,
  Wish,
  WishOf,
} from '../src/index.js';
import { LIMITS, micro, REFUSALS, ROLES } from '../src/index.js';
import type { FactRule } from '../src/command.js';
import type { Transfer } from '../src/ledger/transfer.js';

const MOST = 10n ** 18n;

const chars = (set: string, maxLength: number): Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...set), minLength: 1, maxLength });

const LETTERS = 'abcXYZ019_-';
const id = chars(LETTERS, 64);
const outcome = chars('AZ09_-', 16);
const factId = chars(`${LETTERS}.:`, 64);
const hash = fc.string({
  unit: fc.constantFrom(...'0123456789abcdef'),
  minLength: 64,
  maxLength: 64,
});
const amount = fc.bigInt(0n, MOST).map(micro);
const signed = fc.bigInt(-MOST, MOST);
const instant = fc.nat(253_402_300_799_999);
const count = fc.nat(Number.MAX_SAFE_INTEGER);
const millionths = fc.nat(1_000_000);
const role = fc.constantFrom(...ROLES);
const side = fc.constantFrom('buy' as const, 'sell' as const);

/** An object some of whose fields may be left out: absent, never undefined. */
function object<T>(required: object, optional: object = {}): Arbitrary<T> {
  const fields = Object.fromEntries([...Object.entries(required), ...Object.entries(optional)]);
  return fc.record(fields, { requiredKeys: Object.keys(required) }) as Arbitrary<T>;
}

const account = fc.oneof(
  id.map((name) => `player:${name}`),
  id.map((name) => `pool:${name}`),
  fc.constantFrom('house:treasury', 'house:fees', 'mint'),
);
const transfer = object<Transfer>({
  from: account,
  to: account,
  asset: fc.oneof(
    fc.constant('points'),
    id,
    fc.tuple(id, outcome).map((parts) => parts.join(':')),
  ),
  amount,
});
const transfers = fc.array(transfer, { maxLength: 4 });

const rule: Arbitrary<FactRule> = fc.oneof(
  object<FactRule>({ kind: factId, add: signed }),
  object<FactRule>({ kind: factId, num: count, den: count }),
);

const terms: Arbitrary<Terms> = fc.oneof(
  object<Terms>({
    mechanism: fc.constant('cpmm'),
    outcomes: fc.array(outcome, { maxLength: 3 }),
    deposit: amount,
    probability: millionths,
    bps: fc.nat(1_000),
  }),
  object<Terms>({
    mechanism: fc.constant('lmsr'),
    outcomes: fc.array(outcome, { maxLength: 5 }),
    liquidity: amount,
    bps: fc.nat(1_000),
  }),
  object<Terms>(
    {
      mechanism: fc.constant('curve'),
      fundamental: signed,
      slope: signed,
      bps: fc.nat(1_000),
      source: id,
      rules: fc.array(rule, { maxLength: 3 }),
    },
    { factCostMax: amount, factMoveMax: signed },
  ),
);

const rallyTerms = object<Terms>(
  {
    mechanism: fc.constant('rally'),
    tiers: fc.array(fc.record({ units: count, price: amount }), { maxLength: 3 }),
    maximum: count,
    perPerson: count,
    seller: id,
    bps: fc.nat(1_000),
  },
  { minimum: count },
);

const closing: Arbitrary<Closing> = fc.oneof(
  fc.constant({ mode: 'auto' as const }),
  fc.nat(1_440).map((minutes) => ({ mode: 'auto_with_buffer' as const, minutes })),
  fc.constant({ mode: 'manual' as const }),
);

const anyTerms: Arbitrary<Terms> = fc.oneof(terms, rallyTerms);

const risk = object<Risk>(
  {},
  {
    breakerMove: signed,
    breakerWindowMs: count,
    breakerHaltMs: count,
    positionLimit: amount,
    extremePrice: millionths,
  },
);

const draft = object<Draft>(
  { text: hash, closing, twoPerson: fc.boolean(), refundCap: amount, terms: anyTerms },
  { opensAt: instant, closesAt: instant, risk },
);

const resolution: Arbitrary<Resolution> = fc.oneof(
  fc.array(millionths, { maxLength: 3 }).map((payout) => ({ payout })),
  signed.map((price) => ({ price })),
  count.map((units) => ({ units })),
);

const verdict: Arbitrary<Verdict> = fc.oneof(
  object<Verdict>({ act: fc.constant('resolve'), resolution, reason: hash }),
  object<Verdict>({ act: fc.constant('cancel'), reason: hash }),
);

const limits = fc.array(
  fc.tuple(fc.constantFrom(...(Object.keys(LIMITS) as (keyof typeof LIMITS)[])), amount),
  {
    minLength: 1,
    maxLength: 3,
  },
);

type Fieldless<T> = { readonly [K in Exclude<keyof T, 'type'>]?: Arbitrary<unknown> };
/** Required and optional fields of one member. */
type Member<T> = readonly [Fieldless<T>] | readonly [Fieldless<T>, Fieldless<T>];

const WISHES: { readonly [K in Wish['type']]: Member<WishOf<K>> } = {
  open_account: [{ account: id }],
  grant: [{ to: id, amount, reason: hash }],
  freeze_account: [{ account: id, reason: hash }],
  unfreeze_account: [{ account: id, reason: hash }],
  grant_role: [{ account: id, role }],
  revoke_role: [{ account: id, role }],
  set_limits: [{ limits }],
  adopt_rules: [{ rules: count }],
  sweep_fees: [{}],
  sealed: [{}],
  tick: [{}],
  create_market: [{ market: id, sponsor: id, draft }],
  edit_draft: [{ market: id, draft }],
  open: [{ market: id }],
  pause: [{ market: id }],
  resume: [{ market: id }],
  close: [{ market: id }],
  extend: [{ market: id, closesAt: instant }],
  resolve: [{ market: id, reason: hash }, { resolution }],
  cancel: [{ market: id, reason: hash }],
  confirm: [{ market: id, verdict }],
  pay_out: [{ market: id, first: count }],
  trade: [
    { market: id, side },
    { outcome, spend: amount, shares: amount, getsMin: amount, paysMax: amount },
  ],
  mint: [{ market: id, amount }],
  merge: [{ market: id, amount }],
  fund: [
    { market: id, amount },
    { priceMin: millionths, priceMax: millionths },
  ],
  join_rally: [{ market: id, units: count }],
  record_fact: [{ market: id, fact: factId, kind: factId, happenedAt: instant }],
  undo_fact: [{ market: id, fact: factId, undoes: factId }],
};

const code = fc.constantFrom(...(Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]));
const prices = fc.array(signed, { maxLength: 3 });
const moved = {
  market: id,
  source: id,
  fact: factId,
  asked: signed,
  applied: signed,
  mark: prices,
  transfers,
};

const EVENTS: { readonly [K in Event['type']]: Member<EventOf<K>> } = {
  account_opened: [{ account: id, transfers }],
  granted: [{ by: id, to: id, amount, reason: hash, transfers }],
  fees_swept: [{ transfers }],
  account_frozen: [{ account: id, reason: hash }],
  account_unfrozen: [{ account: id, reason: hash }],
  role_granted: [{ account: id, role }],
  role_revoked: [{ account: id, role }],
  limits_set: [{ limits }],
  rules_adopted: [{ rules: count }],
  sealed: [{}],
  refused: [{ code }],
  market_created: [
    {
      market: id,
      mechanism: fc.constantFrom('cpmm@1', 'lmsr@1', 'curve@1', 'rally@1'),
      sponsor: account,
      draft,
      transfers,
    },
  ],
  draft_edited: [{ market: id, draft, transfers }],
  market_opened: [{ market: id, transfers }],
  market_halted: [{ market: id, until: instant, mark: prices, prices }],
  treasury_low: [{ balance: amount, floor: amount }],
  market_paused: [{ market: id }],
  market_resumed: [{ market: id }],
  market_closed: [{ market: id }],
  market_extended: [{ market: id, closesAt: instant }],
  verdict_proposed: [{ market: id, by: id, verdict }],
  market_resolved: [{ market: id, resolution, reason: hash, transfers }],
  market_cancelled: [{ market: id, reason: hash, due: amount, funds: amount, transfers }],
  paid_out: [{ market: id, first: count, next: count, transfers }],
  market_settled: [{ market: id, transfers }],
  market_refunded: [{ market: id, transfers }],
  traded: [
    { market: id, player: id, side, pays: amount, gets: amount, fee: amount, transfers },
    { outcome, merged: amount, mark: prices },
  ],
  minted: [{ market: id, player: id, amount, transfers }],
  merged: [{ market: id, player: id, amount, transfers }],
  funded: [{ market: id, amount, mark: prices, transfers }],
  joined: [{ market: id, player: id, units: count, added: count, transfers }],
  fact_recorded: [{ ...moved, kind: factId, happenedAt: instant }],
  fact_undone: [{ ...moved, undoes: factId }],
};

function members<T>(
  table: Readonly<Record<string, readonly object[]>>,
): Readonly<Record<string, Arbitrary<T>>> {
  const made = Object.entries(table).map(([type, [required = {}, optional]]) => {
    return [type, object<T>({ type: fc.constant(type), ...required }, optional)] as const;
  });
  return Object.fromEntries(made);
}

/** By type. */
export const wishes: Readonly<Record<string, Arbitrary<Wish>>> = members<Wish>(WISHES);
export const events: Readonly<Record<string, Arbitrary<Event>>> = members<Event>(EVENTS);

const commandId = hash.map((digits) => digits.slice(0, 32));

export const commandOf = (wish: Arbitrary<Wish>): Arbitrary<Command> =>
  object<Command>({ by: id, wish }, { id: commandId, validUntil: instant });

export const anyWish = fc.oneof(...Object.values(wishes));
export const anyEvent = fc.oneof(...Object.values(events));

export const entryOf = (
  command: Arbitrary<Command>,
  happened: Arbitrary<readonly Event[]>,
): Arbitrary<Entry> =>
  object<Entry>({
    v: fc.constant(1),
    seq: count,
    at: instant,
    rules: fc.constant(1),
    command,
    events: happened,
    hash,
  });

export const anyEntry = entryOf(commandOf(anyWish), fc.array(anyEvent, { maxLength: 3 }));
