import {
  createWorld,
  decide,
  ENTRY_VERSION,
  fold,
  playerAccount,
  RULES,
  sha256Text,
  SYSTEM,
  whole,
  type Wish,
  type World,
} from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { knownOf } from './beliefs.js';
import { chooseWish } from './bots.js';
import { makeBots, type Scene, STYLES } from './cast.js';
import { Crowd } from './crowd.js';
import { dice } from './dice.js';
import { ADMIN, matchDraft, SOURCE, stockDraft } from './listing.js';
import { type Answer, type DemoExchange, DemoFault } from './port.js';
import { schedule, stockMarket } from './schedule.js';
import { loadWorldCup } from './worldcup.js';

const cup = loadWorldCup();
const teams = [...cup.teams.keys()];
const HASH = sha256Text('text');
const squad = [...cup.players.values()].filter((player) => player.team === 'MEX');
const opening = schedule(cup, []).find((step) => step.type === 'open_match');
const SCENE: Scene = {
  stocks: squad.map((player) => stockMarket(player.key)),
  matches: [{ market: 'M-001', home: 'MEX', away: 'RSA', knockOut: false, final: false }],
  outrights: [],
  offers: [],
  known: knownOf(cup, createWorld()),
};

/** Judges and folds one wish; refusals are returned, nothing is remembered. */
function act(world: World, by: string, wish: Wish): Answer {
  const seq = world.seq + 1;
  const command = { by, id: sha256Text(`${seq}`).slice(0, 32), validUntil: seq + 1_000, wish };
  const decision = decide(world, command, seq);
  if (decision.kind === 'refused') return decision;
  if (decision.kind === 'repeated') throw new Error('an id came twice');
  fold(world, {
    v: ENTRY_VERSION,
    seq,
    at: seq,
    rules: RULES,
    command,
    events: decision.events,
    hash: HASH,
  });
  return { kind: 'done', repeated: false };
}

function worldWith(bots: readonly string[]): World {
  const world = createWorld();
  const wishes: [string, Wish][] = [
    ...[ADMIN, SOURCE, ...bots].map((account): [string, Wish] => [
      SYSTEM,
      { type: 'open_account', account },
    ]),
    [SYSTEM, { type: 'grant_role', account: ADMIN, role: 'admin' }],
    [SYSTEM, { type: 'grant', to: 'treasury', amount: whole(50_000), reason: HASH }],
    ...squad.flatMap((player): [string, Wish][] => {
      const market = stockMarket(player.key);
      const draft = stockDraft(player, HASH);
      return [
        [ADMIN, { type: 'create_market', market, sponsor: 'treasury', draft }],
        [ADMIN, { type: 'open', market }],
      ];
    }),
  ];
  if (opening?.type === 'open_match') {
    const draft = matchDraft(opening, HASH);
    wishes.push([ADMIN, { type: 'create_market', market: 'M-001', sponsor: 'treasury', draft }]);
    wishes.push([ADMIN, { type: 'open', market: 'M-001' }]);
  }
  for (const [by, wish] of wishes) expect(act(world, by, wish)).toMatchObject({ kind: 'done' });
  return world;
}

describe('dice', () => {
  test('[D14] the same numbers throw the same; near ones do not', () => {
    const throws = (...seeds: number[]): number[] => {
      const thrown = dice(...seeds);
      return Array.from({ length: 5 }, () => thrown.below(1_000_000));
    };
    expect(throws(1, 2, 3)).toEqual(throws(1, 2, 3));
    const all = [
      throws(1, 2, 3),
      throws(1, 2, 4),
      throws(1, 3, 2),
      throws(2, 1, 3),
      throws(1, 2, 3 + 2 ** 40),
    ];
    expect(new Set(all.map(String)).size).toBe(5);
  });

  test('[D14] all faces come up about equally often', () => {
    const faces = [0, 0, 0, 0, 0, 0];
    for (let seq = 0; seq < 60_000; seq++) faces[dice(7, seq).below(6)]! += 1;
    for (const face of faces) expect(Math.abs(face - 10_000)).toBeLessThan(500);
    expect(dice(1).pick([])).toBeUndefined();
  });
});

