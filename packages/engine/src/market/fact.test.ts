// Long because recording, clamping, undoing and repeating a fact share one stock and its treasury.
import { describe, expect, test } from 'vitest';
import { CURVE, d, draftOf, HASH, NOW, show, Trial } from '../../test/trial.js';
import { type CurveTerms, type Decision, SYSTEM, type Wish, type WishOf } from '../index.js';
import { area } from '../mechanism/curve.js';

const P = 'P-ARG-10';

/** 100 shares sold at F=10, m=0.025, and a treasury of so much. */
function stock(more: Partial<CurveTerms> = {}, treasury = '100000', shares = '100'): Trial {
  const trial = new Trial()
    .account('ana', '1000000')
    .curve(P, '10', '0.025', more)
    .grant('treasury', treasury);
  if (shares !== '0') trial.buyShares('ana', P, undefined, shares);
  return trial;
}

const told = (more: Partial<WishOf<'record_fact'>> = {}): Wish => ({
  type: 'record_fact',
  market: P,
  fact: 'goal-1',
  kind: 'goal',
  happenedAt: NOW,
  ...more,
});
const undone = (fact: string, undoes: string): Wish => ({
  type: 'undo_fact',
  market: P,
  fact,
  undoes,
});
const f = (trial: Trial): bigint => trial.market(P).fundamental;
const seqOf = (decision: Decision): number => (decision.kind === 'repeated' ? decision.seq : -1);

describe('once', () => {
  test('[F1] the same fact is answered with its first seq and moves nothing', () => {
    const trial = stock();
    trial.run('feed', told());
    const { seq } = trial.world;
    expect(f(trial)).toBe(d('10.8'));
    trial.run('feed', told({ fact: 'goal-2' }));
    expect(trial.try('feed', told())).toEqual({ kind: 'repeated', seq });
    expect(f(trial)).toBe(d('11.664'));
    expect(trial.world.seq).toBe(seq + 1);
  });

  test('[F1] for ever: when closed, resolved and settled too', () => {
    const trial = stock();
    trial.run('feed', told());
    const { seq } = trial.world;
    for (const move of ['pause', 'resume', 'close'] as const) {
      trial.run(SYSTEM, { type: move, market: P });
      expect(seqOf(trial.try('feed', told()))).toBe(seq);
    }
    trial.run(SYSTEM, { type: 'resolve', market: P, reason: HASH });
    expect(seqOf(trial.try('feed', told()))).toBe(seq);
    trial.payAll();
    expect(trial.market(P).state).toBe('settled');
    expect(seqOf(trial.try('feed', told()))).toBe(seq);
    expect(trial.refusal('feed', told({ fact: 'goal-2' }))).toBe('final');
  });

  test('[F1] the same id in another market is another fact', () => {
    const trial = stock().curve('P-2', '20', '1');
    trial.run('feed', told());
    expect(trial.try('feed', told({ market: 'P-2' })).kind).toBe('accepted');
  });

  test('[F1] an undoing told again is answered with its first seq', () => {
    const trial = stock();
    trial.run('feed', told());
    trial.run('feed', undone('u', 'goal-1'));
    const { seq } = trial.world;
    expect(seqOf(trial.try('feed', undone('u', 'goal-1')))).toBe(seq);
    expect(f(trial)).toBe(d('10'));
  });

  test('[F2] an id with other content is refused', () => {
    const trial = stock();
    trial.run('feed', told());
    trial.run('feed', told({ fact: 'goal-2' }));
    trial.run('feed', undone('u', 'goal-1'));
    expect(trial.refusal('feed', told({ kind: 'assist' }))).toBe('fact_id_reused');
    expect(trial.refusal('feed', told({ happenedAt: NOW + 1 }))).toBe('fact_id_reused');
    // Even if the other kind has no rule, and even after the end.
    expect(trial.refusal('feed', told({ kind: 'own_goal' }))).toBe('fact_id_reused');
    // Facts and undoings share their ids.
    expect(trial.refusal('feed', undone('goal-1', 'goal-2'))).toBe('fact_id_reused');
    expect(trial.refusal('feed', undone('u', 'goal-2'))).toBe('fact_id_reused');
    expect(trial.refusal('feed', told({ fact: 'u' }))).toBe('fact_id_reused');
    trial.run(SYSTEM, { type: 'cancel', market: P, reason: HASH });
    expect(trial.refusal('feed', told({ kind: 'assist' }))).toBe('fact_id_reused');
  });
});

