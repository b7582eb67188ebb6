import {
  type Draft,
  ONE,
  playerAccount,
  pricesOf,
  SYSTEM,
  whole,
  type Wish,
} from '@fairground/engine';
import { beforeEach, describe, expect, test } from 'vitest';
import { beliefs, knownOf } from './beliefs.js';
import { type Bot, makeBots, type Scene } from './cast.js';
import { matchDays } from './calendar.js';
import { Crowd } from './crowd.js';
import { cup, EngineExchange, offers, steps } from './demo.contract.js';
import { dice } from './dice.js';
import { chooseJoin } from './joiners.js';
import { ADMIN, matchDraft, SOURCE, stockDraft } from './listing.js';
import { CHAMPION, OTHER, outrightDraft, outrights, SCORER } from './outrights.js';
import { chooseOutright } from './pundits.js';
import { type Offer, rallyDraft, rallyText, sellersOf } from './rallies.js';
import { type OpenMatch, stockMarket } from './schedule.js';

const bets = outrights(cup, matchDays(cup));
const champion = bets.find(({ market }) => market === CHAMPION)!;
const scorer = bets.find(({ market }) => market === SCORER)!;
const groupA = bets.find(({ group }) => group === 'A')!;
const [football] = offers;
const bots = makeBots(200, [...cup.teams.keys()], 2026);

let exchange: EngineExchange;
let count = 0;
const ask = async (by: string, wish: Wish): Promise<void> => {
  count += 1;
  // Trades lie a minute apart: what prices do in a rush is not asked here.
  if (wish.type === 'trade') await exchange.clock.sleep(61_000);
  expect(await exchange.submit(by, `k${count}`, wish), wish.type).toMatchObject({ kind: 'done' });
};
const list = async (market: string, draft: Draft, by = ADMIN): Promise<void> => {
  const sponsor = by === ADMIN ? 'treasury' : by;
  await ask(by, { type: 'create_market', market, sponsor, draft });
  await ask(ADMIN, { type: 'open', market });
};
const hash = (): Promise<string> => exchange.writeText(rallyText(football!));
const openMatch = async (number: number, probability: number): Promise<void> => {
  const step = steps.find((one) => one.type === 'open_match' && one.match.number === number);
  await list(step!.key.slice(5), matchDraft({ ...(step as OpenMatch), probability }, await hash()));
};
const scene = (more: Partial<Scene> = {}): Scene => ({
  stocks: [],
  matches: [],
  outrights: bets,
  offers,
  known: knownOf(cup, exchange.world()),
  ...more,
});

beforeEach(async () => {
  exchange = new EngineExchange();
  const people = [ADMIN, SOURCE, ...sellersOf(offers), ...bots.map(({ account }) => account)];
  for (const account of people) await ask(SYSTEM, { type: 'open_account', account });
  await ask(SYSTEM, { type: 'grant_role', account: ADMIN, role: 'admin' });
  await ask(SYSTEM, { type: 'grant_role', account: SOURCE, role: 'source' });
  for (const account of sellersOf(offers))
    await ask(SYSTEM, { type: 'grant_role', account, role: 'seller' });
  await ask(SYSTEM, { type: 'grant', to: 'treasury', amount: whole(90_000), reason: await hash() });
});

/** Who won, as if the market of the match had been resolved; and goals as if they had been told. */
async function told(numbers: readonly number[], scorers: readonly string[] = []): Promise<void> {
  for (const number of numbers) {
    const market = `M-${String(number).padStart(3, '0')}`;
    await openMatch(number, 500_000);
    await ask(ADMIN, { type: 'close', market });
    await ask(ADMIN, {
      type: 'resolve',
      market,
      resolution: { payout: [0, 1_000_000] },
      reason: await hash(),
    });
  }
  for (const player of new Set(scorers)) {
    await list(stockMarket(player), stockDraft(cup.players.get(player)!, await hash()));
    for (const { match, seq, kind } of cup.goals.filter((goal) => goal.player === player)) {
      await ask(SOURCE, {
        type: 'record_fact',
        market: stockMarket(player),
        fact: `goal.${match}.${seq}`,
        kind,
        happenedAt: 1,
      });
    }
  }
}

