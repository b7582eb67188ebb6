/**
 * The life of a market, by hand and by the clock.
 *
 * Long because it is one story for each rule.
 */
import { expect, test } from 'vitest';
import { CAST, story, tell } from '../story.js';

story(
  '[L1] a market goes from draft to open, paused and back, closed, resolved and settled',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100
  M1   is       draft
  escrow:M1 has 100                     # the deposit moves when the market is created
  treasury has  9900
  ana  buys     M1 YES 10               -> not_open
  eve  opens    M1
  M1   is       open
  eve  opens    M1                      -> not_draft
  ana  buys     M1 YES 10               -> gets 18.725318
  eve  pauses   M1
  M1   is       paused
  ana  buys     M1 YES 10               -> paused
  ana  sells    M1 YES 1                -> paused
  ana  mints    M1 1                    -> paused
  ana  merges   M1 1                    -> paused
  eve  pauses   M1                      -> paused
  eve  funds    M1 10                   -> ok
  eve  resumes  M1
  eve  resumes  M1                      -> not_paused
  eve  resolves M1 YES                  -> not_closed
  eve  closes   M1
  M1   is       closed
  eve  closes   M1                      -> closed
  eve  pauses   M1                      -> closed
  eve  resumes  M1                      -> closed
  eve  opens    M1                      -> not_draft     # nothing reopens
  eve  extends  M1 13:00                -> closed
  eve  funds    M1 10                   -> closed
  eve  edits    M1 cpmm 50              -> not_draft
  ana  buys     M1 YES 10               -> closed
  eve  resolves M1 YES                  -> does market_resolved
  M1   is       resolved
  eve  resolves M1 NO                   -> final
  eve  cancels  M1                      -> final
  eve  closes   M1                      -> final
  ana  buys     M1 YES 10               -> final
  clock pays    M1                      -> does paid_out market_settled
  M1   is       settled
  eve  cancels  M1                      -> final
  ana  paid     M1 18.725318
  books balance
`,
);

story(
  '[L2] auto: the end is the very millisecond of closes_at, whether or not the tick has run',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 closes=13:00
  eve  opens    M1
  at 12:59:59.999
  clock ticks                           -> nothing_due
  ana  buys     M1 YES 10               -> gets 18.725318
  at 13:00:00
  ana  buys     M1 YES 10               -> closed
  ana  sells    M1 YES 1                -> closed
  ana  mints    M1 1                    -> closed
  ana  merges   M1 1                    -> closed
  eve  funds    M1 1                    -> closed
  eve  pauses   M1                      -> closed
  eve  closes   M1                      -> closed
  eve  extends  M1 14:00                -> closed
  M1   is       open                    # the state waits for the tick, the answers do not
  clock ticks                           -> does market_closed
  M1   is       closed
  clock ticks                           -> nothing_due
`,
);

story(
  '[L2] a market past its end may be resolved or cancelled before its tick has run',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 closes=13:00
  eve  drafts   M2 cpmm 100 closes=13:00
  eve  opens    M1
  eve  opens    M2
  ana  buys     M1 YES 10
  at 13:00:00
  eve  resolves M1 NO                   -> does market_resolved
  eve  cancels  M2                      -> does market_cancelled market_refunded
  clock ticks                           -> nothing_due      # their deadlines went with them
  clock pays    everyone
  M1   is       settled
  M2   is       refunded
`,
);

story(
  '[L3] auto_with_buffer ends some minutes after closes_at',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 closes=13:00 buffer=5
  eve  opens    M1
  at 13:04:59.999
  clock ticks                           -> nothing_due
  ana  buys     M1 YES 10               -> ok
  at 13:05
  ana  buys     M1 YES 10               -> closed
  clock ticks                           -> closes M1
`,
);

story(
  '[L4] manual has no end of its own: closes_at is only announced, and a hand closes',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 closes=13:00 by=hand
  eve  drafts   M2 cpmm 100
  eve  opens    M1
  eve  opens    M2
  at +3d 12:00
  clock ticks                           -> nothing_due
  ana  buys     M1 YES 10               -> ok
  eve  extends  M1 +4d 12:00            -> ok
  eve  extends  M2 +4d 12:00            -> closes_by_hand
  eve  closes   M1                      -> ok
  ana  closes   M2                      -> not_allowed
  eve  closes   M2                      -> ok
`,
);

story(
  '[L5] an admin may close any market early, and its deadline goes with it',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 closes=13:00
  eve  drafts   M2 cpmm 100 closes=13:00 buffer=5
  eve  opens    M1
  eve  opens    M2
  eve  pauses   M2
  eve  closes   M1
  eve  closes   M2
  at 14:00
  clock ticks                           -> nothing_due
`,
);

