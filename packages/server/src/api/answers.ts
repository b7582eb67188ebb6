/**
 * Every answer there is, as it is promised: the document is made of these, tests hold real answers against them.
 * Long because it is one table of one kind of thing.
 */
import { ROLES } from '@fairground/engine';
import { z } from 'zod';
import { NOTICE_KINDS } from '../effects/kinds.js';
import { LETTER_STATES, REASONS } from '../ticks/store.js';
import { Mapping } from '../pull/mapping.js';
import { MatchShown } from '../pull/match-shown.js';
import { SCOPES } from '../vault/rows.js';

const amount = z.string().regex(/^-?\d{1,20}(\.\d{1,6})?$/);
const time = z.iso.datetime();
const seq = z.int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const cursor = z.string().optional();
const text = z.string();
const units = z.int().min(0);
const outcome = z.string().optional();

const decimal = z.string().regex(/^-?\d{1,40}(\.\d{1,36})?$/);
const micros = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
const seen = {
  n: units,
  time: micros,
  source: text,
  symbol: text,
  price: decimal,
  size: decimal,
  side: z.enum(['buy', 'sell']).nullable(),
  id: text.nullable(),
};
const Tick = z.strictObject({ ...seen, late: z.boolean() }).meta({ id: 'Tick' });
const LatestTick = z.strictObject({ ...seen, ticks: units }).meta({ id: 'LatestTick' });
const TickSource = z.strictObject({
  name: text,
  requires_registration: z.boolean(),
  symbols: z.array(text),
  created: time,
});

const paged = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), cursor });
const listed = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item) });

const Tier = z.strictObject({ units, price: amount });
const RallyState = z.strictObject({
  units,
  minimum: units,
  maximum: units,
  per_person: units,
  next: Tier.optional(),
});
const market = {
  id: text,
  number: z.int(),
  mechanism: text,
  status: z.enum([
    'draft',
    'open',
    'paused',
    'closed',
    'resolved',
    'cancelled',
    'settled',
    'refunded',
  ]),
  title: text,
  category: text,
  outcomes: z.array(z.strictObject({ outcome, price: amount, held: amount })),
  price: amount,
  opening_price: amount,
  volume: amount,
  trades: z.int(),
  holders: z.int(),
  opens_at: time.optional(),
  closes_at: time.optional(),
  ends_at: time.optional(),
  halted_until: time.optional(),
  extreme: z.literal(true).optional(),
  sponsor: text,
  fee_bps: z.int(),
  fundamental: amount.optional(),
  supply: amount.optional(),
  rally: RallyState.optional(),
  escrow: amount,
  seq,
};
const Market = z.strictObject(market).meta({ id: 'Market' });

const FactRule = z.union([
  z.strictObject({ kind: text, add: amount }),
  z.strictObject({ kind: text, num: z.int(), den: z.int() }),
]);
const Terms = z
  .discriminatedUnion('mechanism', [
    z.strictObject({
      mechanism: z.literal('cpmm'),
      outcomes: z.array(text),
      deposit: amount,
      probability: amount,
      fee_bps: z.int(),
    }),
    z.strictObject({
      mechanism: z.literal('lmsr'),
      outcomes: z.array(text),
      liquidity: amount,
      fee_bps: z.int(),
    }),
    z.strictObject({
      mechanism: z.literal('curve'),
      fundamental: amount,
      slope: amount,
      fee_bps: z.int(),
      source: text,
      fact_rules: z.array(FactRule),
      fact_cost_max: amount.optional(),
      fact_move_max: amount.optional(),
    }),
    z.strictObject({
      mechanism: z.literal('rally'),
      tiers: z.array(Tier),
      minimum: units,
      maximum: units,
      per_person: units,
      seller: text,
      fee_bps: z.int(),
    }),
  ])
  .meta({ id: 'Terms' });

const Resolution = z.union([
  z.strictObject({ payout: z.array(amount) }),
  z.strictObject({ price: amount }),
  z.strictObject({ units }),
]);
const verdict = {
  act: z.enum(['resolve', 'cancel']),
  resolution: Resolution.optional(),
  reason_hash: hash,
};

const Risk = z.strictObject({
  breaker_move: amount.optional(),
  breaker_window_ms: z.int().optional(),
  breaker_halt_ms: z.int().optional(),
  position_limit: amount.optional(),
  extreme_price: amount.optional(),
});

const MarketDetail = z
  .strictObject({
    ...market,
    terms: Terms,
    closing: z.strictObject({ mode: text, minutes: z.int().optional() }),
    two_person: z.boolean(),
    refund_cap: amount,
    risk: Risk.optional(),
    pool: z.strictObject({ reserves: z.array(z.strictObject({ outcome, amount })) }),
    fees: amount,
    due: amount,
    opened_at: time.optional(),
    ended_at: time.optional(),
    resolution: Resolution.optional(),
    refund: z.strictObject({ due: amount, funds: amount }).optional(),
    proposal: z.strictObject({ by: text, ...verdict }).optional(),
    text: z.strictObject({
      hash: text,
      rules: text,
      salt: text.optional(),
      json: text.optional(),
    }),
  })
  .meta({ id: 'MarketDetail' });

