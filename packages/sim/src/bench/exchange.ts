/** A small exchange to load: players, a treasury, one hot market of either mechanism. */
import {
  type Command,
  createWorld,
  decide,
  type Draft,
  type Entry,
  fold,
  micro,
  type Terms,
  type Trade,
  whole,
  type Wish,
  type World,
} from '@fairground/engine';

const NO_TEXT = '0'.repeat(64);
/** Any time will do: the engine has no clock. */
export const AT = 1_780_000_000_000;
const VALID_UNTIL = AT + 60_000;
export const FOR_A_DAY = { closing: { mode: 'auto' }, closesAt: AT + 86_400_000 } as const;

export const HOT = 'HOT';

export const TERMS = {
  cpmm: {
    mechanism: 'cpmm',
    outcomes: ['YES', 'NO'],
    deposit: whole(100_000),
    probability: 500_000,
    bps: 200,
  },
  lmsr: {
    mechanism: 'lmsr',
    outcomes: ['YES', 'NO'],
    liquidity: whole(100_000),
    bps: 0,
  },
  curve: {
    mechanism: 'curve',
    fundamental: 10_000_000n,
    slope: 10n,
    bps: 200,
    source: 'feed',
    rules: [],
  },
  rally: {
    mechanism: 'rally',
    tiers: [100, 80, 60].map((price, n) => ({ units: n * 200_000, price: micro(BigInt(price)) })),
    maximum: 1_000_000_000,
    perPerson: 1_000_000_000,
    seller: 'feed',
    bps: 250,
  },
} as const satisfies Record<string, Terms>;

export type Kind = keyof typeof TERMS;

export const playerName = (n: number): string => `acc_${String(n).padStart(8, '0')}`;

/** Spread like the hashes that ids are. */
const idOf = (n: number): string =>
  (Math.imul(n, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0') + n.toString(16).padStart(24, '0');

export const commandOf = (n: number, by: string, wish: Wish): Command => ({
  by,
  id: idOf(n),
  validUntil: VALID_UNTIL,
  wish,
});

/** What opens the exchange: accounts, money, the market. */
export function* opening(players: number, kind: Kind, market = HOT): IterableIterator<Wish> {
  // A load generator is one account that trades like a thousand.
  yield { type: 'set_limits', limits: [['trades_per_minute', 1_000_000n]] };
  yield { type: 'open_account', account: 'feed' };
  for (let n = 0; n < players; n++) yield { type: 'open_account', account: playerName(n) };
  for (let n = 0; n < 2; n++) {
    yield { type: 'grant', to: 'treasury', amount: whole(100_000), reason: NO_TEXT };
  }
  const draft: Draft = {
    text: NO_TEXT,
    closing: { mode: 'manual' },
    twoPerson: false,
    refundCap: micro(0n),
    terms: TERMS[kind],
  };
  yield kind === 'rally'
    ? { type: 'create_market', market, sponsor: 'feed', draft: { ...draft, ...FOR_A_DAY } }
    : { type: 'create_market', market, sponsor: 'treasury', draft };
  yield { type: 'open', market };
}

/** The n-th wish of the crowd: a trade, or in a rally a join for one unit more than before. */
export function wishOf(n: number, kind: Kind, players: number): Wish {
  if (kind !== 'rally') return tradeOf(n, kind);
  return { type: 'join_rally', market: HOT, units: Math.floor(n / players) + 1 };
}

/** The n-th trade: mostly buys, sides mixed, a few Points each, so that the pool stays where it is. */
export function tradeOf(n: number, kind: Exclude<Kind, 'rally'>): Trade {
  const spend = micro(BigInt(1_000_000 + ((n * 7_919) % 1_000_000)));
  const base = { type: 'trade', market: HOT, side: 'buy' } as const;
  if (kind === 'curve') return { ...base, spend };
  return { ...base, outcome: (n * 2_654_435_761) & 16 ? 'YES' : 'NO', spend };
}

/** Folds without encoding: where only the world after it matters. */
export function openWorld(players: number, kind: Kind): { world: World; commands: number } {
  const world = createWorld();
  let commands = 0;
  for (const wish of opening(players, kind)) {
    const command = commandOf(++commands, 'system', wish);
    const decision = decide(world, command, AT);
    if (decision.kind !== 'accepted') throw new Error(`setup: ${wish.type} ${decision.kind}`);
    const entry: Entry = {
      v: 1,
      seq: world.seq + 1,
      at: AT,
      rules: 1,
      command,
      events: decision.events,
      hash: '',
    };
    fold(world, entry);
  }
  return { world, commands };
}