story(
  '[L6] pausing does not stop the clock: a paused market closes on time, and cannot resume after',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 closes=13:00
  eve  opens    M1
  eve  pauses   M1
  at 13:00
  eve  resumes  M1                      -> closed
  ana  buys     M1 YES 1                -> closed
  clock ticks                           -> closes M1
  M1   is       closed
`,
);

story(
  '[L7] extend moves closes_at later, and only before the end',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 closes=13:00
  eve  drafts   M2 cpmm 100 closes=13:00 buffer=10
  eve  extends  M1 14:00                -> not_open
  eve  opens    M1
  eve  opens    M2
  ana  extends  M1 14:00                -> not_allowed
  eve  extends  M1 12:30                -> deadline_passed
  eve  extends  M1 13:00                -> deadline_passed
  eve  extends  M1 14:00                -> ok
  at 13:05                              # M2 is in its buffer: its end is still ahead
  eve  extends  M2 13:02                -> deadline_passed
  eve  extends  M2 13:05                -> deadline_passed
  eve  extends  M2 13:06                -> ok
  clock ticks                           -> nothing_due
  eve  pauses   M1
  eve  extends  M1 15:00                -> ok
  at 13:16
  clock ticks                           -> closes M2
  at 15:00
  eve  extends  M1 16:00                -> closed
  clock ticks                           -> closes M1
`,
);

story(
  '[L8] deadlines run in order of time, then market id, at most so many a tick',
  `
  ${CAST}
  system limits deadlines_per_tick=2
  eve  drafts   M3 cpmm 1 closes=13:00
  eve  drafts   M1 cpmm 1 closes=13:00
  eve  drafts   M2 cpmm 1 closes=12:59
  eve  drafts   M10 cpmm 1 closes=13:00
  eve  drafts   Z cpmm 1 closes=14:00
  eve  opens    M3
  eve  opens    M1
  eve  opens    M2
  eve  opens    M10
  eve  opens    Z
  at 13:30
  clock ticks                           -> closes M2 M1
  clock ticks                           -> closes M10 M3
  clock ticks                           -> nothing_due
  Z    is       open
`,
);

story(
  '[L9] opens_at opens a draft by itself, and a late tick closes what has ended since',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 opens=12:30 closes=13:00 p=0.8
  eve  drafts   M2 cpmm 100 opens=12:30 closes=13:00
  eve  drafts   M3 cpmm 100 opens=12:30 closes=13:00
  at 12:29:59.999
  clock ticks                           -> nothing_due
  eve  opens    M3                      -> ok               # by hand, earlier
  ana  buys     M1 YES 1                -> not_open
  at 12:30
  ana  buys     M1 YES 1                -> not_open
  clock ticks                           -> begins M1 M2
  treasury has  75 M1:YES
  ana  buys     M1 YES 1                -> ok
  eve  drafts   M4 cpmm 100 opens=12:40 closes=12:50
  at 14:00
  eve  opens    M4                      -> deadline_passed
  clock ticks                           -> does market_opened market_closed market_closed market_closed
  clock ticks                           -> closes M4
  M4   is       closed
`,
);

story(
  '[L10] a deadline lies ahead when it is set, and the opening before the close',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 closes=12:00                -> deadline_passed
  eve  drafts   M1 cpmm 100 closes=11:00                -> deadline_passed
  eve  drafts   M1 cpmm 100 opens=12:00 closes=13:00    -> deadline_passed
  eve  drafts   M1 cpmm 100 opens=13:00 closes=13:00    -> malformed
  eve  drafts   M1 cpmm 100 buffer=5                    -> malformed
  eve  drafts   M1 cpmm 100 closes=13:00 buffer=0       -> malformed
  eve  drafts   M1 cpmm 100 closes=13:00 buffer=1441    -> malformed
  eve  drafts   M1 cpmm 100 closes=13:00 buffer=1440    -> ok
  at 13:00
  eve  opens    M1                                      -> deadline_passed
  eve  edits    M1 cpmm 100 closes=13:00                -> deadline_passed
  eve  edits    M1 cpmm 100 closes=14:00                -> ok
  eve  opens    M1
  at 14:00
  clock ticks                                           -> closes M1
`,
);