const Account = z
  .strictObject({
    account: text,
    handle: text,
    number: z.int(),
    points: amount,
    frozen: z.boolean(),
    roles: z.array(z.enum(ROLES)),
    markets: z.int(),
  })
  .meta({ id: 'Account' });

const Order = z
  .strictObject({
    id: z.string().regex(/^ord_\d+$/),
    seq,
    hash,
    at: time,
    type: z.enum(['trade', 'mint', 'merge', 'join']),
    market: text,
    account: text,
    side: z.enum(['buy', 'sell']).optional(),
    outcome,
    pays: amount,
    gets: amount,
    fee: amount,
    merged: amount.optional(),
    units: units.optional(),
  })
  .meta({ id: 'Order' });

const ErrorBody = z.strictObject({
  code: text,
  message: text,
  details: z.array(z.strictObject({ path: text.optional(), message: text })),
  retryable: z.boolean(),
  final: z.boolean(),
  request_id: text,
});
const Problem = z.strictObject({ error: ErrorBody }).meta({ id: 'Problem' });

const Quote = z
  .strictObject({
    market: text,
    side: z.enum(['buy', 'sell']),
    outcome,
    pays: amount,
    gets: amount,
    average: amount,
    price_before: amount,
    price_after: amount,
    impact: amount,
    fee: amount,
    merged: amount.optional(),
    cannot_profit: z.boolean(),
    gets_min: amount.optional(),
    pays_max: amount.optional(),
    seq,
  })
  .meta({ id: 'Quote' });

const Fact = z
  .strictObject({
    market: text,
    title: text,
    fact: text,
    kind: text.optional(),
    happened_at: time.optional(),
    source: text,
    asked: amount,
    applied: amount,
    fundamental: amount,
    seq,
    at: time,
    undoes: text.optional(),
  })
  .meta({ id: 'Fact' });

const Position = z
  .strictObject({
    market: text,
    title: text,
    status: text,
    shares: z.array(z.strictObject({ outcome, shares: amount, price: amount, value: amount })),
    value: amount,
    net: amount,
    profit: amount,
    paid: amount,
  })
  .meta({ id: 'Position' });

const RallyReceipt = z
  .strictObject({
    market: text,
    outcome: z.enum(['sold', 'refunded']),
    units,
    price: amount,
    sum: amount,
    fee: amount,
    seller: text,
    seller_gets: amount,
    members: z.array(
      z.strictObject({
        account: text,
        units,
        held: amount,
        pays: amount,
        back: amount,
        seq,
      }),
    ),
    seq,
    cursor,
  })
  .meta({ id: 'RallyReceipt' });

const Candle = z.strictObject({
  time,
  open: amount,
  high: amount,
  low: amount,
  close: amount,
  volume: amount,
});
const worth = { at: time, points: amount, equity: amount, profit: amount };
const Worth = z.strictObject(worth);
const scopes = z.array(z.enum(SCOPES));
const Entry = z.looseObject({ seq, hash }).meta({ id: 'Entry' });
const status = z.strictObject({ status: text });

/** By name, so that a route's note is a word. */
const place = z.string().regex(/^\d{1,15}\.\d{1,9}$/);
const kinds = z.array(z.enum(NOTICE_KINDS));
const Notice = z
  .strictObject({
    id: z.uuid(),
    place,
    seq,
    at: time,
    kind: z.enum(NOTICE_KINDS),
    market: text.optional(),
    data: z.record(z.string(), z.union([z.string(), z.number()])),
  })
  .meta({ id: 'Notice' });
const Alert = z.strictObject({
  id: text,
  market: text,
  outcome,
  above: amount.optional(),
  below: amount.optional(),
  created: time,
});
const Puller = z
  .strictObject({
    id: text,
    name: text,
    url: text,
    every_s: z.int(),
    source: text,
    by: text,
    on: z.boolean(),
    /** Their names alone. */
    headers: z.array(text),
    mapping: Mapping,
    created: time,
    pulled_at: time.nullable(),
    error: text.nullable(),
    items: units,
    rejected: z.array(
      z.strictObject({ at: time, item: text.nullable(), reason: text, times: units }),
    ),
  })
  .meta({ id: 'Puller' });
