/**
 * The breaker, what one account may do and hold, and the treasury's floor.
 *
 * Long because it is one table of stories for one family of rules.
 */
import { describe, expect, test } from 'vitest';
import { type Event, marketView, SYSTEM } from '../../src/index.js';
import type { Live } from '../live.js';
import { CAST, story, tell } from '../story.js';
import { d, Trial } from '../trial.js';

/** A breaker as it is to start with, and M1 at 1000/1000: 527.53 on YES take it from 0.5 to 0.700001. */
const STAGE = `${CAST}
  system limits breaker_move=0.2
  eve  drafts M1 cpmm 1000 bps=0
  eve  opens  M1
`;

const viewOf = (live: Live, id: string) => {
  const market = live.world.markets.get(id);
  if (!market) throw new Error(`there is no market ${id}`);
  return marketView(market, live.world.books);
};

describe('the breaker', () => {
  story(
    '[T1] a trade renews a mark that is a window old with the prices before it',
    `${STAGE}
    ana  buys M1 YES 400          -> mark 500000,500000
    at   12:00:59.999
    ana  buys M1 YES 100          -> mark nothing
    at   12:01
    bob  buys M1 YES 27           -> mark 692308,307692
    at   12:01:59.999
    bob  buys M1 YES 1            -> mark nothing
    at   12:02
    ana  sells M1 YES 1           -> mark 700131,299869
    `,
  );

  story(
    '[T2] a trade that takes a price further than the threshold stands, and halts the market',
    `${STAGE}
    ana  buys M1 YES 527.5252     -> does traded                 # exactly as far: 0.700000
    ana  buys M1 YES 0.005        -> does traded market_halted   # 0.700001
    ana  has  472.4698
    bob  buys M1 YES 1            -> halted
    `,
  );

  test('[T2] the event says from which prices to which, and until when; these are the new mark', () => {
    const live = tell(STAGE);
    const decision = live.try('ana', {
      type: 'trade',
      market: 'M1',
      side: 'buy',
      outcome: 'YES',
      spend: d('600'),
    });
    const events: readonly Event[] = decision.kind === 'accepted' ? decision.events : [];
    const prices = [719101n, 280899n];
    const until = live.at + 30_000;
    const mark = [500_000n, 500_000n];
    expect(events[1]).toEqual({ type: 'market_halted', market: 'M1', until, mark, prices });
    expect(live.world.markets.get('M1')?.mark).toEqual({ at: live.at, prices });
    expect(viewOf(live, 'M1').halted_until).toBe('2026-11-21T12:00:30.000Z');
  });

  story(
    '[T2] down as far as up, and in small steps as in one',
    `${STAGE}
    ana  buys  M1 NO 300          -> does traded
    bob  buys  M1 NO 200          -> does traded
    cid  buys  M1 NO 28           -> does traded market_halted
    `,
  );

  story(
    '[T2] astride two windows a price may go twice as far',
    `${STAGE}
    ana  buys M1 YES 1
    at   12:00:59
    ana  buys M1 YES 520          -> does traded
    at   12:01
    bob  buys M1 YES 500          -> does traded
    `,
  );

  story(
    '[T3] of a stock the distance is in proportion to the price it was',
    `${CAST}
    system limits breaker_move=0.2
    system grants ana 1000
    eve  drafts S1 curve 10 0.025 bps=0
    eve  opens  S1
    ana  buys   S1 80 shares      -> does traded                 # 10 to 12: exactly a fifth
    ana  sells  S1 80
    at   12:01
    ana  buys   S1 80.01 shares   -> does traded market_halted
    at   12:01:30
    ana  sells  S1 80.01          -> does traded                 # a sixth down
    bob  buys   S1 1              -> ok
    `,
  );

  story(
    '[T4] a halt refuses buys and mints, and nothing else; in its very last millisecond it is over',
    `${STAGE}
    bob  mints  M1 50
    ana  buys   M1 YES 600        -> does traded market_halted
    ana  buys   M1 YES 1          -> halted
    bob  buys   M1 NO 1 shares    -> halted
    bob  mints  M1 1              -> halted
    bob  sells  M1 NO 1           -> ok
    bob  merges M1 1              -> ok
    ana  sells  M1 YES 100        -> ok
    at   12:00:29.999
    ana  buys   M1 YES 1          -> halted
    eve  pauses M1
    bob  sells  M1 NO 1           -> paused
    eve  resumes M1
    at   12:00:30
    ana  buys   M1 YES 1          -> ok
    bob  mints  M1 1              -> ok
    `,
  );

  story(
    '[T4] a halt does not stand before facts, funding, closing or the end',
    `${CAST}
    system limits breaker_move=0.2
    eve  drafts S1 curve 10 0.025 bps=0
    eve  drafts M1 cpmm 100 closes=12:00:10
    eve  opens  S1
    eve  opens  M1
    ana  buys   S1 200 shares     -> insufficient_points
    ana  buys   S1 81 shares      -> does traded market_halted
    feed reports S1 f1 goal       -> ok
    ana  buys   M1 YES 100        -> does traded market_halted
    eve  funds  M1 10             -> ok
    at   12:00:10
    ana  sells  M1 YES 1          -> closed
    clock ticks
    eve  resolves M1 YES
    clock pays everyone
    M1   is     settled
    `,
  );

  story(
    '[T5] while it is halted no trip is counted; the first trade after it may trip again',
    `${STAGE}
    ana  buys  M1 YES 900         -> does traded market_halted   # 0.783099
    ana  sells M1 YES 1200        -> does traded                 # a fall of more than 0.2 in the halt
    at   12:00:30
    ana  sells M1 YES 10          -> does traded market_halted
    `,
  );

  story(
    '[T6] facts and funding never trip it: they renew the mark with the prices after them',
    `${CAST}
    system limits breaker_move=0.07
    eve  drafts S1 curve 10 0.025 bps=0
    eve  drafts M1 cpmm 100 p=0.3
    eve  opens  S1
    eve  opens  M1
    ana  buys   S1 1              -> mark 10000000
    feed reports S1 f1 goal       -> mark 10802499               # 8 % up, and no halt
    ana  buys   S1 20 shares      -> does traded                 # 5 % from here, 13 % from before
    feed undoes S1 u1 f1          -> mark 10502499
    eve  funds  M1 10             -> mark 300000,700000
    ana  buys   M1 YES 1          -> mark nothing
    `,
  );

  story(
    '[T7] thresholds are the market’s own where its draft names them, else those of LIMITS',
    `${STAGE}
    eve  drafts M2 cpmm 1000 bps=0 move=0.01 window=1000 halt=500
    eve  opens  M2
    ana  buys   M1 YES 30         -> does traded
    ana  buys   M2 YES 15         -> does traded                 # 0.507444
    ana  buys   M2 YES 15         -> does traded market_halted
    at   12:00:00.499
    ana  buys   M2 YES 1          -> halted
    at   12:00:00.500
    ana  buys   M2 YES 1          -> mark nothing
    at   12:00:01
    ana  buys   M2 YES 1          -> mark 515260,484740
    system limits breaker_move=0.001 breaker_window_ms=0 breaker_halt_ms=1000
    ana  buys   M1 YES 1          -> does traded
    ana  buys   M1 YES 100        -> does traded market_halted
    at   12:00:02
    ana  buys   M1 YES 1          -> ok
    `,
  );

  test('[T7] a draft with thresholds outside their ranges, or of a rally, is malformed', () => {
    for (const [wrong, right] of [
      ['move=0', 'move=0.000001'],
      ['window=86400001', 'window=86400000'],
      ['halt=86400001', 'halt=0'],
      ['most=0', 'most=0.000001'],
      ['extreme=1', 'extreme=0.999999'],
    ]) {
      tell(`eve drafts M9 cpmm 10 ${wrong} -> malformed`, tell(STAGE));
      tell(`eve drafts M9 cpmm 10 ${right} -> ok`, tell(STAGE));
    }
    const rally = 'eve drafts R9 rally 0:10 seller=ana max=9 closes=13:00';
    tell(`${rally} most=1 -> malformed`, tell(STAGE));
    tell(`${rally} -> ok`, tell(STAGE));
  });

  test('[T7] each limit has its range', () => {
    tell(
      `
      eve limits breaker_move=0             -> malformed
      eve limits breaker_halt_ms=86400001   -> malformed
      eve limits bps_cpmm=1001              -> malformed
      eve limits fact_move=1.000001         -> malformed
      eve limits fact_move=1 bps_cpmm=1000 breaker_halt_ms=86400000 trades_per_minute=0 -> ok
      `,
      tell(STAGE),
    );
  });
});

