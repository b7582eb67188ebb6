/** A cancelled market gives each player back what it has taken from him: max(0, net). */
import { CAST, story } from '../story.js';

story(
  '[R1] everyone gets max(0, net), shares held or not, and the sponsor his deposit',
  `
  ${CAST}
  eve  drafts   M1 cpmm 1000
  eve  opens    M1
  ana  buys     M1 YES 100
  ana  sells    M1 YES all              # back to nothing, 3.964283 poorer
  ana  net      M1 3.964283
  bob  buys     M1 NO 50
  M1   owes     53.964283
  bob  cancels  M1                      -> not_allowed
  eve  cancels  M1                      -> due 53.964283 funds 53.964283
  M1   is       cancelled
  bob  sells    M1 NO all               -> final
  clock pays    M1                      -> does paid_out market_refunded
  M1   is       refunded
  ana  has      1000
  bob  has      1000
  treasury has  9997.520044             # it paid the fees that lay with the house
  house:fees has 2.479956
  books balance
`,
);

story(
  '[R2] a draft is cancelled at once and costs nobody anything',
  `
  ${CAST}
  max  drafts   M1 cpmm 100 sponsor=max
  max  has      900
  eve  cancels  M1                      -> does market_cancelled market_refunded
  max  has      1000
  eve  opens    M1                      -> not_draft
  eve  edits    M1 cpmm 10              -> not_draft
  eve  cancels  M1                      -> final
  books balance
`,
);

story(
  '[R3] half of a mint is not paid back for a leg that is left',
  `
  ${CAST}
  eve  drafts   M1 cpmm 1000 p=0.9
  eve  opens    M1
  ana  mints    M1 100
  ana  sells    M1 YES 100              -> gets 87.345334
  ana  net      M1 12.654666
  eve  cancels  M1                      -> due 12.654666 funds 12.654666
  clock pays    everyone
  ana  has      1000
  books balance
`,
);

story(
  '[R4] whoever took gains out keeps them and gets nothing; a short market pays by share',
  `
  ${CAST}
  eve  drafts   M1 cpmm 10              # the last row of the law's table of examples
  eve  opens    M1
  ana  buys     M1 YES 10
  bob  buys     M1 YES 100
  ana  sells    M1 YES all
  ana  buys     M1 NO 10
  cid  buys     M1 NO 300
  ana  sells    M1 NO all
  ana  net      M1 -85.374984
  M1   owes     400
  escrow:M1 has 319.349761
  fees:M1 has   5.275255
  eve  cancels  M1                      -> due 400 funds 324.625016
  fees:M1 has   0                       # the fees help
  clock pays    M1                      -> does paid_out market_refunded
  ana  paid     M1 0
  bob  paid     M1 81.156254
  cid  paid     M1 243.468762
  treasury has  9990                    # the sponsor gets nothing
  house:fees has 0
  books balance
`,
);

story(
  '[R4] a share of what is there is rounded down, and the dust goes to the sponsor',
  `
  ${CAST}
  eve  drafts   M1 cpmm 10
  eve  opens    M1
  ana  buys     M1 YES 10
  bob  buys     M1 YES 101
  ana  sells    M1 YES all
  ana  buys     M1 NO 10
  cid  buys     M1 NO 300
  ana  sells    M1 NO all
  eve  cancels  M1                      -> due 401 funds 324.865358
  clock pays    M1                      -> does paid_out market_refunded
  bob  paid     M1 81.823943
  cid  paid     M1 243.041414
  treasury has  9990.000001             # a micro-Point of dust
  books balance
`,
);

story(
  '[R5] the treasury adds up to the cap that was named at creation',
  `
  ${CAST}
  eve  drafts   M1 cpmm 10 cap=50
  eve  opens    M1
  ana  buys     M1 YES 10
  bob  buys     M1 YES 100
  ana  sells    M1 YES all
  ana  buys     M1 NO 10
  cid  buys     M1 NO 300
  ana  sells    M1 NO all
  eve  cancels  M1                      -> due 400 funds 374.625016
  treasury has  9940
  clock pays    M1
  bob  paid     M1 93.656254
  cid  paid     M1 280.968762
  books balance
`,
);

