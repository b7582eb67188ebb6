/**
 * Every refusal is provoked, and where two would hold the earlier one of the table is given.
 *
 * Long because it is one table of codes and one of pairs.
 */
import { describe, expect, test } from 'vitest';
import { REFUSALS, type RefusalCode } from '../src/index.js';
import { CAST, tell } from './story.js';

/** Somebody of every kind, and a market in every state. */
const STAGE = `
  ${CAST}
  system registers poor
  system registers ice
  system registers rival
  system appoints rival source
  eve  freezes  ice
  eve  drafts   D1 cpmm 100
  eve  drafts   DS curve 10 0.025
  eve  drafts   O1 cpmm 100 cap=5
  eve  drafts   H1 cpmm 100
  eve  drafts   P1 cpmm 100
  eve  drafts   C1 cpmm 100
  eve  drafts   F1 cpmm 100
  eve  drafts   T1 cpmm 100 two=yes
  eve  drafts   S1 curve 10 0.025
  eve  drafts   SF curve 10 0.025
  max  drafts   X1 cpmm 100 sponsor=max closes=13:00
  max  drafts   XC cpmm 100 sponsor=max closes=13:00
  eve  opens    O1
  eve  opens    H1
  eve  opens    P1
  eve  opens    C1
  eve  opens    F1
  eve  opens    T1
  eve  opens    S1
  eve  opens    SF
  eve  opens    X1
  eve  opens    XC
  ana  [done]   buys O1 YES 10
  bob  buys     O1 YES 10
  ana  buys     S1 10 shares
  feed reports  S1 f1 goal
  feed reports  S1 f2 goal
  feed undoes   S1 u2 f2
  feed reports  SF f1 goal
  eve  pauses   P1
  eve  closes   C1
  eve  closes   XC
  eve  cancels  F1
  eve  closes   SF
  eve  resolves SF
  eve  closes   T1
  eve  resolves T1 YES
  system registers sam
  system registers sid
  system appoints sam seller
  system appoints sid seller
  sam  drafts   R1 rally 0:100,3:80 seller=sam max=6 each=3 closes=13:00
  sam  drafts   RD rally 0:100,3:80 seller=sam max=6 each=3 closes=13:00
  sam  drafts   RP rally 0:100,3:80 seller=sam max=6 each=3 closes=13:00
  eve  drafts   RF rally 0:100,3:80 seller=sam max=3 each=3 bps=0 closes=13:00
  eve  drafts   HH cpmm 100 move=0.000001
  eve  opens    HH
  ana  buys     HH YES 10
  eve  drafts   B1 cpmm 100 most=1
  eve  opens    B1
  eve  opens    R1
  eve  opens    RP
  eve  opens    RF
  eve  pauses   RP
  bob  joins    RF 3
  clock pays    everyone
  ana  joins    R1 2
  bob  joins    R1 1
  F1   is       refunded
  RF   is       settled
  SF   is       settled
`;