const Tried = z
  .strictObject({
    item: text,
    names: z.array(text),
    status: z.enum(['scheduled', 'live', 'finished']),
    minute: text.nullable(),
    counts: z.array(
      z.strictObject({
        count: text,
        value: units,
        market: text.nullable(),
        kind: text.nullable(),
        records: units,
        takes_back: units,
      }),
    ),
    markets: z.array(z.strictObject({ market: text, pauses: z.boolean(), resolves: z.boolean() })),
    ends: z.array(z.strictObject({ market: text, outcome: text })),
  })
  .meta({ id: 'TriedItem' });
const webhook = { id: text, url: text, kinds, created: time, disabled: time.nullable() };

export const ANSWERS = {
  markets: paged(Market),
  market: MarketDetail,
  ended: z.strictObject({
    market: text,
    seq,
    proposal: z.strictObject(verdict).optional(),
  }),
  of_market: z.strictObject({ market: text, seq }),
  quote: Quote,
  order: Order,
  orders: paged(Order),
  batch: z.strictObject({
    items: z.array(
      z.union([
        z.strictObject({ status: z.literal(201), order: Order }),
        z.strictObject({ status: z.int().min(400), error: ErrorBody }),
      ]),
    ),
  }),
  candles: listed(Candle),
  facts: listed(Fact),
  fact: z.strictObject({ fact: text, seq }),
  me: z.strictObject({
    account: text,
    handle: text,
    points: amount,
    frozen: z.boolean(),
    roles: z.array(z.enum(ROLES)),
    seq,
  }),
  positions: listed(Position),
  ledger: paged(
    z.strictObject({
      seq,
      leg: z.int().min(0),
      at: time,
      event: text,
      market: text.optional(),
      asset: text,
      change: amount,
      with: text,
    }),
  ),
  portfolio: z.strictObject({ now: Worth.optional(), items: z.array(Worth), cursor }),
  leaderboard: z.strictObject({
    by: z.enum(['profit', 'return']),
    window: z.enum(['day', 'week', 'all']),
    items: z.array(
      z.strictObject({
        rank: z.int().min(1),
        account: text,
        handle: text,
        profit: amount,
        return: amount,
      }),
    ),
    cursor,
  }),
  player: z.strictObject({
    account: text,
    handle: text,
    ...worth,
    positions: z.array(
      z.strictObject({ market: text, asset: text, shares: amount, price: amount }),
    ),
  }),
  keys: listed(
    z.strictObject({
      id: text,
      name: text,
      scopes,
      last4: text,
      created: time,
      used: time.nullable(),
    }),
  ),
  sessions: listed(
    z.strictObject({
      id: text,
      agent: text,
      created: time,
      expires: time,
      used: time,
      is_this: z.boolean(),
    }),
  ),
  notices: z.strictObject({
    items: z.array(Notice),
    unread: units,
    read_to: place,
    cursor,
  }),
  read_to: z.strictObject({ read_to: place }),
  settings: z.strictObject({ mail: kinds }),
  alerts: listed(Alert),
  alert: Alert,
  webhooks: listed(z.strictObject(webhook)),
  webhook: z.strictObject({ ...webhook, secret: text }),
  deliveries: paged(
    z.strictObject({
      id: z.uuid(),
      kind: z.enum(NOTICE_KINDS),
      seq,
      at: time,
      status: z.enum(['pending', 'delivered', 'failed', 'dropped']),
      attempts: units,
      error: text.nullable(),
      ended: time.nullable(),
    }),
  ),
  dropped: z.strictObject({ dropped: text }),
  replayed: z.strictObject({ replayed: z.uuid() }),
  retried: z.strictObject({ retried: z.uuid() }),
  fees: z.strictObject({ cpmm: z.int(), lmsr: z.int(), curve: z.int(), rally: z.int() }),
  house: z.strictObject({
    rules: z.int(),
    sealed: z.boolean(),
    treasury: amount,
    fees: amount,
    issued: amount,
    granted_today: amount,
    limits: z.record(text, z.union([amount, z.int()])),
    halted: z.array(z.strictObject({ market: text, title: text, until: time })),
    proposals: z.array(
      z.strictObject({
        market: text,
        title: text,
        by: text,
        handle: text.optional(),
        ...verdict,
        reason: text.optional(),
      }),
    ),
  }),
  accounts: paged(Account),
  account: Account,
  quarantine: z.strictObject({
    count: z.int(),
    items: z.array(z.strictObject({ hash, reason: text })),
  }),
  jobs: z.strictObject({
    /** False where the database is another exchange's: then nobody is told anything. */
    delivers: z.boolean(),
    queues: z.array(z.strictObject({ queue: text, state: text, count: units })),
    failed: z.array(
      z.strictObject({ id: z.uuid(), queue: text, attempts: units, reason: text, failed_at: time }),
    ),
    schedule: z.array(
      z.strictObject({ task: text, every_s: units, last: time.nullable(), next: time }),
    ),
  }),
  matches: listed(MatchShown.meta({ id: 'Match' })),
  pullers: listed(Puller),
  puller: Puller,
  tried: z.strictObject({
    items: z.array(Tried),
    refused: z.array(z.strictObject({ item: text.nullable(), reason: text })),
    error: text.nullable(),
  }),
  pulled: z.strictObject({ puller: text, asked_at: time }),
  vetoed: z.strictObject({ puller: text, item: text, verdict: z.literal('veto') }),
  session_ended: z.strictObject({ ended: text }),
  sessions_ended: z.strictObject({ ended: z.int() }),
  entered: z.strictObject({ account: text, handle: text }),
  mailed: z.strictObject({ mailed: z.literal(true), says: text }),
  signed_out: z.strictObject({ signed_out: z.literal(true) }),
  reset: z.strictObject({ reset: z.literal(true) }),
  erased: z.strictObject({ erased: text }),
  erased_me: z.strictObject({ erased: text, says: text }),
  person: z.strictObject({ account: text, handle: text, roles: z.array(z.enum(ROLES)) }),
  key: z.strictObject({ id: text, key: text, name: text, scopes }),
  revoked: z.strictObject({ revoked: text }),
  rally_receipt: RallyReceipt,
  receipt: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('done'), entry: Entry }),
    z.strictObject({ state: z.literal('refused'), code: text, seq }),
    z.strictObject({ state: z.literal('not_seen'), seq }),
  ]),
  head: z.strictObject({ seq, hash, journal: text }),
  proof: z.strictObject({
    seq,
    hash,
    books_balance: z.boolean(),
    invariants: z.array(
      z.strictObject({ name: text, holds: z.boolean(), detail: text.optional() }),
    ),
    tables: z
      .strictObject({
        seq,
        hash,
        checks: z.array(
          z.strictObject({
            name: text,
            sql: text,
            holds: z.boolean(),
            found: z.array(text).optional(),
          }),
        ),
      })
      .optional(),
  }),
  status,
  node: z.strictObject({
    state: text,
    status: text,
    term: z.int(),
    holder: text.optional(),
    node: text.optional(),
    seq,
    hash,
    lag_ms: z.number(),
    tables: z
      .strictObject({
        state: text,
        seq,
        lag: z.int().min(0),
        lag_ms: z.number(),
        rows: z.int(),
        rebuilding: z.number().optional(),
        rebuilds: z.int(),
      })
      .optional(),
    sockets: z.int(),
    uptime_ms: z.number(),
    now: time,
  }),
  ingested: z.strictObject({
    taken: units,
    repeated: units,
    late: units,
    dead: units,
    items: z.array(
      z.union([
        z.strictObject({ index: units, became: z.literal('repeated') }),
        z.strictObject({
          index: units,
          became: z.literal('dead'),
          reason: z.enum(REASONS),
          message: text,
          letter: text,
        }),
      ]),
    ),
  }),
  ticks: z.union([paged(Tick), z.string()]),
  latest_ticks: listed(LatestTick),
  tick_symbols: paged(LatestTick),
  tick_candles: listed(
    z.strictObject({
      time: micros,
      open: decimal,
      high: decimal,
      low: decimal,
      close: decimal,
      volume: decimal,
      ticks: units,
      late: units,
      gap: units,
    }),
  ),
  letters: z.strictObject({
    items: z.array(
      z.strictObject({
        id: text,
        at: time,
        reason: z.enum(REASONS),
        message: text,
        payload: text,
        source: text.nullable(),
        symbol: text.nullable(),
        state: z.enum(LETTER_STATES),
        changed: time,
      }),
    ),
    open: units,
    cursor,
  }),
  replayed_one: z.strictObject({ replayed: text, repeated: z.boolean() }),
  replayed_many: z.strictObject({
    replayed: units,
    repeated: units,
    refused: z.array(z.strictObject({ id: text, message: text })),
    cursor,
  }),
  sources: listed(TickSource),
  source: TickSource,
  signed_up: z.strictObject({ account: text, handle: text, key: text, key_id: text, scopes }),
  granted: z.strictObject({ to: text, seq }),
  of_account: z.strictObject({ account: text, seq }),
  rules: z.strictObject({ rules: z.int(), seq }),
  seq: z.strictObject({ seq }),
  rebuilding: z.strictObject({ rebuilding: z.literal(true) }),
  audit: paged(
    z.strictObject({
      seq,
      at: time,
      by: text,
      handle: text.optional(),
      act: text,
      target: text.optional(),
      refused: text.optional(),
      reason_hash: hash.optional(),
      reason: text.optional(),
      command: z.unknown(),
    }),
  ),
  problem: Problem,
  document: z.looseObject({ openapi: z.literal('3.1.0') }),
  feed_document: z.looseObject({ asyncapi: z.literal('3.0.0') }),
  lines: z.string(),
  metrics: z.string(),
} as const;

export type AnswerName = keyof typeof ANSWERS;