describe('[T8] a price above 0.99 makes a market extreme: that is shown, and nothing else', () => {
  test('from the first micro-Point above it until it falls back', () => {
    const live = tell(`${CAST}
      eve drafts M1 cpmm 100 bps=0
      eve drafts M2 cpmm 100 bps=0 extreme=0.6
      eve drafts M3 cpmm 99 p=0.99
      eve drafts S1 curve 10 0.025
      eve opens  M1
      eve opens  M2
      eve opens  M3
      eve opens  S1
      ana buys   M1 YES 894.9       # 0.989998
      ana buys   M2 YES 30
      ana buys   S1 1
    `);
    expect(viewOf(live, 'M1').extreme).toBe(undefined);
    expect(viewOf(live, 'M1').price).toBe('0.989998');
    expect(viewOf(live, 'M2').extreme).toBe(true);
    expect(viewOf(live, 'M3')).toMatchObject({ price: '0.99' });
    expect(viewOf(live, 'M3').extreme).toBe(undefined);
    // A stock's price has no ceiling that it could be close to.
    expect(viewOf(live, 'S1').extreme).toBe(undefined);
    tell('bob buys M1 YES 1 -> ok', live);
    expect(viewOf(live, 'M1').extreme).toBe(true);
    tell('eve closes M1 \n eve resolves M1 YES', live);
    expect(viewOf(live, 'M1').extreme).toBe(undefined);
  });
});