/** One step for each code, with nothing else wrong about it. */
const PROVOKED: Readonly<Record<RefusalCode, string>> = {
  malformed: 'ana buys O1 yes 10',
  command_id_reused: 'ana [done] buys O1 YES 11',
  command_expired: 'ana [k until 11:59] buys O1 YES 10',
  sealed: 'system seals\n ana buys O1 YES 10',
  account_unknown: 'nobody buys O1 YES 10',
  account_frozen: 'ice buys O1 YES 10',
  not_allowed: 'ana closes O1',
  account_exists: 'eve registers ana',
  market_exists: 'eve drafts O1 cpmm 100',
  market_unknown: 'ana buys Q1 YES 10',
  outcome_unknown: 'ana buys O1 MAYBE 10',
  not_supported: 'ana mints S1 10',
  fact_id_reused: 'feed reports S1 f1 slip',
  not_draft: 'eve opens O1',
  not_open: 'ana buys D1 YES 10',
  closed: 'ana buys C1 YES 10',
  not_closed: 'eve resolves O1 YES',
  paused: 'ana buys P1 YES 10',
  not_paused: 'eve resumes O1',
  halted: 'ana buys HH YES 10',
  final: 'ana buys F1 YES 10',
  no_proposal: 'max confirms T1 resolve NO',
  closes_by_hand: 'eve extends O1 13:00',
  deadline_passed: 'eve extends X1 13:00',
  fact_unknown: 'feed undoes S1 u9 f9',
  fact_undone: 'feed undoes S1 u9 f2',
  kind_unknown: 'feed reports S1 f9 whistle',
  nothing_due: 'eve sweeps\n eve sweeps',
  over_grant_cap: 'eve grants ana 1000001',
  already_so: 'eve unfreezes ana',
  too_small: 'ana buys O1 YES 0.000999',
  rate_limited: 'system limits trades_per_minute=0\n ana buys O1 YES 10',
  position_limit: 'ana buys B1 YES 10',
  sold_out: 'cid joins R1 4',
  over_cap: 'bob joins R1 4',
  pledge_is_binding: 'ana joins R1 1',
  price_moved: 'ana buys O1 YES 10 min=100',
  insufficient_shares: 'ana sells O1 NO 1',
  insufficient_points: 'poor buys O1 YES 10',
  treasury_short: 'eve drafts Q1 cpmm 100000',
  out_of_range: 'system limits welcome=1000000000000\n eve registers zed',
};

/** `eve sweeps` has something to sweep where fees have come in. */
const stage = () => tell(STAGE);

describe('[D1] every code of the table is given, and a refusal changes nothing', () => {
  test.each(Object.entries(PROVOKED))('%s', (code, steps) => {
    const live = stage();
    const before = steps.split('\n').slice(0, -1).join('\n');
    if (code === 'nothing_due') tell('eve sweeps -> nothing_due', live);
    else tell(before, live);
    const { length } = live.lines;
    tell(`${steps.split('\n').at(-1)} -> ${code}`, live);
    expect(live.lines).toHaveLength(length);
  });
});