const chanceOf = (bet: typeof champion, outcome: string, bot?: Bot): number =>
  beliefs(bet, scene().known, bot)[bet.outcomes.indexOf(outcome)]!;

describe('what somebody may think', () => {
  test('[D35] rests on what the exchange was told: before the first match everybody is level', () => {
    for (const bet of bets) {
      const all = beliefs(bet, scene().known);
      expect(all.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1);
      const plain = bet.outcomes.filter((outcome) => outcome !== OTHER);
      expect(new Set(plain.map((outcome) => chanceOf(bet, outcome))).size).toBe(1);
    }
    // Opinions differ, and a fan believes.
    expect(new Set(bots.map((bot) => chanceOf(champion, 'ESP', bot))).size).toBe(200);
    const fan = bots.find(({ style }) => style === 'fan')!;
    const sober: Bot = { ...fan, style: 'noise' };
    expect(chanceOf(champion, fan.team, fan)).toBeGreaterThan(chanceOf(champion, fan.team, sober));
  });

  test('[D35] a result lifts who won it; who lost after the groups is out; goals count as they are told', async () => {
    await told([1]);
    expect(chanceOf(groupA, 'MEX')).toBeGreaterThan(chanceOf(groupA, 'KOR'));
    expect(chanceOf(groupA, 'KOR')).toBeGreaterThan(chanceOf(groupA, 'RSA'));
    expect(scene().known.out.size).toBe(0);
    await told([74]);
    expect(scene().known.out).toEqual(new Set(['GER']));
    expect(chanceOf(champion, 'GER')).toBe(0);
    await told([], ['FRA-10', 'ENG-10']);
    expect(chanceOf(scorer, 'FRA-10')).toBeGreaterThan(0.5);
    expect(chanceOf(scorer, OTHER)).toBeGreaterThan(chanceOf(scorer, 'ARG-10'));
    // Germans score no more, and one has more than theirs.
    expect(chanceOf(scorer, scorer.outcomes.find((one) => one.startsWith('GER'))!)).toBe(0);
  });

  test('[D35] when all groups are played, who is not among the last 32 is out', async () => {
    await told(cup.matches.filter(({ stage }) => stage === 'group').map(({ number }) => number));
    expect(scene().known.out.size).toBe(16);
    expect(scene().known.out.has('TUR')).toBe(true);
  });
});

describe('bets on the whole tournament', () => {
  test('[D36] somebody buys what he thinks cheap, sells what he thinks dear, and the engine never says no', async () => {
    await list(CHAMPION, outrightDraft(champion, await hash()));
    await list(groupA.market, outrightDraft(groupA, await hash()));
    const made = { buy: 0, sell: 0 };
    const step = async (from: number, to: number): Promise<void> => {
      for (let turn = from; turn < to; turn++) {
        const bot = bots[turn % bots.length]!;
        const look = { world: exchange.world(), scene: scene(), bot };
        const wish = chooseOutright({ ...look, dice: dice(3, turn) });
        expect(chooseOutright({ ...look, dice: dice(3, turn) })).toEqual(wish);
        if (!wish) continue;
        await ask(bot.account, wish);
        made[wish.side] += 1;
      }
    };
    const germany = (): number => {
      const market = exchange.world().markets.get(CHAMPION)!;
      const prices = pricesOf(market, exchange.world().books);
      return Number(prices[champion.outcomes.indexOf('GER')]);
    };
    await step(0, 300);
    expect(made.buy).toBeGreaterThan(200);
    const before = germany();
    const sold = made.sell;
    await told([74]);
    await step(300, 700);
    expect(made.sell - sold).toBeGreaterThan(20);
    expect(germany()).toBeLessThan(before / 2);
  });

  test('[D36] a champion dearer than his next match is a gap: the match is bought, or the champion sold', async () => {
    await list(CHAMPION, outrightDraft(champion, await hash()));
    await openMatch(104, 500_000);
    const final = { market: 'M-104', home: 'ESP', away: 'ARG', knockOut: true, final: true };
    const bot: Bot = { ...bots[0]!, style: 'arbitrageur' };
    const seen = (): Set<string> => {
      const look = { world: exchange.world(), scene: scene({ matches: [final] }), bot };
      return new Set(
        Array.from({ length: 40 }, (_, turn) => {
          const wish = chooseOutright({ ...look, dice: dice(9, turn) });
          return `${wish?.side} ${wish?.market} ${wish?.outcome}`;
        }),
      );
    };
    // In the final both are one bet: the market of 48 is far below.
    expect(seen()).toEqual(new Set(['buy CHAMPION ESP', 'buy CHAMPION ARG']));
    for (let turn = 0; turn < 9; turn++) {
      await ask(bots[turn + 1]!.account, {
        type: 'trade',
        market: CHAMPION,
        side: 'buy',
        outcome: 'ESP',
        spend: whole(1_000),
      });
    }
    expect(seen()).toEqual(new Set(['buy M-104 YES', 'buy CHAMPION ARG']));
    await ask(bot.account, {
      type: 'trade',
      market: CHAMPION,
      side: 'buy',
      outcome: 'ESP',
      spend: whole(10),
    });
    expect(seen()).toEqual(new Set(['sell CHAMPION ESP', 'buy CHAMPION ARG']));
  });
});

