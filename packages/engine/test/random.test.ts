/**
 * Five players, six markets and a clock, at random: nothing they do breaks a law or surprises a second
 * bookkeeper.
 *
 * Long because the dice, the players and what they must never do are read together.
 */
import { describe, expect, test } from 'vitest';
import {
  type Command,
  createWorld,
  decide,
  type Decision,
  decodeEntry,
  fold,
  payoutsDue,
  stateHash,
  SYSTEM,
  type Trade,
  type Wish,
} from '../src/index.js';
import { micro } from '../src/math/amount.js';
import { Bookkeeper } from './bookkeeper.js';
import { checkEveryCut, checkTopics } from './cuts.js';
import { Live, NOON, textOf } from './live.js';
import { seeded, type Seeded } from './seeded.js';

const PLAYERS = ['ana', 'bob', 'cid', 'eve', 'max'];
const MARKETS = ['M1', 'M2', 'S1', 'L1', 'R1', 'R2'];
const isRally = (market: string): boolean => market.startsWith('R');
const REASON = textOf('so it is');

/** A player of dice, and everything he did. */
class Game {
  readonly live = new Live();
  readonly keeper = new Bookkeeper();
  readonly random: Seeded;
  readonly commands: Command[] = [];
  readonly seen = new Set<string>();
  #facts = 0;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.keeper.welcome = 2_000_000_000n;
    this.do(SYSTEM, {
      type: 'set_limits',
      limits: [
        ['welcome', 2_000_000_000n],
        ['payouts_per_command', 2n],
      ],
    });
    for (const account of [...PLAYERS, 'feed', 'judy', 'rita', 'sam'])
      this.do(SYSTEM, { type: 'open_account', account });
    for (const account of ['eve', 'max', 'judy', 'rita']) {
      this.do(SYSTEM, { type: 'grant_role', account, role: 'admin' });
    }
    this.do(SYSTEM, { type: 'grant_role', account: 'feed', role: 'source' });
    this.do(SYSTEM, { type: 'grant_role', account: 'sam', role: 'seller' });
    this.do(SYSTEM, {
      type: 'grant',
      to: 'treasury',
      amount: micro(3_000_000_000n),
      reason: REASON,
    });
    for (const market of MARKETS) this.do(...this.creation(market));
    for (const market of MARKETS) {
      expect(this.do('eve', { type: 'open', market }).kind).toBe('accepted');
    }
  }

  creation(market: string): [string, Wish] {
    const { random } = this;
    if (isRally(market)) return ['eve', this.rally(market)];
    const terms =
      market === 'S1'
        ? ({
            mechanism: 'curve',
            fundamental: 10_000_001n,
            slope: 24_999n,
            bps: random.pick([0, 200, 300]),
            source: 'feed',
            rules: [
              { kind: 'goal', num: 27, den: 25 },
              { kind: 'card', num: 19, den: 20 },
              { kind: 'slip', add: -333_333n },
            ],
          } as const)
        : market === 'L1'
          ? ({
              mechanism: 'lmsr',
              outcomes: ['YES', 'NO', 'DRAW'],
              liquidity: micro(1_000_000n + random.size(100)),
              bps: random.pick([0, 0, 1, 200]),
            } as const)
          : ({
              mechanism: 'cpmm',
              outcomes: ['YES', 'NO'],
              deposit: micro(1_000_000n + random.size(200)),
              probability: random.pick([500_000, 10_000, 800_000, 333_333]),
              bps: random.pick([0, 1, 200, 1_000]),
            } as const);
    const draft = {
      text: REASON,
      closing: random.pick([{ mode: 'auto' }, { mode: 'auto_with_buffer', minutes: 3 }] as const),
      closesAt: NOON + 60_000 + random.below(600_000),
      twoPerson: random.below(2) === 0,
      refundCap: micro(random.pick([0n, 5_000_000n, 10n ** 12n])),
      terms,
    };
    const sponsor = market === 'M2' ? 'max' : 'treasury';
    return ['max', { type: 'create_market', market, sponsor, draft }];
  }

  /** Tiers that fall by the dice; of 30 units five players mostly take enough, and now and then all. */
  rally(market: string): Wish {
    const { random } = this;
    const [second, third] = [2 + random.below(5), 8 + random.below(8)];
    const dear = 30_000_000n + random.size(20);
    const terms = {
      mechanism: 'rally',
      tiers: [
        { units: 0, price: micro(dear) },
        { units: second, price: micro(dear / 2n + 1n) },
        { units: third, price: micro(dear / 3n) },
      ],
      minimum: 1 + random.below(14),
      maximum: third + random.below(15),
      perPerson: 7,
      seller: 'sam',
      bps: random.pick([0, 1, 250, 1_000]),
    } as const;
    const draft = {
      text: REASON,
      closing: { mode: 'auto' },
      closesAt: NOON + 60_000 + random.below(600_000),
      twoPerson: random.below(2) === 0,
      refundCap: micro(0n),
      terms,
    } as const;
    return { type: 'create_market', market, sponsor: 'sam', draft };
  }

  do(by: string, wish: Wish): Decision {
    return this.submit(this.live.command(by, wish));
  }

  submit(command: Command): Decision {
    const { live, keeper } = this;
    const decision = live.submit(command);
    this.seen.add(decision.kind === 'refused' ? decision.code : decision.kind);
    if (decision.kind !== 'accepted') return decision;
    this.commands.push(command);
    for (const event of decision.events) {
      keeper.write(event);
      this.seen.add(event.type);
      const isShort = event.type === 'market_cancelled' && event.funds < event.due;
      if (isShort) this.seen.add('a refund that falls short');
      if (event.type === 'market_resolved' && 'units' in event.resolution)
        this.seen.add('a rally that sold');
    }
    const wrong = keeper.differences(live.world);
    if (wrong.length > 0)
      throw new Error(`after ${JSON.stringify(decision.events, plain)}:\n${wrong.join('\n')}`);
    return decision;
  }

  step(): void {
    const { random, live } = this;
    if (random.below(4) === 0) live.at += random.below(12_000);
    if (random.below(3) > 0) this.tick();
    const [payout] = payoutsDue(live.world);
    if (payout && random.below(4) === 0) this.submit(payout);
    const again =
      random.below(20) === 0 ? this.commands[random.below(this.commands.length)] : undefined;
    if (
      again?.id !== undefined &&
      again.validUntil !== undefined &&
      again.validUntil <= live.at + 600_000
    ) {
      expect(this.submit(again).kind).toBe('repeated');
      return;
    }
    const wish = this.wish();
    this.do(random.pick(whoAsks(wish)), wish);
  }

  /** Whoever has not come to an end is cancelled, by two who never trade, and everyone is paid. */
  end(): void {
    for (const market of MARKETS) {
      this.do('judy', { type: 'cancel', market, reason: REASON });
      this.do('rita', { type: 'confirm', market, verdict: { act: 'cancel', reason: REASON } });
    }
    const next = () => [...payoutsDue(this.live.world)][0];
    for (let chunk = next(); chunk; chunk = next()) this.submit(chunk);
    const { states } = this.live.world;
    expect(states.settled + states.refunded).toBe(MARKETS.length);
  }

  tick(): void {
    this.submit({ by: SYSTEM, wish: { type: 'tick' } });
  }

  wish(): Wish {
    const { random } = this;
    const market = random.pick(MARKETS);
    const amount = micro(random.size(500));
    const dice = random.below(100);
    if (isRally(market) && dice < 60)
      return { type: 'join_rally', market, units: 1 + random.below(8) };
    if (dice < 60) return this.trade(market);
    if (dice < 66) return { type: 'mint', market, amount };
    if (dice < 72) return { type: 'merge', market, amount };
    if (dice < 76) return { type: 'fund', market, amount, ...random.maybe({ priceMin: 300_000 }) };
    if (dice < 88) return this.fact(random.pick([market, 'S1']));
    return this.rare(market);
  }

  trade(market: string): Trade {
    const { random, live } = this;
    const side = random.pick(['buy', 'sell'] as const);
    const outcome =
      market === 'S1'
        ? undefined
        : random.pick(market === 'L1' ? ['YES', 'NO', 'DRAW'] : ['YES', 'NO']);
    const asset = outcome === undefined ? market : `${market}:${outcome}`;
    const held = live.world.books.balance(`player:${random.pick(PLAYERS)}`, asset);
    const size = micro(random.below(3) === 0 && held > 0n ? held : random.size(500));
    const bySpend = side === 'buy' && random.below(2) === 0;
    return {
      type: 'trade',
      market,
      side,
      ...(outcome === undefined ? {} : { outcome }),
      ...(bySpend ? { spend: size } : { shares: size }),
      ...(bySpend || side === 'sell' ? random.maybe({ getsMin: micro(random.size(20)) }) : {}),
      ...(!bySpend && side === 'buy' ? random.maybe({ paysMax: micro(random.size(900)) }) : {}),
    };
  }

  fact(market: string): Wish {
    const { random } = this;
    const known = `f${random.below(this.#facts + 1)}`;
    if (random.below(3) === 0)
      return { type: 'undo_fact', market, fact: `u${known}`, undoes: known };
    const fact = random.below(4) === 0 ? known : `f${++this.#facts}`;
    return {
      type: 'record_fact',
      market,
      fact,
      kind: random.pick(['goal', 'card', 'slip']),
      happenedAt: NOON,
    };
  }

  rare(market: string): Wish {
    const { random, live } = this;
    const ends = [
      [1_000_000, 0],
      [0, 1_000_000],
      [333_333, 666_667],
    ];
    const payout = random.pick(ends.map((end) => (market === 'L1' ? [...end, 0] : end)));
    const resolution =
      market === 'S1' ? { price: random.pick([0n, 10_000_000n, 20_000_000n]) } : { payout };
    const account = random.pick(['ana', 'bob', 'cid']);
    return random.pick<Wish>([
      { type: 'pause', market },
      { type: 'resume', market },
      { type: 'resume', market },
      { type: 'extend', market, closesAt: live.at + 30_000 },
      { type: 'extend', market, closesAt: live.at + 300_000 },
      { type: 'freeze_account', account, reason: REASON },
      { type: 'unfreeze_account', account, reason: REASON },
      {
        type: 'grant',
        to: random.pick([account, 'treasury']),
        amount: micro(random.size(50)),
        reason: REASON,
      },
      { type: 'sweep_fees' },
      ...(random.below(8) === 0 ? ([{ type: 'close', market }] as const) : []),
      ...(random.below(8) === 0 ? ([{ type: 'cancel', market, reason: REASON }] as const) : []),
      { type: 'resolve', market, resolution, reason: REASON },
      {
        type: 'confirm',
        market,
        verdict: live.world.markets.get(market)?.proposal?.verdict ?? {
          act: 'cancel',
          reason: REASON,
        },
      },
    ]);
  }
}