/** [the code that is given, the other one that would hold too, a step that violates both]. */
const BOTH: readonly (readonly [RefusalCode, RefusalCode, string])[] = [
  ['malformed', 'command_id_reused', 'ana [done] buys O1 yes 10'],
  ['malformed', 'account_unknown', 'nobody buys O1 yes 10'],
  ['malformed', 'not_allowed', 'ana registers system'],
  ['command_id_reused', 'command_expired', 'ana [done until 11:59] buys O1 YES 11'],
  ['command_id_reused', 'market_unknown', 'ana [done] buys Q1 YES 11'],
  ['command_expired', 'account_unknown', 'nobody [k until 11:59] buys O1 YES 10'],
  ['command_expired', 'account_frozen', 'ice [k until 11:59] buys O1 YES 10'],
  ['account_unknown', 'not_allowed', 'nobody closes O1'],
  ['account_frozen', 'not_allowed', 'ice closes O1'],
  ['account_frozen', 'market_unknown', 'ice buys Q1 YES 1'],
  ['not_allowed', 'account_exists', 'ana registers bob'],
  ['not_allowed', 'market_exists', 'ana drafts O1 cpmm 100'],
  ['not_allowed', 'market_unknown', 'ana closes Q1'],
  ['not_allowed', 'market_unknown', 'system buys Q1 YES 1'],
  ['not_allowed', 'market_unknown', 'ana reports Q1 f1 goal'],
  ['not_allowed', 'not_supported', 'ana reports O1 f1 goal'],
  ['not_allowed', 'not_draft', 'ana opens O1'],
  ['not_allowed', 'final', 'ana cancels F1'],
  ['not_allowed', 'nothing_due', 'ana pays O1 from 1'],
  ['not_allowed', 'over_grant_cap', 'ana grants ana 1000001'],
  ['not_allowed', 'already_so', 'ana unfreezes bob'],
  ['account_unknown', 'market_exists', 'eve drafts S1 curve 10 0.025 source=nobody'],
  ['account_unknown', 'market_unknown', 'eve edits Q1 curve 10 0.025 source=nobody'],
  ['account_unknown', 'over_grant_cap', 'eve grants nobody 1000001'],
  ['account_unknown', 'too_small', 'eve grants nobody 0'],
  ['market_exists', 'deadline_passed', 'eve drafts O1 cpmm 100 closes=11:00'],
  ['market_exists', 'treasury_short', 'eve drafts O1 cpmm 100000'],
  ['market_unknown', 'outcome_unknown', 'ana buys Q1 MAYBE 10'],
  ['market_unknown', 'too_small', 'ana mints Q1 0'],
  ['market_unknown', 'nothing_due', 'system pays Q1 from 1'],
  ['outcome_unknown', 'not_open', 'ana buys D1 MAYBE 10'],
  ['outcome_unknown', 'closed', 'ana buys C1 MAYBE 10'],
  ['outcome_unknown', 'final', 'ana buys F1 MAYBE 10'],
  ['outcome_unknown', 'too_small', 'ana buys O1 MAYBE 0'],
  ['outcome_unknown', 'too_small', 'ana buys S1 YES 0'],
  ['not_supported', 'not_draft', 'eve edits O1 curve 10 0.025'],
  ['not_supported', 'not_open', 'ana mints DS 10'],
  ['not_supported', 'final', 'ana funds SF 0'],
  ['not_supported', 'final', 'feed reports F1 f1 goal'],
  ['fact_id_reused', 'final', 'feed reports SF f1 slip'],
  ['fact_id_reused', 'kind_unknown', 'feed reports S1 f1 whistle'],
  ['fact_id_reused', 'fact_unknown', 'feed undoes S1 f1 f9'],
  ['not_draft', 'deadline_passed', 'eve edits O1 cpmm 100 closes=11:00'],
  ['not_draft', 'treasury_short', 'eve edits O1 cpmm 100000'],
  ['not_open', 'too_small', 'ana buys D1 YES 0'],
  ['not_open', 'closes_by_hand', 'eve extends D1 13:00'],
  ['not_open', 'no_proposal', 'max confirms D1 cancel'],
  ['closed', 'closes_by_hand', 'eve extends C1 13:00'],
  ['closed', 'not_allowed', 'ana funds C1 1'],
  ['closed', 'too_small', 'ana mints C1 0'],
  ['closed', 'price_moved', 'ana buys C1 YES 1 min=100'],
  ['not_closed', 'no_proposal', 'max confirms O1 resolve YES'],
  ['paused', 'too_small', 'ana mints P1 0'],
  ['paused', 'no_proposal', 'max confirms P1 resolve YES'],
  ['malformed', 'not_supported', 'ana joins O1 0'],
  ['account_frozen', 'sold_out', 'ice joins R1 6'],
  ['not_allowed', 'market_exists', 'ana drafts R1 rally 0:1 seller=ana max=3 closes=13:00'],
  ['account_unknown', 'market_exists', 'eve drafts R1 rally 0:1 seller=zoe max=3 closes=13:00'],
  ['not_allowed', 'final', 'ana cancels RF'],
  ['not_allowed', 'market_unknown', 'system joins Q1 1'],
  ['market_unknown', 'not_allowed', 'sid cancels Q1'],
  ['market_unknown', 'not_supported', 'ana joins Q1 1'],
  ['not_supported', 'not_open', 'ana joins D1 1'],
  ['not_supported', 'not_open', 'ana buys RD 10'],
  ['not_supported', 'not_closed', 'eve resolves R1 at 5'],
  ['not_supported', 'final', 'eve closes RF'],
  ['not_supported', 'no_proposal', 'eve confirms R1 resolve at 5'],
  ['not_supported', 'insufficient_points', 'poor buys R1 10'],
  ['not_open', 'not_allowed', 'sam joins RD 1'],
  ['not_open', 'over_cap', 'ana joins RD 4'],
  ['paused', 'sold_out', 'ana joins RP 7'],
  ['final', 'sold_out', 'ana joins RF 1'],
  ['final', 'not_allowed', 'sam cancels RF'],
  ['final', 'pledge_is_binding', 'bob joins RF 1'],
  ['final', 'pledge_is_binding', 'eve extends RF 14:00'],
  ['not_allowed', 'sold_out', 'sam joins R1 7'],
  ['not_allowed', 'over_cap', 'sam joins R1 4'],
  ['deadline_passed', 'pledge_is_binding', 'eve extends R1 12:30'],
  ['sold_out', 'over_cap', 'cid joins R1 7'],
  ['sold_out', 'insufficient_points', 'poor joins R1 4'],
  ['over_cap', 'insufficient_points', 'bob joins R1 4'],
  ['outcome_unknown', 'halted', 'ana buys HH MAYBE 10'],
  ['halted', 'too_small', 'ana buys HH YES 0'],
  ['halted', 'too_small', 'ana mints HH 0'],
  ['halted', 'price_moved', 'ana buys HH YES 10 min=100'],
  ['position_limit', 'price_moved', 'ana buys B1 YES 10 min=100'],
  ['position_limit', 'insufficient_points', 'poor buys B1 YES 10'],
  ['position_limit', 'insufficient_points', 'poor mints B1 10'],
  ['too_small', 'position_limit', 'ana mints B1 0'],
  ['final', 'no_proposal', 'max confirms F1 cancel'],
  ['final', 'not_allowed', 'ana funds F1 1'],
  ['final', 'kind_unknown', 'feed reports SF f9 whistle'],
  ['final', 'fact_unknown', 'feed undoes SF u9 f9'],
  ['final', 'deadline_passed', 'eve extends F1 11:00'],
  ['no_proposal', 'not_allowed', 'eve confirms T1 resolve NO'],
  ['not_allowed', 'kind_unknown', 'rival reports S1 f9 whistle'],
  ['not_allowed', 'fact_unknown', 'rival undoes S1 u9 f9'],
  ['not_allowed', 'too_small', 'ana funds O1 0'],
  ['not_allowed', 'deadline_passed', 'eve drafts Q1 cpmm 100 sponsor=ana closes=11:00'],
  ['closes_by_hand', 'deadline_passed', 'eve extends O1 11:00'],
  ['deadline_passed', 'treasury_short', 'eve drafts Q1 cpmm 100000 closes=11:00'],
  ['over_grant_cap', 'out_of_range', 'eve grants ana 1000000000000'],
  ['too_small', 'price_moved', 'ana buys O1 YES 0.000999 min=100'],
  ['too_small', 'price_moved', 'eve funds O1 0.000999 min=0.99'],
  ['too_small', 'insufficient_points', 'poor buys O1 YES 0.000999'],
  ['too_small', 'insufficient_points', 'poor mints O1 0.000999'],
  ['too_small', 'insufficient_shares', 'poor merges O1 0'],
  ['too_small', 'insufficient_shares', 'poor sells O1 YES 0.000001 min=1'],
  ['price_moved', 'insufficient_shares', 'ana sells O1 YES 30 min=100'],
  ['price_moved', 'insufficient_points', 'poor buys O1 YES 10 min=100'],
  ['price_moved', 'insufficient_points', 'poor buys O1 YES 10 shares max=1'],
  ['price_moved', 'treasury_short', 'eve funds O1 100000 min=0.99'],
  ['insufficient_points', 'out_of_range', 'poor mints O1 1000000000000'],
  ['insufficient_points', 'out_of_range', 'poor buys O1 YES 1000000000000'],
  ['treasury_short', 'out_of_range', 'eve funds O1 1000000000000'],
];