describe('[T9] the treasury’s fall below its floor is told once a crossing', () => {
  story(
    'by a deposit, by a fact, and again after it has risen',
    `${CAST}
    system limits treasury_floor=9000
    eve  drafts  M1 cpmm 1000     -> does market_created                  # at the floor, not below it
    eve  drafts  M2 cpmm 1        -> does market_created treasury_low
    eve  drafts  M3 cpmm 1        -> does market_created                  # it was low before
    eve  cancels M3
    eve  drafts  S1 curve 10 0.025
    eve  opens   S1
    ana  buys    S1 10 shares
    eve  cancels M2               -> does market_cancelled market_refunded
    feed reports S1 f1 goal       -> does fact_recorded treasury_low
    feed undoes  S1 u1 f1         -> does fact_undone
    eve  drafts  M4 cpmm 100      -> balance 8900 floor 9000
    system limits treasury_floor=9500                                     # no fall, so nothing to tell
    eve  drafts  M5 cpmm 1        -> does market_created
    `,
  );

  test('everybody who watches the whole exchange hears of it', () => {
    const live = tell(`${CAST}\n system limits treasury_floor=9000`);
    const before = live.world.globalSeq;
    tell('eve drafts M1 cpmm 2000 -> does market_created treasury_low', live);
    expect(live.world.globalSeq).toBe(before + live.world.seq - before);
  });
});