describe('who is heard', () => {
  test('[F3] only the market’s own source', () => {
    const trial = stock().account('other').account('adi').admin('adi');
    trial.run(SYSTEM, { type: 'grant_role', account: 'other', role: 'source' });
    expect(trial.refusal('other', told())).toBe('not_allowed');
    expect(trial.refusal('ana', told())).toBe('not_allowed');
    expect(trial.refusal('adi', told())).toBe('not_allowed');
    expect(trial.refusal(SYSTEM, told())).toBe('not_allowed');
    trial.run('feed', told());
    // Another source is not even told that the id is known.
    expect(trial.refusal('other', told())).toBe('not_allowed');
    expect(trial.refusal('other', undone('u', 'goal-1'))).toBe('not_allowed');
  });

  test('[F3] and only while it has the role', () => {
    const trial = stock();
    trial.run(SYSTEM, { type: 'revoke_role', account: 'feed', role: 'source' });
    expect(trial.refusal('feed', told())).toBe('not_allowed');
    trial.run(SYSTEM, { type: 'grant_role', account: 'feed', role: 'source' });
    trial.run(SYSTEM, { type: 'freeze_account', account: 'feed', reason: HASH });
    expect(trial.refusal('feed', told())).toBe('account_frozen');
  });

  test('[F4] a kind without a rule is refused; one that is ×1/1 is shown and not felt', () => {
    const trial = stock();
    expect(trial.refusal('feed', told({ kind: 'own_goal' }))).toBe('kind_unknown');
    expect(trial.refusal('feed', told({ kind: 'Goal' }))).toBe('kind_unknown');
    const event = trial.fact(P, 'throw_in');
    expect(event).toMatchObject({ asked: 0n, applied: 0n, transfers: [] });
    expect(f(trial)).toBe(d('10'));
  });

  test('[F15] open, paused or closed, and at no other time', () => {
    const trial = stock();
    trial.run(SYSTEM, {
      type: 'create_market',
      market: 'P-2',
      sponsor: 'treasury',
      draft: draftOf(CURVE),
    });
    expect(trial.refusal('feed', told({ market: 'P-2' }))).toBe('not_open');
    for (const [move, id] of [
      ['pause', 'a'],
      ['close', 'b'],
    ] as const) {
      trial.run(SYSTEM, { type: move, market: P });
      expect(trial.refusal('feed', told({ fact: id }))).toBeUndefined();
    }
    trial.run(SYSTEM, { type: 'resolve', market: P, reason: HASH });
    expect(trial.refusal('feed', told({ fact: 'c' }))).toBe('final');
    expect(trial.refusal('feed', undone('u', 'a'))).toBe('final');
  });
});

