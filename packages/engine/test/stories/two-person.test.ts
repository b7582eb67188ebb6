/** The two-person rule: one proposes, another confirms the same, and neither has a stake. */
import { CAST, story } from '../story.js';

story(
  '[L15] with the two-person rule a resolution is a proposal until another account confirms it',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 two=yes
  eve  opens    M1
  ana  buys     M1 YES 10
  eve  confirms M1 resolve YES          -> not_closed
  eve  closes   M1
  eve  confirms M1 resolve YES          -> no_proposal
  eve  resolves M1 YES                  -> does verdict_proposed
  M1   is       closed                  # the state does not change
  eve  confirms M1 resolve YES          -> not_allowed      # the same person
  ana  confirms M1 resolve YES          -> not_allowed      # no admin
  max  confirms M1 resolve NO           -> no_proposal
  max  confirms M1 resolve 0.5/0.5      -> no_proposal
  max  confirms M1 resolve YES because=hearsay  -> no_proposal   # the reason is content
  max  confirms M1 cancel               -> no_proposal
  at +300d 12:00                        # a proposal does not expire
  max  confirms M1 resolve YES          -> does market_resolved
  max  confirms M1 resolve YES          -> final
`,
);

story(
  '[L16] a new proposal replaces the old one',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 two=yes
  eve  opens    M1
  ana  buys     M1 YES 10
  eve  closes   M1
  eve  resolves M1 YES                  -> does verdict_proposed
  max  resolves M1 NO                   -> does verdict_proposed
  max  confirms M1 resolve YES          -> no_proposal
  max  confirms M1 resolve NO           -> not_allowed
  eve  cancels  M1                      -> does verdict_proposed
  max  confirms M1 resolve NO           -> no_proposal
  max  confirms M1 cancel               -> does market_cancelled
`,
);

story(
  '[L17] neither of the two may hold shares there, when he speaks or when it counts',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 two=yes
  eve  opens    M1
  eve  buys     M1 YES 10
  eve  cancels  M1                      -> not_allowed      # eve has a stake
  max  cancels  M1                      -> does verdict_proposed
  eve  confirms M1 cancel               -> not_allowed
  eve  sells    M1 YES 18.725318
  max  buys     M1 NO 1                 # the proposer takes a stake after proposing
  eve  confirms M1 cancel               -> not_allowed
  max  mints    M1 1
  eve  confirms M1 cancel               -> not_allowed
  max  sells    M1 NO all
  eve  confirms M1 cancel               -> not_allowed      # a YES is left
  max  sells    M1 YES all
  eve  confirms M1 cancel               -> does market_cancelled
`,
);

story(
  '[L17] a sponsor with a surplus leg has a stake too',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 p=0.8 sponsor=eve two=yes
  eve  opens    M1
  eve  has      75 M1:YES
  eve  cancels  M1                      -> not_allowed
  max  cancels  M1                      -> does verdict_proposed
  eve  confirms M1 cancel               -> not_allowed
`,
);

story(
  '[L18] cancelling a draft needs one person, cancelling what has opened two',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 two=yes
  eve  confirms M1 cancel               -> not_open
  eve  cancels  M1                      -> does market_cancelled market_refunded
  treasury has  10000
  eve  drafts   M2 cpmm 100 two=yes
  eve  opens    M2
  eve  cancels  M2                      -> does verdict_proposed
  M2   is       open
  ana  buys     M2 YES 10               -> ok               # until it is confirmed, trade goes on
  eve  pauses   M2
  max  confirms M2 cancel               -> does market_cancelled
`,
);

story(
  '[L19] the system is nobody in particular: it can be neither of the two',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 two=yes
  eve  opens    M1
  system cancels  M1                    -> not_allowed
  eve  cancels  M1                      -> does verdict_proposed
  system confirms M1 cancel             -> not_allowed
  max  confirms M1 cancel               -> does market_cancelled market_refunded
`,
);

story(
  '[L20] without the rule one word is enough, and there is nothing to confirm',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100
  eve  opens    M1
  eve  buys     M1 YES 10               # and a stake does not matter
  eve  confirms M1 cancel               -> no_proposal
  eve  closes   M1
  eve  resolves M1 NO                   -> does market_resolved
`,
);

story(
  '[L21] a stock is delisted by two at the price that was proposed, wherever F went since',
  `
  ${CAST}
  eve  drafts   S1 curve 10 0.025 two=yes bps=0
  eve  opens    S1
  ana  buys     S1 10 shares            -> pays 101.25
  eve  closes   S1
  eve  resolves S1                      -> does verdict_proposed
  feed reports  S1 f1 goal              -> applied 0.8
  max  confirms S1 resolve at 10.8      -> no_proposal
  max  confirms S1 resolve at 10        -> does market_resolved
  clock pays    everyone
  ana  paid     S1 100
`,
);