story(
  '[L11] editing a draft moves the difference of the deposit, and sets its clock anew',
  `
  ${CAST}
  ana  drafts   M1 cpmm 100             -> not_allowed
  eve  drafts   M1 cpmm 100 sponsor=ana -> not_allowed      # only out of one's own purse
  eve  drafts   M1 cpmm 600 sponsor=eve opens=12:30 closes=13:00
  eve  drafts   M1 cpmm 600             -> market_exists
  eve  has      400
  max  edits    M1 cpmm 1000 opens=12:30 closes=13:00 -> not_allowed    # not out of another's purse
  eve  edits    M1 cpmm 1000 opens=12:30 closes=13:00
  eve  has      0
  eve  edits    M1 cpmm 1000.000001     -> insufficient_points
  max  edits    M1 cpmm 1 p=0.01 opens=12:40 closes=13:00
  eve  has      999
  escrow:M1 has 1
  max  edits    M1 curve 10 0.025       -> not_supported
  ana  edits    M1 cpmm 1               -> not_allowed
  at 12:30
  clock ticks                           -> nothing_due
  at 12:40
  clock ticks                           -> begins M1
  pool:M1 has   0.010102 M1:NO
  eve  has      0.989898 M1:NO
  eve  net      M1 0
  books balance
`,
);

story(
  '[L12] a draft of the treasury needs the treasury to have its deposit',
  `
  ${CAST}
  eve  drafts   M1 cpmm 10000.000001    -> treasury_short
  eve  drafts   M1 cpmm 10000
  eve  edits    M1 cpmm 10001           -> treasury_short
  eve  opens    M1                      -> ok               # cannot fail for money: it is there already
`,
);

story(
  '[L13] an edited draft trades in its new outcomes, in their new order',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 outcomes=YES,NO
  eve  edits    M1 cpmm 100 outcomes=NO,YES p=0.8
  eve  opens    M1
  treasury has  75 M1:NO
  eve  drafts   M2 cpmm 100
  eve  edits    M2 cpmm 100 outcomes=UP,DOWN
  eve  opens    M2
  ana  buys     M2 YES 1                -> outcome_unknown
  ana  buys     M2 UP 10                -> gets 18.725318
  ana  has      18.725318 M2:UP
  eve  closes   M2
  eve  resolves M2 UP
  clock pays    everyone
  ana  paid     M2 18.725318
`,
);

story(
  '[L14] a stock listens to an account that exists, in a new draft as in an edited one',
  `
  ${CAST}
  eve  drafts   S1 curve 10 0.025 source=nobody         -> account_unknown
  eve  drafts   S1 curve 10 0.025 sponsor=eve           -> not_allowed
  eve  drafts   S1 curve 10 0.025
  eve  edits    S1 curve 10 0.025 source=nobody         -> account_unknown
  eve  edits    S1 curve 20 0.025                       -> ok
  eve  opens    S1
  ana  buys     S1 1 shares             -> pays 20.420919
  feed reports  S1 f1 goal              -> applied 1.6
`,
);

test('[U10] a draft without a fee gets the usual one of its mechanism, as it stands then', () => {
  const live = tell(`
    ${CAST}
    eve  drafts M1 cpmm 100 bps=usual
    eve  drafts L1 lmsr 100 bps=usual
    eve  drafts S1 curve 10 0.025 bps=usual
    eve  drafts R1 rally 0:10 seller=ana max=9 closes=13:00 bps=usual
    eve  [late] drafts M2 cpmm 100 bps=usual
    system limits bps_cpmm=50 bps_lmsr=10
    eve  [late] drafts M2 cpmm 100 bps=usual  -> again     # the wish is the same, whatever the limits say now
    eve  drafts M3 cpmm 100 bps=usual
    eve  edits  M1 cpmm 100 bps=usual
    eve  edits  L1 lmsr 100 bps=0
  `);
  const fees = [...live.world.markets.values()].map(({ id, draft }) => [id, draft.terms.bps]);
  const said = { M1: 50, L1: 0, S1: 200, R1: 250, M2: 200, M3: 50 };
  expect(Object.fromEntries(fees)).toEqual(said);
});