const ORDER = Object.keys(REFUSALS) as RefusalCode[];

/**
 * What comes twice: `account_unknown` of an account that is only named comes after the asker's role, and
 * `not_allowed` because of who someone is to the market (its sponsor, its source, the same person twice)
 * after the market's state and the proposal.
 */
const place = (code: RefusalCode, step: string): number => {
  if (code === 'account_unknown' && step.startsWith('eve'))
    return ORDER.indexOf('not_allowed') + 0.5;
  const isOfMarket = /funds|confirms|rival|sponsor=|sam |sid /.test(step) && code === 'not_allowed';
  return isOfMarket ? ORDER.indexOf('no_proposal') + 0.5 : ORDER.indexOf(code);
};

describe('[D2] of two refusals that would hold the earlier one of the table is given', () => {
  const live = stage();
  test.each(BOTH)('%s before %s: %s', (given, other, step) => {
    expect(place(given, step)).toBeLessThan(place(other, step));
    tell(`${step} -> ${given}`, live);
  });

  test('every code that can hold beside another is in one of these pairs', () => {
    const paired = new Set(BOTH.flatMap(([given, other]) => [given, other]));
    const alone = ORDER.filter((code) => !paired.has(code));
    expect(alone).toEqual(['sealed', 'not_paused', 'fact_undone', 'rate_limited']);
  });
});