story(
  '[R6] with a cap that suffices all are paid in full, and no more than that is taken',
  `
  ${CAST}
  eve  drafts   M1 cpmm 10 cap=1000
  eve  opens    M1
  ana  buys     M1 YES 10
  bob  buys     M1 YES 100
  ana  sells    M1 YES all
  ana  buys     M1 NO 10
  cid  buys     M1 NO 300
  ana  sells    M1 NO all
  eve  cancels  M1                      -> due 400 funds 400
  treasury has  9914.625016
  clock pays    M1
  bob  has      1000
  cid  has      1000
  ana  has      1085.374984
  books balance
`,
);

story(
  '[R7] a poor treasury adds what it has',
  `
  ${CAST}
  eve  drafts   M1 cpmm 10 cap=1000
  eve  opens    M1
  ana  buys     M1 YES 10
  bob  buys     M1 YES 100
  ana  sells    M1 YES all
  ana  buys     M1 NO 10
  cid  buys     M1 NO 300
  ana  sells    M1 NO all
  eve  drafts   M2 cpmm 9980            # the treasury's money goes elsewhere
  treasury has  10
  eve  cancels  M1                      -> due 400 funds 334.625016
  treasury has  0
  clock pays    M1
  bob  paid     M1 83.656254
  cid  paid     M1 250.968762
  books balance
`,
);

story(
  '[R8] fees beyond what is due go to the house, collateral to the sponsor',
  `
  ${CAST}
  max  drafts   M1 cpmm 100 sponsor=max
  max  opens    M1
  ana  buys     M1 YES 10
  fees:M1 has   0.1
  eve  cancels  M1                      -> due 10 funds 10
  fees:M1 has   0.1                     # the collateral was enough
  clock pays    M1                      -> does paid_out market_refunded
  house:fees has 0.1
  max  has      999.9
  ana  has      1000
  books balance
`,
);

story(
  "[R9] a sponsor's fundings are not in his net: what is left over repays them",
  `
  ${CAST}
  max  drafts   M1 cpmm 100 p=0.8 bps=0 sponsor=max
  max  opens    M1
  max  funds    M1 100
  max  has      800
  max  net      M1 0
  ana  buys     M1 NO 10
  max  buys     M1 YES 10               # his own trade is
  max  net      M1 10
  eve  cancels  M1                      -> due 20 funds 20
  clock pays    M1
  max  paid     M1 10
  max  has      1000
  ana  has      1000
  books balance
`,
);

story(
  '[R10] refunds run in chunks like payouts, and reach the frozen',
  `
  ${CAST}
  system limits payouts_per_command=1
  eve  drafts   M1 cpmm 100
  eve  opens    M1
  ana  buys     M1 YES 10
  bob  buys     M1 NO 10
  cid  buys     M1 YES 10
  eve  freezes  bob
  eve  cancels  M1                      -> does market_cancelled
  clock pays    M1 from 1               -> does paid_out
  clock pays    M1 from 1               -> nothing_due
  ana  has      1000
  bob  has      990
  clock pays    M1 from 2               -> does paid_out
  bob  has      1000
  clock pays    M1 from 3               -> does paid_out market_refunded
  clock pays    M1 from 4               -> nothing_due
  cid  has      1000
  books balance
`,
);

story(
  '[R11] a cancelled stock gives back what was paid, whatever facts did to its price',
  `
  ${CAST}
  eve  drafts   S1 curve 10 0.025 bps=0
  eve  opens    S1
  ana  buys     S1 10 shares            -> pays 101.25
  feed reports  S1 f1 goal              -> applied 0.8
  treasury has  9992
  bob  buys     S1 10 shares            -> pays 111.75
  ana  sells    S1 10                   -> gets 111.75
  ana  net      S1 -10.5
  eve  cancels  S1                      -> due 111.75 funds 109.25
  clock pays    S1
  bob  paid     S1 109.25
  ana  has      1010.5
  treasury has  9992
  books balance
`,
);