describe('how much one account does and holds', () => {
  story(
    '[T10] so many accepted buys, mints and joins in a UTC minute; sales and merges neither count nor stop',
    `${CAST}
    system grants sam 1000                  -> account_unknown
    system registers sam
    system limits trades_per_minute=3
    eve  drafts  M1 cpmm 100
    eve  drafts  R1 rally 0:10 seller=sam max=9 closes=13:00
    eve  opens   M1
    eve  opens   R1
    at   12:05:59.999
    ana  buys    M1 YES 1
    ana  buys    M1 YES 1 min=100           -> price_moved                # a refusal counts for nothing
    ana  mints   M1 5
    ana  merges  M1 1
    ana  sells   M1 NO 1
    ana  joins   R1 1
    ana  joins   R1 1                       -> again
    ana  joins   R1 2                       -> rate_limited
    ana  buys    M1 YES 1                   -> rate_limited
    ana  mints   M1 1                       -> rate_limited
    ana  sells   M1 NO 1                    -> ok
    ana  merges  M1 1                       -> ok
    bob  buys    M1 YES 1                   -> ok
    at   12:06
    ana  buys    M1 YES 1                   -> ok
    ana  joins   R1 2                       -> ok
    ana  mints   M1 1                       -> ok
    ana  mints   M1 1                       -> rate_limited
    `,
  );

  story(
    '[T11] after a buy or mint no outcome is held beyond the position limit, counted after netting',
    `${CAST}
    eve  drafts M1 cpmm 1000 bps=0 most=100
    eve  opens  M1
    ana  buys   M1 YES 100 shares           -> ok
    ana  buys   M1 YES 0.01                 -> position_limit
    ana  mints  M1 0.001                    -> position_limit
    ana  buys   M1 NO 200 shares            -> merged 100                 # 100 NO are left
    ana  buys   M1 NO 0.000001 shares       -> too_small
    ana  buys   M1 NO 0.01 shares           -> position_limit
    ana  sells  M1 NO 1                     -> ok
    ana  mints  M1 1                        -> ok
    bob  mints  M1 100                      -> ok
    bob  mints  M1 0.01                     -> position_limit
    `,
  );

  story(
    '[T11] also where there is no price, or no money',
    `${CAST}
    eve  drafts L1 lmsr 1 bps=0 most=100
    eve  opens  L1
    ana  buys   L1 YES 701 shares           -> position_limit
    ana  buys   L1 YES 5000                 -> insufficient_points
    ana  buys   L1 YES 900                  -> out_of_range
    `,
  );

  story(
    '[T12] no risk limit stands before a sale or merge: only pausing, closing and freezing do',
    `${STAGE}
    bob  mints   M1 50
    system limits trades_per_minute=0
    ana  buys    M1 YES 1                   -> rate_limited
    bob  sells   M1 YES 10                  -> ok
    bob  merges  M1 10                      -> ok
    eve  freezes bob
    bob  sells   M1 NO 1                    -> account_frozen
    eve  unfreezes bob
    eve  pauses  M1
    bob  sells   M1 NO 1                    -> paused
    bob  merges  M1 1                       -> paused
    `,
  );
});

test('[X17] a breaker that blocked exits would lock everyone in; ours lets them out', () => {
  const trial = new Trial();
  trial.run(SYSTEM, { type: 'set_limits', limits: [['breaker_move', 200_000n]] });
  trial.account('ana', '100').account('bob', '100').account('mal', '1000').cpmm('M1', '100');
  trial.buy('ana', 'M1', 'YES', '50');
  trial.at += 60_000;
  trial.buy('bob', 'M1', 'NO', '30');
  trial.at += 60_000;
  // Whoever wants the others locked in halts the market; his fees are all it costs him.
  trial.buy('mal', 'M1', 'NO', '109.5');
  const wish = { type: 'trade', market: 'M1', side: 'buy', outcome: 'YES', spend: d('1') } as const;
  expect(trial.refusal('ana', wish)).toBe('halted');
  expect(trial.dump('ana', 'M1', 'YES').gets).toBeGreaterThan(0n);
  expect(trial.dump('bob', 'M1', 'NO').gets).toBeGreaterThan(0n);
});
