/** What the live feed says, as schemas: the document of the feed is made of them, and a test holds frames to them. */
import { z } from 'zod';
import { MatchShown } from '../pull/match-shown.js';

const cursor = z.string().regex(/^\d{1,15}\.[0-9a-f]{8}$/);
const seq = z.int().min(0);
const hash = z.string().regex(/^[0-9a-f]{8}$/);
const amount = z.string().regex(/^-?\d+(\.\d{1,6})?$/);
const time = z.iso.datetime();
const id = z.union([z.int(), z.string()]).optional();
const count = z.int().min(0);

const Tier = z.strictObject({ units: count, price: amount });
const Shares = z.strictObject({ outcome: z.string().optional(), shares: amount });

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
/** The newest by its time. `n`: the newest number of its symbol, which a late tick moves too. */
const LatestTick = z.strictObject({
  symbol: z.string(),
  n: count,
  ticks: count,
  time,
  source: z.string(),
  price: decimal,
  size: decimal,
  side: z.enum(['buy', 'sell']).nullable(),
  id: z.string().nullable(),
});

/** The newest of each kind of topic. More fields may come to a market. */
const STATES = {
  market: z.looseObject({
    id: z.string(),
    number: count,
    mechanism: z.string(),
    status: z.string(),
    outcomes: z.array(
      z.strictObject({ outcome: z.string().optional(), price: amount, held: amount }),
    ),
    price: amount,
    opening_price: amount,
    volume: amount,
    trades: count,
    holders: count,
    opens_at: time.optional(),
    closes_at: time.optional(),
    ends_at: time.optional(),
    seq,
  }),
  rally: z.strictObject({
    id: z.string(),
    status: z.string(),
    price: amount,
    units: count,
    minimum: count,
    maximum: count,
    per_person: count,
    next: Tier.optional(),
    members: count,
    ends_at: time.optional(),
    seq,
  }),
  global: z.strictObject({
    markets: z.record(z.string(), count),
    accounts: count,
    trades: count,
    volume: amount,
    treasury: amount,
  }),
  leaderboard: z.strictObject({
    players: z.array(z.strictObject({ account: z.string(), profit: amount })).max(20),
  }),
  me: z.strictObject({
    account: z.string(),
    points: amount,
    frozen: z.boolean(),
    roles: z.array(z.string()),
    positions: z.array(
      z.strictObject({
        market: z.string(),
        shares: z.array(Shares),
        net: amount,
        paid: amount,
      }),
    ),
  }),
} as const;

/** One thing that happened; which fields stand beside these is the type's. Of `me`, `points` is the signed change. */
const Happening = z.looseObject({ type: z.string(), at: time, points: amount.optional() });

const NAMES = {
  market: z.string().regex(/^market\/[A-Za-z0-9_-]{1,64}$/),
  rally: z.string().regex(/^rally\/[A-Za-z0-9_-]{1,64}$/),
  global: z.literal('global'),
  leaderboard: z.literal('leaderboard'),
  me: z.literal('me'),
} as const;

type Kind = keyof typeof STATES;
const stateOf = <K extends Kind>(kind: K) =>
  z.strictObject({ type: z.literal('state'), topic: NAMES[kind], seq, hash, data: STATES[kind] });
const topic = z.string().regex(/^(market\/.+|rally\/.+|global|me)$/);

/** By name, what a client may hear. `closing` is said where the line itself cannot: in a stream of events. */
export const SAYS = {
  subscribed: z.strictObject({
    id,
    type: z.literal('subscribed'),
    topics: z.array(z.string()),
    seq: cursor,
  }),
  unsubscribed: z.strictObject({
    id,
    type: z.literal('unsubscribed'),
    topics: z.array(z.string()),
  }),
  authenticated: z.strictObject({ id, type: z.literal('authenticated'), account: z.string() }),
  market_state: stateOf('market'),
  rally_state: stateOf('rally'),
  global_state: stateOf('global'),
  leaderboard_state: stateOf('leaderboard'),
  me_state: stateOf('me'),
  ticks_state: z.strictObject({
    type: z.literal('state'),
    topic: z.string().regex(/^ticks\/.+$/),
    n: count,
    data: LatestTick,
  }),
  letters_state: z.strictObject({
    type: z.literal('state'),
    topic: z.literal('dead-letters'),
    n: count,
    data: z.strictObject({ open: count, newest: time.nullable() }),
  }),
  event: z.strictObject({
    type: z.literal('event'),
    topic,
    seq,
    prev: seq,
    hash,
    more: z.int().min(1).optional(),
    data: Happening,
  }),
  notification: z.strictObject({
    type: z.literal('notification'),
    topic: z.literal('notifications'),
    data: z.strictObject({
      id: z.uuid(),
      place: z.string().regex(/^\d{1,15}\.\d{1,9}$/),
      seq,
      at: time,
      kind: z.string(),
      market: z.string().optional(),
      data: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  }),
  matches: z.strictObject({
    type: z.literal('matches'),
    topic: z.literal('matches'),
    data: z.strictObject({ items: z.array(MatchShown) }),
  }),
  start_over: z.strictObject({
    type: z.literal('start_over'),
    reason: z.enum(['too_old', 'forked']),
  }),
  heartbeat: z.strictObject({ type: z.literal('heartbeat'), seq: cursor, head: cursor }),
  draining: z.strictObject({ type: z.literal('draining'), reconnect_ms: count }),
  closing: z.strictObject({ type: z.literal('closing'), code: z.int(), reason: z.string() }),
  pong: z.strictObject({ id, type: z.literal('pong') }),
  error: z.strictObject({
    id,
    type: z.literal('error'),
    code: z.string(),
    message: z.string(),
  }),
} as const;

export type SaysName = keyof typeof SAYS;

/** Which of them this is; undefined where it is none. */
export function nameOfSaid(said: unknown): SaysName | undefined {
  for (const [name, schema] of Object.entries(SAYS))
    if (schema.safeParse(said).success && isName(name)) return name;
  return undefined;
}

const isName = (name: string): name is SaysName => name in SAYS;
