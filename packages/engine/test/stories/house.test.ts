/** Accounts, roles, grants, freezes, limits, fees, rules and the seal. */
import { expect, test } from 'vitest';
import { LIMITS, SYSTEM } from '../../src/index.js';
import { Live, textOf } from '../live.js';
import { CAST, story, tell } from '../story.js';

story(
  '[H1] an account is opened once, by an admin, and gets its welcome in the same entry',
  `
  system registers ana                  -> does account_opened
  ana  has      10000
  mint has      -10000
  system registers ana                  -> account_exists
  ana  registers bob                    -> not_allowed
  system appoints ana admin
  ana  registers bob                    -> ok
  system limits welcome=0
  system registers cid                  -> ok
  cid  has      0
  system limits welcome=7.5             # on later commands only
  cid  has      0
  system registers dee
  dee  has      7.5
  books balance
`,
);

story(
  '[H2] no account may be called system or treasury',
  `
  system registers system               -> malformed
  system registers treasury             -> malformed
  system registers house                -> ok
  system registers __proto__            -> ok
  __proto__ has 10000
`,
);

story(
  '[H3] a role is granted and revoked in order, and looked at with every command',
  `
  ${CAST}
  ana  grants   bob 1                   -> not_allowed
  ana  appoints ana admin               -> not_allowed
  eve  appoints ana admin               -> ok
  eve  appoints ana admin               -> already_so
  ana  grants   bob 1                   -> ok
  ana  dismisses eve admin              -> ok
  eve  grants   bob 1                   -> not_allowed
  eve  dismisses ana admin              -> not_allowed
  ana  dismisses eve admin              -> already_so
  ana  appoints nobody seller           -> account_unknown
  ana  appoints bob king                -> malformed
  ana  appoints bob seller              -> ok
  ana  dismisses ana admin              -> ok
  ana  grants   bob 1                   -> not_allowed
`,
);

story(
  '[H4] a grant has a cap for each call, and one for each granting account and UTC day',
  `
  ${CAST}
  system limits grant_per_call=100 grant_per_day=250
  eve  grants   ana 100.000001          -> over_grant_cap
  eve  grants   ana 100
  eve  grants   treasury 100
  eve  grants   ana 50.000001           -> over_grant_cap
  eve  grants   ana 50
  eve  grants   ana 0.000001            -> over_grant_cap
  max  grants   ana 100                 -> ok               # each has a day of his own
  at 23:59:59.999
  eve  grants   ana 1                   -> over_grant_cap
  at +1d 00:00
  eve  grants   ana 100                 -> ok
  eve  grants   nobody 1                -> account_unknown
  eve  grants   ana 0                   -> too_small
  eve  freezes  ana
  eve  grants   ana 1                   -> ok               # a gift reaches the frozen
  ana  has      1351
  treasury has  10100
  books balance
`,
);

story(
  '[H5] the frozen may not command; nothing else changes',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100
  eve  opens    M1
  ana  [k1] buys M1 YES 10              -> gets 18.725318
  ana  freezes  bob                     -> not_allowed
  eve  freezes  nobody                  -> account_unknown
  eve  freezes  ana
  eve  freezes  ana                     -> already_so
  ana  buys     M1 YES 10               -> account_frozen
  ana  sells    M1 YES 1                -> account_frozen
  ana  [k1] buys M1 YES 10              -> again            # what was done is answered
  ana  [k1] buys M1 YES 11              -> command_id_reused
  eve  closes   M1
  eve  resolves M1 YES
  clock pays    everyone
  ana  has      1008.725318             # and what is due arrives
  eve  unfreezes ana
  eve  unfreezes ana                    -> already_so
  eve  freezes  max
  max  grants   ana 1                   -> account_frozen   # an admin is one of us
  system unfreezes max                  -> ok
  max  grants   ana 1                   -> ok
  eve  freezes  feed
  feed reports  M1 f1 goal              -> account_frozen
`,
);

story(
  '[H6] fees wait in the market, then with the house, and are swept to the treasury',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100
  eve  opens    M1
  ana  buys     M1 YES 10
  eve  sweeps                           -> nothing_due
  eve  closes   M1
  eve  resolves M1 NO
  clock pays    everyone
  house:fees has 0.1
  treasury has  10009.9
  ana  sweeps                           -> not_allowed
  eve  sweeps                           -> does fees_swept
  treasury has  10010
  eve  sweeps                           -> nothing_due
`,
);