describe('the bots', () => {
  test('[D15] a seed gives each bot its style and team for ever, and all styles occur', () => {
    const bots = makeBots(200, teams, 1);
    expect(makeBots(200, teams, 1)).toEqual(bots);
    expect(makeBots(200, teams, 2)).not.toEqual(bots);
    expect([bots[0]?.account, bots[199]?.account]).toEqual(['bot_001', 'bot_200']);
    for (const style of STYLES) {
      expect(bots.filter((bot) => bot.style === style).length).toBeGreaterThan(30);
    }
  });

  test('[D15] they spend 10 to 100 whole Points, sell whole shares they hold, and the engine says no to a halt only', () => {
    const bots = makeBots(12, ['MEX', 'RSA'], 3);
    const world = worldWith(bots.map((bot) => bot.account));
    const made = { buy: 0, sell: 0 };
    for (let turn = 0; turn < 1_500; turn++) {
      const bot = bots[turn % bots.length]!;
      const look = { world, scene: SCENE, bot };
      const wish = chooseWish({ ...look, dice: dice(3, world.seq, turn) });
      expect(chooseWish({ ...look, dice: dice(3, world.seq, turn) })).toEqual(wish);
      if (wish?.type !== 'trade') continue;
      const size = wish.side === 'buy' ? wish.spend! : wish.shares!;
      expect(size % whole(1)).toBe(0n);
      expect(size).toBeLessThanOrEqual(whole(100));
      if (wish.side === 'buy') expect(size).toBeGreaterThanOrEqual(whole(10));
      const answer = act(world, bot.account, wish);
      // A dozen bots move a market fast.
      if (answer.kind === 'refused') expect([wish.side, answer.code]).toEqual(['buy', 'halted']);
      else expect(answer).toEqual({ kind: 'done', repeated: false });
      made[wish.side] += 1;
    }
    expect(made.buy).toBeGreaterThan(400);
    expect(made.sell).toBeGreaterThan(200);
  });

  test('[D15] who has no Points left, or finds nothing open, does nothing', () => {
    const [bot] = makeBots(1, ['MEX'], 3);
    const world = worldWith([bot!.account]);
    const balance = world.books.balance(playerAccount(bot!.account), 'points');
    world.books.post({
      from: playerAccount(bot!.account),
      to: 'mint',
      asset: 'points',
      amount: balance,
    });
    for (let turn = 0; turn < 50; turn++) {
      expect(chooseWish({ world, scene: SCENE, bot: bot!, dice: dice(turn) })).toBeUndefined();
      expect(
        chooseWish({
          world,
          scene: { ...SCENE, stocks: [], matches: [] },
          bot: bot!,
          dice: dice(turn),
        }),
      ).toBeUndefined();
    }
  });
});

/** An exchange that answers when told, and keeps what was asked. */
class Scripted implements DemoExchange {
  readonly asked: { by: string; key: string }[] = [];
  pending = 0;
  pendingMost = 0;
  readonly #world: World;
  readonly #answer: (asked: number) => Answer;

  constructor(world: World, answer: (asked: number) => Answer) {
    this.#world = world;
    this.#answer = answer;
  }

  world(): World {
    return this.#world;
  }

  now(): number {
    return 0;
  }

  async submit(by: string, key: string): Promise<Answer> {
    this.asked.push({ by, key });
    this.pending += 1;
    this.pendingMost = Math.max(this.pendingMost, this.pending);
    await new Promise((resolve) => void setImmediate(resolve));
    this.pending -= 1;
    return this.#answer(this.asked.length);
  }

  async writeText(): Promise<string> {
    return HASH;
  }
}

describe('the crowd', () => {
  const bots = makeBots(12, ['MEX', 'RSA'], 3);
  const world = worldWith(bots.map((bot) => bot.account));
  const crowdOf = (answer: (asked: number) => Answer): { crowd: Crowd; exchange: Scripted } => {
    const exchange = new Scripted(world, answer);
    return { exchange, crowd: new Crowd({ exchange, bots, seed: 3 }) };
  };

  test('[D16] asks no more than 32 at a time, each under a key of its own', async () => {
    const { crowd, exchange } = crowdOf(() => ({ kind: 'done', repeated: false }));
    await crowd.act(200, SCENE);
    await crowd.rest();
    expect(exchange.pendingMost).toBe(32);
    expect(crowd.counts).toEqual({ traded: exchange.asked.length, joined: 0, refused: 0 });
    expect(new Set(exchange.asked.map((one) => one.key)).size).toBe(exchange.asked.length);
  });

  test('[D16] takes refusals as life', async () => {
    const { crowd } = crowdOf((asked) => ({
      kind: 'refused',
      code: asked % 2 ? 'price_moved' : 'insufficient_points',
    }));
    await crowd.act(10, SCENE);
    await crowd.rest();
    expect(crowd.counts).toEqual({ traded: 0, joined: 0, refused: 10 });
  });

  test('[D16] asked to wait, everyone waits', async () => {
    const { crowd, exchange } = crowdOf(() => ({
      kind: 'not_now',
      code: 'busy',
      retryAfterMs: 700,
    }));
    await crowd.act(100, SCENE);
    expect(exchange.asked.length).toBeLessThan(70);
    await crowd.rest();
    expect([crowd.takeWaitMs(), crowd.takeWaitMs()]).toEqual([700, 0]);
  });

  test('[D16] a fault, or a refusal no bot should ever get, ends the demo', async () => {
    for (const answer of [{ kind: 'fault' }, { kind: 'refused', code: 'not_allowed' }] as const) {
      const { crowd } = crowdOf(() => answer);
      await crowd.act(3, SCENE);
      await expect(crowd.rest()).rejects.toThrow(DemoFault);
      await expect(crowd.act(1, SCENE)).rejects.toThrow(DemoFault);
    }
  });
});