describe('how far F moves', () => {
  test.each([
    ['goal', '10', '10.8'],
    ['red_card', '10', '9.5'],
    ['assist', '10', '10.5'],
    ['slip', '10', '9.5'],
    ['goal', '10.000001', '10.800001'],
    ['red_card', '10.000001', '9.5'],
    ['goal', '0.01', '0.0108'],
  ])('[F5] a %s takes %s to %s, the fraction dropped', (kind, before, after) => {
    const trial = new Trial().curve(P, before, '0.025').grant('treasury', '1000');
    trial.fact(P, kind);
    expect(show(f(trial))).toBe(after);
  });

  test('[F6] [F7] no fact is too large: it moves F by half, either way, unless the market says otherwise', () => {
    const up = stock().fact(P, 'wonder');
    expect([show(up.asked), show(up.applied)]).toEqual(['9990', '5']);
    const down = stock().fact(P, 'collapse');
    expect([show(down.asked), show(down.applied)]).toEqual(['-10', '-5']);
    const odd = new Trial().curve(P, '10.000001', '1').fact(P, 'wonder');
    expect(show(odd.applied)).toBe('5');
    const own = stock({ factMoveMax: d('0.25') });
    expect(show(own.fact(P, 'goal').applied)).toBe('0.25');
    expect(show(own.fact(P, 'red_card').applied)).toBe('-0.25');
    expect(show(stock({ factMoveMax: 0n }).fact(P, 'goal').applied)).toBe('0');
  });

  test('[U8] [F6] what a fact asks for is a figure too: ×10^9 at a million Points is told as 10^12', () => {
    const rules = [{ kind: 'boom', num: 1_000_000_000, den: 1 }];
    const trial = new Trial().curve(P, '1000000', '1', { rules });
    expect(show(trial.fact(P, 'boom').asked)).toBe('1000000000000');
    expect(show(f(trial))).toBe('1000000');
  });

  test('[F8] F stays within 0.01 and a million Points', () => {
    const low = new Trial().curve(P, '0.012', '1', { factMoveMax: d('1000000') });
    expect(show(low.fact(P, 'collapse').applied)).toBe('-0.002');
    expect(show(f(low))).toBe('0.01');
    expect(show(low.fact(P, 'collapse').applied)).toBe('0');
    const high = new Trial().curve(P, '999999', '1', { factMoveMax: d('1000000') });
    expect(show(high.fact(P, 'wonder').applied)).toBe('1');
    expect(show(f(high))).toBe('1000000');
  });

  test('[F9] with nobody holding shares a rise costs nothing, so nothing bounds it', () => {
    const trial = stock({}, '0', '0');
    expect(show(trial.fact(P, 'goal').applied)).toBe('0.8');
    expect(trial.escrow(P)).toBe(0n);
  });

  /** The largest F that `purse` pays for, found by trying every micro-Point near it. */
  function payableByHand(trial: Trial, purse: bigint): bigint {
    const s = trial.world.books.issued(P);
    const reach = trial.escrow(P) + purse;
    let low = f(trial);
    let high = 10n ** 13n;
    while (low < high) {
      const middle = (low + high + 1n) / 2n;
      if (area(middle, 25_000n, s) <= reach) low = middle;
      else high = middle - 1n;
    }
    return low;
  }

  test.each([
    ['100', '50'],
    ['100', '0'],
    ['100', '0.000001'],
    ['100', '79.999999'],
    ['33.333333', '7.654321'],
    ['0.0001', '0.000001'],
    ['5432.109877', '999'],
  ])(
    '[F9] [F11] %s shares and a purse of %s: F rises to the largest that is paid, never above',
    (shares, purse) => {
      const trial = stock({}, purse, shares);
      const wanted = payableByHand(trial, d(purse));
      const before = trial.escrow(P);
      const event = trial.fact(P, 'goal');
      const asked = d('10.8');
      expect(f(trial)).toBe(wanted < asked ? wanted : asked);
      const paid = trial.escrow(P) - before;
      expect(d(purse) - trial.points('treasury')).toBe(paid);
      expect(event.transfers).toEqual(
        paid > 0n
          ? [{ from: 'house:treasury', to: `escrow:${P}`, asset: 'points', amount: paid }]
          : [],
      );
    },
  );

  test('[F6] [F9] an empty treasury refuses nothing: F stays, and the fact is told', () => {
    const trial = stock({}, '0');
    const event = trial.fact(P, 'goal', 'g');
    expect(event).toMatchObject({ asked: d('0.8'), applied: 0n, transfers: [] });
    expect(trial.market(P).facts.get('g')).toMatchObject({ applied: 0n });
  });

  test('[F9] [F17] a fact costs at most the market’s cap, else the limit as it stands', () => {
    const own = stock({ factCostMax: d('20') });
    expect(show(own.fact(P, 'goal').applied)).toBe('0.2');
    const house = stock({ factMoveMax: d('100') });
    // 100 shares, 1,000 Points: F rises by 10 at most.
    expect(show(house.fact(P, 'wonder').applied)).toBe('10');
    house.run(SYSTEM, { type: 'set_limits', limits: [['fact_cost', d('5')]] });
    expect(show(house.fact(P, 'wonder').applied)).toBe('0.05');
    // A market's own cap is not touched by the limit.
    own.run(SYSTEM, { type: 'set_limits', limits: [['fact_cost', d('5')]] });
    expect(show(own.fact(P, 'goal').applied)).toBe('0.2');
  });

  test('[F10] the cap comes first, then the bounds, then the purse', () => {
    // Asked 9,990; the cap leaves 15, the purse 0.5. The other way round it would be the same; so the cap
    // is made the tightest, and the purse would have allowed more.
    const byCap = stock({ factMoveMax: d('0.3') }, '50').fact(P, 'wonder');
    expect(show(byCap.applied)).toBe('0.3');
    const byPurse = stock({ factMoveMax: d('15') }, '50').fact(P, 'wonder');
    expect(show(byPurse.applied)).toBe('0.5');
    // The cap is half of F as it was, not of what the bounds or the purse make of it.
    const low = new Trial().curve(P, '0.015', '1');
    expect(show(low.fact(P, 'collapse').applied)).toBe('-0.005');
    // A fall is not bounded by the purse.
    expect(show(stock({}, '0').fact(P, 'collapse').applied)).toBe('-5');
  });

  test('[F12] the event says asked and applied, and F is what was applied', () => {
    const trial = stock({}, '50');
    const event = trial.fact(P, 'goal', 'g');
    expect(event).toMatchObject({
      source: 'feed',
      fact: 'g',
      kind: 'goal',
      happenedAt: NOW,
      asked: d('0.8'),
      applied: d('0.5'),
    });
    expect(f(trial)).toBe(d('10.5'));
  });

  test('[F11] when F falls the treasury gets exactly the change of the area', () => {
    const trial = stock({}, '0');
    const event = trial.fact(P, 'red_card');
    expect(event.transfers).toEqual([
      { from: `escrow:${P}`, to: 'house:treasury', asset: 'points', amount: d('50') },
    ]);
    expect(trial.points('treasury')).toBe(d('50'));
  });
});