describe('joining a rally', () => {
  const open = async (offer: Offer): Promise<void> =>
    list(
      offer.market,
      rallyDraft(offer, await hash(), exchange.now() + 10_000_000),
      offer.terms.seller,
    );
  const join = (bot: Bot, turn = 1) =>
    chooseJoin({ world: exchange.world(), scene: scene(), bot, dice: dice(turn) });
  const crowded = async (): Promise<number> => {
    let joins = 0;
    for (;;) {
      const wishes = bots.flatMap((bot) => (join(bot) ? [{ bot, wish: join(bot)! }] : []));
      if (wishes.length === 0) return joins;
      for (const { bot } of wishes) {
        const wish = join(bot);
        if (!wish) continue;
        await ask(bot.account, wish);
        joins += 1;
      }
    }
  };

  test('[D37] few join at the full price, and more, and for more, the further it has melted', async () => {
    const glass = offers.find(({ product }) => product === 59)!;
    await open(glass);
    const first = bots.filter((bot) => join(bot));
    expect(first.length).toBeGreaterThan(40);
    expect(first.length).toBeLessThan(100);
    const joins = await crowded();
    const market = exchange.world().markets.get(glass.market)!;
    expect(market.holders.length).toBeGreaterThan(2 * first.length * 0.9);
    expect(joins).toBeGreaterThan(market.holders.length);
    for (const bot of first) {
      expect(market.positions.has(playerAccount(bot.account))).toBe(true);
    }
    for (const { pledge } of market.holders) expect(pledge!.units).toBeLessThanOrEqual(4);
  });

  test('[D37] a small one sells out, and one that nobody needs stays below its minimum', async () => {
    await open(football!);
    await crowded();
    expect(exchange.world().markets.get(football!.market)).toMatchObject({
      state: 'resolved',
      resolution: { units: 60 },
    });
    const food = offers.find(({ product }) => product === 22)!;
    await open(food);
    await crowded();
    const market = exchange.world().markets.get(food.market)!;
    const units = exchange.world().books.issued(market.names.assets[0]!) / ONE;
    expect(units).toBeGreaterThan(0n);
    expect(units).toBeLessThan(BigInt(food.terms.minimum!));
  });

  test('[D37] who taps twice has pledged once', async () => {
    await open(offers.find(({ product }) => product === 59)!);
    const answers: string[] = [];
    const submit = exchange.submit.bind(exchange);
    exchange.submit = async (by, key, wish) => {
      const answer = await submit(by, key, wish);
      if (key.endsWith('-again')) {
        answers.push(answer.kind === 'done' ? `again ${answer.repeated}` : answer.kind);
      }
      return answer;
    };
    const crowd = new Crowd({ exchange, bots, seed: 7 });
    for (let turn = 0; turn < 40; turn++) {
      await crowd.act(10, scene());
      await crowd.rest();
    }
    expect(answers.length).toBeGreaterThan(5);
    expect(new Set(answers)).toEqual(new Set(['again true']));
    const joined = exchange.entries.flatMap(({ events }) =>
      events.filter(({ type }) => type === 'joined'),
    );
    expect(crowd.counts.joined).toBe(joined.length);
  });
});