story(
  '[H7] limits are changed by an admin, and act on later commands only',
  `
  ${CAST}
  ana  limits   welcome=1               -> not_allowed
  eve  limits   welcome=1 fact_cost=2   -> ok
  eve  limits   nonsense=1              -> malformed
  eve  limits   payouts_per_command=0   -> malformed
  eve  limits   payouts_per_command=1001 -> malformed
  eve  limits   deadlines_per_tick=0    -> malformed
  eve  limits   deadlines_per_tick=1000 -> ok
  eve  limits   payouts_per_command=1   -> ok
  eve  limits   grant_per_call=0        -> ok
  eve  grants   ana 0.000001            -> over_grant_cap
`,
);

test('[H7] the limits to start with are those of the law', () => {
  expect(LIMITS).toEqual({
    welcome: 10_000_000_000n,
    grant_per_call: 100_000_000_000n,
    grant_per_day: 1_000_000_000_000n,
    payouts_per_command: 1_000n,
    deadlines_per_tick: 1_000n,
    fact_cost: 1_000_000_000n,
    fact_move: 500_000n,
    trades_per_minute: 1_800n,
    breaker_move: 200_000n,
    breaker_window_ms: 60_000n,
    breaker_halt_ms: 30_000n,
    treasury_floor: 10_000_000_000n,
    bps_cpmm: 200n,
    bps_lmsr: 0n,
    bps_curve: 200n,
    bps_rally: 250n,
  });
});

story(
  '[H8] rules are only raised, only to what this build knows, and only by an admin',
  `
  ${CAST}
  ana  adopts   1                       -> not_allowed
  eve  adopts   1                       -> already_so
  eve  adopts   2                       -> malformed
  eve  adopts   0                       -> malformed
`,
);

story(
  '[H9] a sealed exchange decides nothing more, but what was done is answered',
  `
  ${CAST}
  eve  drafts   M1 cpmm 100 closes=13:00
  eve  opens    M1
  ana  [k1] buys M1 YES 10              -> ok
  eve  seals                            -> not_allowed
  system seals                          -> does sealed
  system seals                          -> sealed
  ana  buys     M1 YES 10               -> sealed
  ana  [k1] buys M1 YES 10              -> again
  ana  [k1] buys M1 YES 11              -> command_id_reused
  nobody buys   M1 YES 10               -> sealed
  at 14:00
  clock ticks                           -> sealed
  ana  [k9 until 13:00] buys M1 YES 1   -> command_expired
`,
);

test('[H10] a welcome or grant that would pass 10^18 micro-Points in all is out of range', () => {
  const live = new Live();
  const most = 10n ** 18n;
  const limits = [
    ['welcome', most],
    ['grant_per_call', most],
    ['grant_per_day', most],
  ] as const;
  live.run(SYSTEM, { type: 'set_limits', limits });
  live.run(SYSTEM, { type: 'open_account', account: 'ana' });
  tell('system registers bob -> out_of_range', live);
  tell('system grants ana 0.000001 -> out_of_range', live);
  live.run(SYSTEM, { type: 'set_limits', limits: [['welcome', 0n]] });
  tell('system registers bob -> ok', live);
});

test('[L23] a draft whose deposit is nearly all there is opens all the same, by hand and by the clock', () => {
  const live = new Live();
  const most = 10n ** 18n;
  live.run(SYSTEM, {
    type: 'set_limits',
    limits: [
      ['grant_per_call', most],
      ['grant_per_day', most],
    ],
  });
  live.run(SYSTEM, { type: 'grant', to: 'treasury', amount: most, reason: textOf('all') } as never);
  tell(
    `
    system drafts M1 cpmm 500000000000 opens=12:30
    system drafts M2 cpmm 500000000000 p=0.99
    system opens  M2                    -> ok
    at 12:30
    clock ticks                         -> begins M1
    clock ticks                         -> nothing_due
    `,
    live,
  );
});
