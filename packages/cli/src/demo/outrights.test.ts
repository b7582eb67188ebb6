import { BOUNDS, isId, isOutcome, mechanismOf, sha256Text, whole } from '@fairground/engine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchDays, whistles } from './calendar.js';
import { FACT_RULES, TREASURY_GRANTS } from './listing.js';
import {
  CHAMPION,
  groupMarket,
  OTHER,
  outrightDraft,
  outrights,
  SCORER,
  scorerCandidates,
  shared,
} from './outrights.js';
import { loadWorldCup } from './worldcup.js';

const cup = loadWorldCup();
const bets = outrights(cup, matchDays(cup));
const ends = whistles(cup);
const paidIn = (market: string): readonly string[] => {
  const bet = bets.find((one) => one.market === market)!;
  return bet.outcomes.filter((_, at) => bet.payout[at]! > 0);
};

describe('bets on the whole tournament', () => {
  test('[D30] are a champion of 48, twelve groups of four, and a scorer; each is terms the engine takes', () => {
    expect(bets).toHaveLength(14);
    expect(new Set(bets.map(({ market }) => market)).size).toBe(14);
    for (const bet of bets) {
      expect(isId(bet.market)).toBe(true);
      for (const outcome of bet.outcomes) expect(isOutcome(outcome), outcome).toBe(true);
      expect(mechanismOf('lmsr@1').fault(outrightDraft(bet, sha256Text('')).terms)).toBeUndefined();
      expect(bet.payout.reduce((sum, part) => sum + part, 0)).toBe(1_000_000);
      expect(bet.payout).toHaveLength(bet.outcomes.length);
    }
    expect(bets.map(({ outcomes }) => outcomes.length)).toEqual([
      48,
      49,
      ...Array.from({ length: 12 }, () => 4),
    ]);
    expect(paidIn(CHAMPION)).toEqual(['ESP']);
    expect(paidIn(SCORER)).toEqual(['FRA-10']);
    expect(paidIn(groupMarket('C'))).toEqual(['BRA']);
  });

  test('[D30] candidates are chosen from the squads alone: a forward a team, by his shirt', () => {
    const chosen = scorerCandidates(cup);
    const blind = { ...cup, goals: [], cards: [], matches: [] };
    expect(scorerCandidates(blind)).toEqual(chosen);
    expect(chosen.every(({ position }) => position === 'FW')).toBe(true);
    expect(new Set(chosen.map(({ team }) => team)).size).toBe(48);
    expect(chosen.length + 1).toBeLessThanOrEqual(BOUNDS.outcomesMax);
    const keys = chosen.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(['ARG-10', 'FRA-10', 'NOR-9', 'ENG-9']));
    expect(keys).not.toContain(OTHER);
  });

  test('[D30] several at the top share a Point in equal parts that sum to one; one off the list is OTHER', () => {
    expect(shared(['A', 'B', OTHER], ['A', 'B'])).toEqual([500_000, 500_000, 0]);
    expect(shared(['A', 'B', OTHER], ['A', OTHER, OTHER])).toEqual([333_334, 0, 666_666]);
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 64 });
    const named = names.chain((outcomes) =>
      fc.record({
        outcomes: fc.constant(outcomes),
        best: fc.array(fc.constantFrom(...outcomes), { minLength: 1, maxLength: 64 }),
      }),
    );
    fc.assert(
      fc.property(named, ({ outcomes, best }) => {
        const payout = shared(outcomes, best);
        expect(payout.reduce((sum, part) => sum + part, 0)).toBe(1_000_000);
        outcomes.forEach((outcome, at) => {
          const times = best.filter((one) => one === outcome).length;
          const fair = (1_000_000 * times) / best.length;
          expect(Math.abs(payout[at]! - fair)).toBeLessThanOrEqual(times);
        });
      }),
      { seed: 30 },
    );
    // Level with somebody who is not on the list.
    const [first] = cup.goals;
    const level = Array.from({ length: 10 }, () => ({ ...first!, player: 'ESP-21' }));
    const tied = outrights(
      { ...cup, goals: [...cup.goals.filter(({ player }) => player !== 'ESP-21'), ...level] },
      matchDays(cup),
    );
    const scorer = tied.find(({ market }) => market === SCORER)!;
    const at = (outcome: string): number => scorer.payout[scorer.outcomes.indexOf(outcome)]!;
    expect([at('FRA-10'), at(OTHER)]).toEqual([500_000, 500_000]);
  });

  test('[D31] they open before the first match, close at the kick-off that decides and end with its whistle', () => {
    const first = Math.min(...cup.matches.map(({ kickoff }) => kickoff));
    for (const { kind, opensAt, closesAt, endsAt, group } of bets) {
      expect(opensAt).toBeLessThan(first);
      const deciding = cup.matches.filter((match) =>
        kind === 'group' ? match.group === group : match.stage === 'final',
      );
      expect(closesAt).toBe(Math.max(...deciding.map(({ kickoff }) => kickoff)));
      expect(endsAt).toBe(Math.max(...deciding.map(({ number }) => ends.get(number)!)));
    }
  });

  test('[D32] what the treasury is given covers every deposit and the dearest facts, and stays above its floor', () => {
    const deposits = bets.reduce((sum, bet) => {
      const { terms } = outrightDraft(bet, sha256Text(''));
      return sum + mechanismOf('lmsr@1').deposit(terms);
    }, 0n);
    expect(deposits).toBeLessThan(whole(20_236));
    expect(deposits).toBeGreaterThan(whole(20_230));
    const rising = new Set(
      FACT_RULES.flatMap((rule) => ('num' in rule && rule.num > rule.den ? [rule.kind] : [])),
    );
    const facts = cup.goals.filter(({ kind }) => rising.has(kind)).length;
    const most = deposits + whole(104 * 1_500) + whole(1_000) * BigInt(facts);
    const given = TREASURY_GRANTS.reduce((sum, amount) => sum + amount, 0n);
    expect(given - most).toBeGreaterThan(whole(10_000));
  });
});