/** Mostly somebody who may; `judy` and `rita` judge, and never trade. */
function whoAsks(wish: Wish): readonly string[] {
  if ('fact' in wish) return ['feed', 'feed', 'feed', 'ana'];
  if (OF_PLAYERS.has(wish.type)) return [...PLAYERS, 'eve', 'max', 'feed', SYSTEM];
  return ['judy', 'rita', 'judy', 'rita', 'eve', 'ana', SYSTEM];
}

const OF_PLAYERS = new Set<Wish['type']>(['trade', 'mint', 'merge', 'fund', 'join_rally']);

const plain = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}` : value;

const SEEDS = Array.from({ length: 24 }, (_, n) => n + 1);
const STEPS = 250;

describe('[V3] whatever is done, every law holds, a second bookkeeper agrees, and replay gives the same state', () => {
  const seen = new Set<string>();

  test.each(SEEDS)('seed %i', (seed) => {
    const game = new Game(seed);
    for (let n = 0; n < STEPS; n++) game.step();
    game.end();
    game.live.checkReplay();
    for (const one of game.seen) seen.add(one);
  });

  test('the dice reach nearly everything', () => {
    const missing = [
      'a refund that falls short',
      'joined',
      'a rally that sold',
      'sold_out',
      'over_cap',
      'pledge_is_binding',
      'traded',
      'minted',
      'merged',
      'funded',
      'fact_recorded',
      'fact_undone',
      'market_paused',
      'market_resumed',
      'market_closed',
      'market_extended',
      'verdict_proposed',
      'market_resolved',
      'market_cancelled',
      'paid_out',
      'market_settled',
      'market_refunded',
      'repeated',
      'price_moved',
      'insufficient_shares',
      'insufficient_points',
      'account_frozen',
      'closed',
      'paused',
      'final',
      'too_small',
      'not_allowed',
      'not_supported',
      'fact_id_reused',
    ].filter((one) => !seen.has(one));
    expect(missing).toEqual([]);
  });
});

test('[D8] decide changes nothing, whatever it decides', () => {
  const game = new Game(77);
  for (let n = 0; n < 150; n++) {
    game.step();
    const { live, random } = game;
    const command = live.command(random.pick([...PLAYERS, 'feed', SYSTEM]), game.wish());
    const before = stateHash(live.world);
    const first = decide(live.world, command, live.at);
    expect(decide(live.world, command, live.at)).toEqual(first);
    expect(stateHash(live.world)).toBe(before);
  }
});

test("[D9] a world folded anew at any seq decides like the one that lived, whatever its Maps' order", () => {
  const game = new Game(5);
  for (let n = 0; n < 200; n++) {
    game.step();
    if (n % 10 > 0) continue;
    const { live, random } = game;
    const other = live.refold();
    shuffle(other.accounts, random);
    shuffle(other.markets, random);
    for (const market of other.markets.values()) {
      shuffle(market.facts, random);
      shuffle(market.positions, random);
    }
    expect(stateHash(other)).toBe(stateHash(live.world));
    const commands = Array.from({ length: 10 }, () =>
      live.command(random.pick([...PLAYERS, 'feed']), game.wish()),
    );
    const system = [{ by: SYSTEM, wish: { type: 'tick' } } as const, ...payoutsDue(live.world)];
    expect([...payoutsDue(other)]).toEqual([...payoutsDue(live.world)]);
    for (const command of [...commands, ...system]) {
      const at = live.at + random.below(100_000);
      expect(decide(other, command, at)).toEqual(decide(live.world, command, at));
    }
  }
});

test.each([3, 8, 21])(
  '[P3] seed %i cut at every seq: from its snapshot the same later events, the same state',
  (seed) => {
    const game = new Game(seed);
    for (let n = 0; n < 120; n++) game.step();
    game.end();
    checkEveryCut(game.live.lines);
  },
);

test.each([3, 8, 21])('[P7] seed %i: each entry tells of the topics it moves', (seed) => {
  const game = new Game(seed);
  for (let n = 0; n < 200; n++) game.step();
  game.end();
  checkTopics(game.live.lines);
});

/** The same entries, put in again in another order. */
function shuffle<K, V>(map: Map<K, V>, random: Seeded): void {
  const entries = [...map].map((entry) => [random.below(1_000_000), entry] as const);
  map.clear();
  for (const [, [key, value]] of entries.sort(([a], [b]) => a - b)) map.set(key, value);
}

test('[D10] an entry is folded in its turn only, and never back in time', () => {
  const { live } = new Game(9);
  const entry = decodeEntry(live.lines[0] ?? '');
  expect(() => fold(createWorld(), { ...entry, seq: 2 })).toThrow('does not follow');
  expect(() => fold(live.world, { ...entry, seq: live.world.seq + 1, at: 5 })).toThrow(
    'time does not run backwards',
  );
});
