/** What golden journals tell: every command and event there is, all mechanisms, and the ways a market can end. */
import { CAST } from '../story.js';

/** A story becomes `<name>.ndjson`. A new feature adds a story, or a step at the end of one. */
export const STORIES: Readonly<Record<string, string>> = {
  house: `
    ${CAST}
    system registers dee
    eve  grants   dee 12.5
    eve  freezes  dee
    dee  buys     M1 YES 1                -> account_frozen
    eve  unfreezes dee
    system appoints dee seller
    system dismisses dee seller
    system limits welcome=7.5 payouts_per_command=2 fact_cost=10
    system registers fay
    fay  has      7.5
    eve  drafts   M1 cpmm 100 opens=12:30 closes=13:00 buffer=5
    eve  edits    M1 cpmm 50 p=0.3 outcomes=A,B,C    -> malformed
    eve  edits    M1 cpmm 50 p=0.3 outcomes=UP,DOWN opens=12:30 closes=13:00 buffer=5
    eve  drafts   M2 cpmm 10 cap=5
    eve  cancels  M2                      # a draft, at once
    at 12:30
    clock ticks                           -> does market_opened
    ana  buys     M1 UP 10
    eve  pauses   M1
    ana  [lost] sells M1 UP 1             -> noted paused
    ana  [lost] sells M1 UP 1             -> again
    eve  resumes  M1
    eve  extends  M1 13:30
    at 13:35
    ana  [late] buys M1 UP 1              -> noted closed
    clock ticks                           -> does market_closed
    eve  resolves M1 0.333333/0.666667
    clock pays    everyone
    system sweeps
    system seals
    eve  grants   ana 1                   -> sealed
  `,

  cpmm: `
    ${CAST}
    system limits payouts_per_command=2
    max  drafts   M1 cpmm 100 p=0.6 sponsor=max two=yes
    max  opens    M1
    ana  buys     M1 YES 10
    bob  buys     M1 NO 25 shares max=20
    ana  buys     M1 NO 7.5 min=1         # netted: the pair is merged at once
    cid  mints    M1 30.000001
    cid  sells    M1 NO all
    cid  merges   M1 1                    -> insufficient_shares
    cid  mints    M1 2
    cid  merges   M1 1.5
    max  funds    M1 40 min=0.3 max=0.9
    bob  sells    M1 NO 3.333333 min=0.1
    max  closes   M1
    eve  resolves M1 YES                  # proposed
    system appoints cid admin
    system appoints dan admin             -> account_unknown
    max  confirms M1 resolve YES          -> not_allowed      # he sponsors it and holds a leg
    system registers gil
    system appoints gil admin
    gil  confirms M1 resolve YES          -> does market_resolved
    clock pays    everyone
    M1   is       settled
    books balance
  `,

  shortfall: `
    ${CAST}
    system limits payouts_per_command=1
    eve  drafts   M1 cpmm 10 cap=20 two=yes
    eve  opens    M1
    ana  buys     M1 YES 10
    bob  buys     M1 YES 100
    ana  sells    M1 YES all
    ana  buys     M1 NO 10
    cid  buys     M1 NO 300
    ana  sells    M1 NO all
    eve  cancels  M1
    max  confirms M1 cancel               -> due 400
    clock pays    everyone
    M1   is       refunded
    books balance
  `,

  risk: `
    ${CAST}
    system limits breaker_move=0.1 trades_per_minute=3 treasury_floor=9000
    eve  drafts   M1 cpmm 1000 most=600
    eve  drafts   M2 cpmm 100 move=0.05 window=1000 halt=500 extreme=0.9 # below its floor
    eve  opens    M1
    eve  opens    M2
    ana  buys     M1 YES 100
    ana  buys     M1 YES 100              -> does traded
    ana  buys     M1 YES 100              -> does traded market_halted
    bob  [fast] buys M1 NO 1              -> noted halted
    ana  sells    M1 YES 10
    ana  mints    M2 1                    -> rate_limited
    bob  buys     M2 YES 10               -> does traded
    at 12:01
    bob  buys     M2 NO 10                -> does traded market_halted
    ana  buys     M1 YES 5
    cid  [much] mints M1 601              -> noted position_limit
    eve  cancels  M1
    eve  cancels  M2
    clock pays    everyone
    books balance
  `,

  lmsr: `
    ${CAST}
    eve  drafts   L1 lmsr 100 outcomes=A,B,C bps=100
    eve  drafts   L2 lmsr 1 outcomes=YES,NO bps=0
    eve  opens    L1
    eve  opens    L2
    ana  buys     L1 A 10
    bob  buys     L1 B 30 shares max=20
    cid  buys     L1 C 20.5
    ana  sells    L1 A 3.000001
    ana  buys     L2 YES 10 shares
    bob  buys     L2 NO 20 shares         -> pays 10
    ana  buys     L2 YES 20 shares        -> pays 10          # ties, exact
    bob  buys     L2 NO 900               -> out_of_range
    eve  closes   L1
    eve  resolves L1 0.2/0.3/0.5
    eve  cancels  L2
    clock pays    everyone
    books balance
  `,

  curve: `
    ${CAST}
    system limits fact_cost=40
    eve  drafts   S1 curve 10.000001 0.024999 bps=200 two=yes
    eve  opens    S1
    ana  buys     S1 100
    bob  buys     S1 50 shares
    feed reports  S1 f1 goal
    feed reports  S1 f1 goal              -> again
    feed reports  S1 f2 slip
    bob  sells    S1 20
    feed undoes   S1 u1 f1
    eve  pauses   S1
    feed reports  S1 f3 goal
    eve  resumes  S1
    ana  sells    S1 9
    eve  closes   S1
    feed reports  S1 f4 slip
    eve  resolves S1 at 30
    max  confirms S1 resolve at 30        -> does market_resolved treasury_low
    clock pays    everyone
    books balance
  `,

  rally: `
    ${CAST}
    system registers sam
    system appoints  sam seller
    system limits payouts_per_command=2
    sam  drafts   R1 rally 0:100,3:80,5:60 seller=sam closes=13:00 max=6 each=4
    sam  drafts   R2 rally 0:10,2:9 seller=sam closes=13:00 max=5 min=3
    sam  drafts   R3 rally 0:10,2:9 seller=sam closes=13:00 max=5
    eve  opens    R1
    eve  opens    R2
    eve  opens    R3
    eve  extends  R3 14:00
    ana  joins    R1 2
    ana  joins    R1 2                    -> again
    bob  joins    R1 1
    cid  joins    R1 2                    -> units 2 added 2
    ana  joins    R2 1
    bob  joins    R2 1
    ana  [full] joins R1 4                -> noted sold_out
    bob  joins    R3 1
    eve  cancels  R3
    ana  joins    R1 3                    -> does joined market_resolved
    at 13:00
    clock ticks                           -> does market_cancelled
    clock pays    everyone
    R1   is       settled
    R2   is       refunded
    books balance
  `,
};
