import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whole } from '@fairground/engine';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  cup,
  EngineExchange,
  expectTheEnd,
  factsOf,
  offers,
  play,
  QuickClock,
  steps,
} from './demo.contract.js';
import { type Headlines, headlines } from './headlines.js';
import { SOURCE } from './listing.js';
import { CHAMPION } from './outrights.js';
import { matchMarket, stockMarket } from './schedule.js';
import type { DemoStatus } from './status.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'demo-'));
});
afterEach(() => rm(dir, { recursive: true }));

describe('the whole tournament', { timeout: 30_000 }, () => {
  test('[D20] [D21] everything is settled, each fact is applied once, and the champion is named', async () => {
    const exchange = new EngineExchange();
    const statuses: DemoStatus[] = [];
    let heads: Headlines | undefined;
    exchange.mishap = (_by, wish) => {
      if (wish.type === 'close' && wish.market === CHAMPION)
        heads = headlines(exchange.world(), cup, offers);
      return 'none';
    };
    const result = await play(exchange, dir, { onStatus: (status) => statuses.push(status) });
    expectTheEnd(exchange);
    expect(result.finished).toBe(true);
    expect(result.champion).toBe('ESP');
    expect(result.traded).toBeGreaterThan(4_000);
    expect(Object.fromEntries(result.facts)).toEqual({
      goal: 278,
      penalty_goal: 16,
      own_goal: 14,
      yellow: 245,
      red: 13,
    });
    expect(result.text).toContain(
      'Spain are world champions: Spain 1–0 Argentina after extra time.',
    );
    expect(result.text).toContain(
      '104 match markets, 14 outrights and 1,248 stocks settled, nothing left in them;',
    );
    expect(result.text).toContain('The champion market paid Spain.');
    expect(result.text).toContain('Top scorer: Kylian Mbappé with 10 goals (FRA-10 paid).');
    expect(result.text).toMatch(
      /\n12 rallies: 11 sold [\d,]+ units \(\d to the last one\), 1 refunded, nothing left in them\.\n/,
    );
    expect(result.text).toContain('Books sum to 0.');
    expect(result.joined).toBeGreaterThan(300);
    expect(exchange.treasuryLeast).toBeGreaterThan(whole(10_000));
    // Some went to the last unit, some to the end of their time, and one stayed below its minimum.
    const ends = offers.map(({ market, terms }) => {
      const { state, resolution } = exchange.world().markets.get(market)!;
      const units = resolution && 'units' in resolution ? resolution.units : 0;
      return state === 'refunded' ? 'refunded' : units === terms.maximum ? 'full' : 'in time';
    });
    expect(ends.filter((end) => end === 'full').length).toBeGreaterThan(2);
    expect(ends.filter((end) => end === 'in time').length).toBeGreaterThan(2);
    expect(exchange.world().markets.get('R-22')?.state).toBe('refunded');
    // What the crowd said when betting on the champion ended.
    expect(heads?.favourite).toMatch(/^champion \D+ \d+ %$/);
    expect(heads?.scorer).toBe('top scorer Kylian Mbappé 10');
    expect(statuses.at(-1)?.phase).toBe('finished');
  });
});

describe('what else may happen', { timeout: 30_000 }, () => {
  test('[D25] a refusal that must not be stops the demo, and says which', async () => {
    const exchange = new EngineExchange();
    const stolen = stockMarket('MEX-16');
    exchange.mishap = (by, wish) => {
      // Somebody takes the role of the source away while a goal is on its way.
      if (by === SOURCE && wish.type === 'record_fact' && wish.market === stolen) {
        exchange.world().accounts.get(SOURCE)?.roles.delete('source');
      }
      return 'none';
    };
    await expect(play(exchange, dir)).rejects.toThrow(
      `demo: "fact-goal-1-1" of ${SOURCE} was refused: not_allowed`,
    );
  });

  test('[D26] what an operator or the node has ended already is left as it is', async () => {
    const exchange = new EngineExchange();
    const first = matchMarket(1);
    const submit = exchange.submit.bind(exchange);
    exchange.submit = async (by, key, wish) => {
      // The node pays out by itself, just before the director asks for it.
      if (wish.type === 'pay_out') await submit('system', `node-${key}`, wish);
      // And somebody closes the first market before its kick-off.
      if (wish.type === 'open' && wish.market === first) {
        const answer = await submit(by, key, wish);
        await submit('system', 'by-hand', { type: 'close', market: first });
        return answer;
      }
      return submit(by, key, wish);
    };
    expect((await play(exchange, dir)).finished).toBe(true);
    expectTheEnd(exchange);
  });

  test('[D27] at speed 1 a match day takes a minute, with as many trades a second as were asked for', async () => {
    const exchange = new EngineExchange();
    const clock = new QuickClock();
    const stop = new AbortController();
    const statuses: DemoStatus[] = [];
    const onStatus = (status: DemoStatus): void => {
      statuses.push(status);
      if (status.day === 2) stop.abort();
    };
    const result = await play(exchange, dir, {
      clock,
      onStatus,
      signal: stop.signal,
      speed: 1,
      crowdPerSecond: 5,
    });
    expect(clock.now()).toBeGreaterThan(59_000);
    expect(clock.now()).toBeLessThan(61_000);
    expect(result.playMs).toBeGreaterThanOrEqual(60_000);
    expect(result.traded + result.refused).toBeGreaterThan(270);
    expect(result.traded + result.refused).toBeLessThan(310);
    expect(statuses.find((status) => status.phase === 'listing')).toMatchObject({
      day: 1,
      date: '2026-06-11',
    });
    expect(statuses.at(-1)).toMatchObject({ day: 2, days: 34, date: '2026-06-12' });
    expect(statuses.at(-1)?.lastGoal).toMatch(/^KOR /);
    expect(factsOf(exchange.entries)).toEqual(
      steps
        .flatMap((step) =>
          step.type === 'record_fact' && step.match.number <= 2
            ? [`${step.market} ${step.fact} ${step.kind}`]
            : [],
        )
        .sort(),
    );
    // Taken up again, the clock stands where it stood.
    const later = new AbortController();
    const resumed = await play(new EngineExchange(exchange.entries), dir, {
      signal: later.signal,
      speed: 1,
      onStatus: () => later.abort(),
    });
    expect(resumed.playMs).toBe(Math.floor(result.playMs));
  });
});