describe('undoing', () => {
  test('[F13] moves F by minus what the fact applied, and what that is worth goes back', () => {
    const trial = stock({}, '50');
    trial.fact(P, 'goal', 'g');
    expect([trial.points('treasury'), f(trial)]).toEqual([0n, d('10.5')]);
    const event = trial.undo(P, 'g');
    expect(event).toMatchObject({ undoes: 'g', asked: -d('0.5'), applied: -d('0.5') });
    expect([trial.points('treasury'), f(trial)]).toEqual([d('50'), d('10')]);
  });

  test('[F13] where multiplying back would not: 10.000001 × 27/25 × 25/27 is 10', () => {
    const trial = new Trial().curve(P, '10.000001', '0.025', {
      rules: [
        { kind: 'goal', num: 27, den: 25 },
        { kind: 'no_goal', num: 25, den: 27 },
      ],
    });
    trial.fact(P, 'goal', 'g');
    trial.undo(P, 'g');
    expect(show(f(trial))).toBe('10.000001');
    trial.fact(P, 'goal');
    trial.fact(P, 'no_goal');
    expect(show(f(trial))).toBe('10');
  });

  test('[F13] later facts stay: only this one is taken back', () => {
    const trial = stock();
    trial.fact(P, 'goal', 'g');
    trial.fact(P, 'assist', 'a');
    trial.undo(P, 'g');
    expect(show(f(trial))).toBe('10.5');
  });

  test('[F13] an undoing is clamped and paid for like a fact', () => {
    // A red card taken back: F would rise by 0.5, which costs 50; the treasury has 20.
    const trial = stock({ rules: [...CURVE.rules] }, '0');
    trial.fact(P, 'red_card', 'r');
    trial.run(SYSTEM, {
      type: 'create_market',
      market: 'M1',
      sponsor: 'treasury',
      draft: draftOf({
        mechanism: 'cpmm',
        outcomes: ['A', 'B'],
        deposit: d('30'),
        probability: 500_000,
        bps: 0,
      }),
    });
    expect(trial.points('treasury')).toBe(d('20'));
    const event = trial.undo(P, 'r');
    expect([show(event.asked), show(event.applied)]).toEqual(['0.5', '0.2']);
    expect(trial.points('treasury')).toBe(0n);
    // By half of F at most: a collapse from 10 to 5 comes back to 7.5.
    const fallen = stock();
    fallen.fact(P, 'collapse', 'c');
    expect(show(fallen.undo(P, 'c').applied)).toBe('2.5');
  });

  test('[F14] a fact is undone once, an undoing never, and the unknown is unknown', () => {
    const trial = stock();
    trial.fact(P, 'goal', 'g');
    trial.run('feed', undone('u', 'g'));
    expect(trial.refusal('feed', undone('u2', 'g'))).toBe('fact_undone');
    expect(trial.refusal('feed', undone('u3', 'u'))).toBe('fact_unknown');
    expect(trial.refusal('feed', undone('u4', 'never'))).toBe('fact_unknown');
    expect(trial.refusal('feed', undone('g', 'g'))).toBe('malformed');
    // What was undone is not told again: its id is taken.
    expect(trial.try('feed', told({ fact: 'g' })).kind).toBe('repeated');
    expect(f(trial)).toBe(d('10'));
  });
});

describe('front-running', () => {
  /** With 10,000 Points: buys before the feed tells the goal, sells after it. */
  function frontRun(bps: number, more: Partial<CurveTerms> = {}) {
    const trial = stock({ bps: 0 }, '0', '0')
      .curve('P-2', '10', '0.025', { bps, ...more })
      .grant('treasury', '100000');
    trial.account('bot', '10000').account('crowd', '2000');
    trial.buyShares('crowd', 'P-2', undefined, '100');
    trial.buy('bot', 'P-2', undefined, '10000');
    const before = trial.points('treasury');
    trial.fact('P-2', 'goal');
    const cost = before - trial.points('treasury');
    trial.dump('bot', 'P-2');
    return { gain: trial.points('bot') - d('10000'), cost };
  }

  test.each([
    [0, '419.756061'],
    [200, '9.216597'],
    [300, '-192.976734'],
  ])('[F16] at %s bps who buys before the goal and sells after it wins %s', (bps, gain) => {
    expect(show(frontRun(bps).gain)).toBe(gain);
  });

  test('[F16] never more than the treasury pays for the goal, which has a cap', () => {
    for (const cap of ['0', '1', '100', '1000']) {
      const { gain, cost } = frontRun(0, { factCostMax: d(cap) });
      expect(gain).toBeLessThanOrEqual(cost);
      expect(cost).toBeLessThanOrEqual(d(cap));
    }
  });
});