test('[D3] the table is in the order that was published', () => {
  expect(ORDER).toMatchInlineSnapshot(`
    [
      "malformed",
      "command_id_reused",
      "command_expired",
      "sealed",
      "account_unknown",
      "account_frozen",
      "not_allowed",
      "account_exists",
      "market_exists",
      "market_unknown",
      "outcome_unknown",
      "not_supported",
      "fact_id_reused",
      "not_draft",
      "not_open",
      "closed",
      "not_closed",
      "paused",
      "not_paused",
      "halted",
      "final",
      "no_proposal",
      "closes_by_hand",
      "deadline_passed",
      "fact_unknown",
      "fact_undone",
      "kind_unknown",
      "nothing_due",
      "over_grant_cap",
      "already_so",
      "too_small",
      "rate_limited",
      "position_limit",
      "sold_out",
      "over_cap",
      "pledge_is_binding",
      "price_moved",
      "insufficient_shares",
      "insufficient_points",
      "treasury_short",
      "out_of_range",
    ]
  `);
});

test('[D2] who is too fast hears of what is wrong with his order first, of its price and his purse later', () => {
  tell(
    `
    system limits trades_per_minute=0
    ana    buys  HH YES 10            -> halted
    ana    buys  O1 YES 0             -> too_small
    ana    buys  B1 YES 10            -> rate_limited
    ana    mints B1 10                -> rate_limited
    cid    joins R1 4                 -> rate_limited
    sam    joins R1 1                 -> not_allowed
    ana    buys  O1 YES 10 min=100    -> rate_limited
    poor   buys  O1 YES 10            -> rate_limited
    `,
    stage(),
  );
});

test('[D2] sealed comes after the id and before the account', () => {
  const live = stage();
  tell(
    `
    system seals
    ana    [done] buys O1 YES 11           -> command_id_reused
    nobody [k until 11:59] buys O1 YES 1   -> command_expired
    nobody buys  O1 YES 1                  -> sealed
    ice    buys  O1 YES 1                  -> sealed
    `,
    live,
  );
});

test('[D4] time beats state: past its end an open or paused market answers closed, a resolved one final', () => {
  const live = stage();
  tell(
    `
    at 13:00
    ana  buys     X1 YES 1  -> closed
    eve  pauses   X1        -> closed
    eve  resumes  X1        -> closed
    ana  buys     XC YES 1  -> closed
    eve  resolves X1 YES    -> ok
    ana  buys     X1 YES 1  -> final
    `,
    live,
  );
});

test('[D5] over the cap of the day even nothing is over the cap', () => {
  const live = stage();
  tell(
    `
    system limits grant_per_day=1
    eve  grants   ana 1   -> ok
    system limits grant_per_day=0.5
    eve  grants   ana 0   -> over_grant_cap
    max  grants   ana 0   -> too_small
    `,
    live,
  );
});

test('[D6] a sale of more than was ever issued has no price that could have moved', () => {
  tell('ana sells O1 YES 100000 min=1000000 -> insufficient_shares', stage());
  tell('ana sells S1 100000 min=1000000 -> insufficient_shares', stage());
});
