/**
 * What no world could make right is refused before anything is looked up.
 *
 * Long because it is one table of what is wrong with a command, a line each.
 */
import { describe, expect, test } from 'vitest';
import { BOUNDS, type Command, createWorld, decide, SYSTEM, type Wish } from '../src/index.js';
import { NOON, textOf } from './live.js';

const REASON = textOf('why');
const BIG = 10n ** 18n;
const ID = '0'.repeat(32);

const trade = { type: 'trade', market: 'M1', side: 'buy', outcome: 'YES', spend: 1_000_000n };
const cpmm = {
  mechanism: 'cpmm',
  outcomes: ['YES', 'NO'],
  deposit: 1_000_000n,
  probability: 500_000,
  bps: 200,
};
const curve = {
  mechanism: 'curve',
  fundamental: 10_000_000n,
  slope: 25_000n,
  bps: 200,
  source: 'feed',
  rules: [{ kind: 'goal', num: 27, den: 25 }],
};
const draft = {
  text: REASON,
  closing: { mode: 'manual' },
  twoPerson: false,
  refundCap: 0n,
  terms: cpmm,
};
const rally = {
  mechanism: 'rally',
  tiers: [
    { units: 0, price: 100n },
    { units: 3, price: 80n },
  ],
  maximum: 10,
  perPerson: 10,
  seller: 'sam',
  bps: 250,
};
const create = { type: 'create_market', market: 'M1', sponsor: 'treasury', draft };
const ofDraft = (more: object) => ({ ...create, draft: { ...draft, ...more } });
const ofCpmm = (more: object) => ofDraft({ terms: { ...cpmm, ...more } });
const ofCurve = (more: object) => ofDraft({ terms: { ...curve, ...more } });
const auto = { closing: { mode: 'auto' }, closesAt: 1 };
const ofRally = (more: object, drafted: object = auto) => ({
  ...ofDraft({ ...drafted, terms: { ...rally, ...more } }),
  sponsor: 'sam',
});
const tiers = (...pairs: [number, bigint][]) => ({
  tiers: pairs.map(([units, price]) => ({ units, price })),
});
const ofRule = (rule: object) => ofCurve({ rules: [rule] });
const fact = { type: 'record_fact', market: 'M1', fact: 'f1', kind: 'goal', happenedAt: 0 };
const limits = (...pairs: [string, bigint][]) => ({ type: 'set_limits', limits: pairs });

const detailOf = (command: Command): string | undefined => {
  const decision = decide(createWorld(), command, NOON);
  if (decision.kind !== 'refused' || decision.code !== 'malformed') return undefined;
  expect(decision.detail).toMatch(/./);
  return decision.detail;
};

const detailOfWish = (wish: object) =>
  detailOf({ by: 'ana', id: ID, validUntil: NOON, wish: wish as Wish });

/** Sound wishes, so that each case below is wrong in one thing only. */
const SOUND: readonly object[] = [
  trade,
  { ...trade, side: 'sell', spend: undefined, shares: 1n, getsMin: 0n },
  { ...trade, spend: undefined, shares: BIG, paysMax: BIG },
  { ...trade, getsMin: BIG },
  { ...trade, spend: 0n },
  create,
  ofDraft({ closing: { mode: 'auto' }, closesAt: 0 }),
  ofDraft({ closing: { mode: 'auto_with_buffer', minutes: 1440 }, opensAt: 0, closesAt: 1 }),
  ofDraft({ refundCap: BIG, opensAt: BOUNDS.instantMax }),
  ofCpmm({ bps: 0, probability: 10_000 }),
  ofCpmm({ bps: 1_000, probability: 990_000, outcomes: ['A_-9', 'B'], deposit: BIG }),
  ofCurve({ fundamental: 10_000n, slope: 1n, rules: [] }),
  ofCurve({ fundamental: 10n ** 12n, slope: 10n ** 12n, factCostMax: BIG, factMoveMax: BIG }),
  ofRule({ kind: 'a.b:c-d_9', add: -(10n ** 12n) }),
  ofRule({ kind: 'goal', num: 0, den: 1_000_000_000 }),
  ofRally({}),
  ofRally({ minimum: 10, ...tiers([0, 2n], [10, 1n]) }),
  ofRally({ maximum: 10 ** 9, perPerson: 10 ** 9, ...tiers([0, 10n ** 9n]) }),
  ofRally({
    maximum: 11,
    ...tiers(...Array.from({ length: 12 }, (_, n) => [n, 99n - BigInt(n)] as [number, bigint])),
  }),
  { type: 'join_rally', market: 'R1', units: 10 ** 9 },
  { type: 'edit_draft', market: 'M1', draft },
  fact,
  { type: 'undo_fact', market: 'M1', fact: 'u1', undoes: 'f1' },
  { type: 'fund', market: 'M1', amount: BIG, priceMin: 0, priceMax: 1_000_000 },
  { type: 'extend', market: 'M1', closesAt: BOUNDS.instantMax },
  { type: 'confirm', market: 'M1', verdict: { act: 'cancel', reason: REASON } },
  { type: 'open_account', account: 'x'.repeat(64) },
  { type: 'grant', to: 'treasury', amount: BIG, reason: REASON },
  { type: 'freeze_account', account: 'ana', reason: REASON },
  { type: 'grant_role', account: 'ana', role: 'seller' },
  limits(['welcome', 0n], ['fact_cost', BIG], ['payouts_per_command', 1_000n]),
  { type: 'adopt_rules', rules: 1 },
  { type: 'pay_out', market: 'M1', first: 1 },
];

const WRONG: readonly (readonly [string, object])[] = [
  ['no market', { ...trade, market: '' }],
  ['a market of 65', { ...trade, market: 'x'.repeat(65) }],
  ['a market with a dot', { ...trade, market: 'M.1' }],
  ['a market with a colon', { ...trade, market: 'M1:YES' }],
  ['a market with a line break behind it', { ...trade, market: 'M1\n' }],
  ['a mint below zero', { type: 'mint', market: 'M1', amount: -1n }],
  ['a mint over the bounds', { type: 'mint', market: 'M1', amount: BIG + 1n }],
  ['a merge below zero', { type: 'merge', market: 'M1', amount: -1n }],
  ['a funding over the bounds', { type: 'fund', market: 'M1', amount: BIG + 1n }],
  ['a grant over the bounds', { type: 'grant', to: 'ana', amount: BIG + 1n, reason: REASON }],
  ['a reason in words', { type: 'cancel', market: 'M1', reason: 'because' }],
  ['a reason in capitals', { type: 'resolve', market: 'M1', reason: 'A'.repeat(64) }],
  ['an outcome in lower case', { ...trade, outcome: 'yes' }],
  ['an outcome of 17', { ...trade, outcome: 'X'.repeat(17) }],
  ['a spend below zero', { ...trade, spend: -1n }],
  ['a spend over the bounds', { ...trade, spend: BIG + 1n }],
  ['shares over the bounds', { ...trade, spend: undefined, shares: BIG + 1n }],
  ['gets_min below zero', { ...trade, getsMin: -1n }],
  ['pays_max over the bounds', { ...trade, spend: undefined, shares: 1n, paysMax: BIG + 1n }],
  ['another side', { ...trade, side: 'short' }],
  ['spend and shares', { ...trade, shares: 1n }],
  ['neither spend nor shares', { ...trade, spend: undefined }],
  ['a sale by spend', { ...trade, side: 'sell' }],
  ['gets_min of a buy by shares', { ...trade, spend: undefined, shares: 1n, getsMin: 1n }],
  ['pays_max of a buy by spend', { ...trade, paysMax: 1n }],
  ['pays_max of a sale', { ...trade, side: 'sell', spend: undefined, shares: 1n, paysMax: 1n }],
  ['price_min below zero', { type: 'fund', market: 'M1', amount: 1n, priceMin: -1 }],
  ['price_max over a Point', { type: 'fund', market: 'M1', amount: 1n, priceMax: 1_000_001 }],
  ['price_min with a fraction', { type: 'fund', market: 'M1', amount: 1n, priceMin: 0.5 }],
  ['a kind with a space', { ...fact, kind: 'own goal' }],
  ['no kind', { ...fact, kind: '' }],
  ['a fact id of 65', { ...fact, fact: 'x'.repeat(65) }],
  ['a time below zero', { ...fact, happenedAt: -1 }],
  ['a time with a fraction', { ...fact, happenedAt: 0.5 }],
  ['a time past the year 9999', { ...fact, happenedAt: BOUNDS.instantMax + 1 }],
  ['no time at all', { ...fact, happenedAt: Number.NaN }],
  ['an undoing of itself', { type: 'undo_fact', market: 'M1', fact: 'f1', undoes: 'f1' }],
  ['an undoing of a space', { type: 'undo_fact', market: 'M1', fact: 'f1', undoes: ' ' }],
  ['an undoing without an id', { type: 'undo_fact', market: 'M1', fact: '', undoes: 'f1' }],
  ['a text in words', ofDraft({ text: 'Who wins?' })],
  ['opens_at with a fraction', ofDraft({ opensAt: 0.5 })],
  ['closes_at past the year 9999', ofDraft({ closesAt: BOUNDS.instantMax + 1 })],
  ['a sponsor with a dot', { ...create, sponsor: 'a.b' }],
  ['a market named points', { ...create, market: 'points' }],
  ['bps below zero', ofCpmm({ bps: -1 })],
  ['bps over 1,000', ofCpmm({ bps: 1_001 })],
  ['bps with a fraction', ofCurve({ bps: 0.5 })],
  ['a refund cap below zero', ofDraft({ refundCap: -1n })],
  ['a refund cap over the bounds', ofDraft({ refundCap: BIG + 1n })],
  ['auto without closes_at', ofDraft({ closing: { mode: 'auto' } })],
  ['a buffer without closes_at', ofDraft({ closing: { mode: 'auto_with_buffer', minutes: 5 } })],
  ['a buffer of 0', ofDraft({ closing: { mode: 'auto_with_buffer', minutes: 0 }, closesAt: 1 })],
  [
    'a buffer of 1441',
    ofDraft({ closing: { mode: 'auto_with_buffer', minutes: 1441 }, closesAt: 1 }),
  ],
  [
    'a buffer of 1.5',
    ofDraft({ closing: { mode: 'auto_with_buffer', minutes: 1.5 }, closesAt: 1 }),
  ],
  ['opens_at at closes_at', ofDraft({ opensAt: 5, closesAt: 5 })],
  ['one outcome', ofCpmm({ outcomes: ['YES'] })],
  ['three outcomes', ofCpmm({ outcomes: ['A', 'B', 'C'] })],
  ['one outcome twice', ofCpmm({ outcomes: ['YES', 'YES'] })],
  ['an outcome in lower case', ofCpmm({ outcomes: ['YES', 'no'] })],
  ['a deposit under a Point', ofCpmm({ deposit: 999_999n })],
  ['a deposit over the bounds', ofCpmm({ deposit: BIG + 1n })],
  ['a probability under 0.01', ofCpmm({ probability: 9_999 })],
  ['a probability over 0.99', ofCpmm({ probability: 990_001 })],
  ['a probability with a fraction', ofCpmm({ probability: 500_000.5 })],
  ['F under 0.01', ofCurve({ fundamental: 9_999n })],
  ['F over a million', ofCurve({ fundamental: 10n ** 12n + 1n })],
  ['m of 0', ofCurve({ slope: 0n })],
  ['m over a million', ofCurve({ slope: 10n ** 12n + 1n })],
  ['a source with a dot', ofCurve({ source: 'a.b' })],
  ['a cost cap below zero', ofCurve({ factCostMax: -1n })],
  ['a cost cap over the bounds', ofCurve({ factCostMax: BIG + 1n })],
  ['a move cap below zero', ofCurve({ factMoveMax: -1n })],
  ['a move cap over the bounds', ofCurve({ factMoveMax: 10n ** 39n })],
  [
    '33 rules',
    ofCurve({ rules: Array.from({ length: 33 }, (_, n) => ({ kind: `k${n}`, add: 1n })) }),
  ],
  [
    'two rules for a kind',
    ofCurve({
      rules: [
        { kind: 'k', add: 1n },
        { kind: 'k', num: 1, den: 1 },
      ],
    }),
  ],
  ['a rule of no kind', ofRule({ kind: '', add: 1n })],
  ['a rule that adds too much', ofRule({ kind: 'k', add: 10n ** 12n + 1n })],
  ['a rule that takes too much', ofRule({ kind: 'k', add: -(10n ** 12n) - 1n })],
  ['a rule over 0', ofRule({ kind: 'k', num: 1, den: 0 })],
  ['a rule below zero', ofRule({ kind: 'k', num: -1, den: 1 })],
  ['a rule with a fraction', ofRule({ kind: 'k', num: 1.08, den: 1 })],
  ['a rule past its bound', ofRule({ kind: 'k', num: 1, den: 1_000_000_001 })],
  ['no tier', ofRally(tiers())],
  [
    '13 tiers',
    ofRally({
      maximum: 20,
      ...tiers(...Array.from({ length: 13 }, (_, n) => [n, 99n - BigInt(n)] as [number, bigint])),
    }),
  ],
  ['a first tier from 1', ofRally(tiers([1, 2n]))],
  ['two tiers from one number of units', ofRally(tiers([0, 3n], [3, 2n], [3, 1n]))],
  ['tiers whose units fall', ofRally(tiers([0, 3n], [3, 2n], [2, 1n]))],
  ['a tier that costs the same', ofRally(tiers([0, 2n], [3, 2n]))],
  ['a tier that costs more', ofRally(tiers([0, 2n], [3, 3n]))],
  ['a tier for nothing', ofRally(tiers([0, 2n], [3, 0n]))],
  ['a tier past the maximum', ofRally(tiers([0, 2n], [11, 1n]))],
  ['a tier from half a unit', ofRally(tiers([0, 2n], [0.5, 1n]))],
  ['a maximum of 0', ofRally({ maximum: 0, perPerson: 0, ...tiers([0, 2n]) })],
  ['a maximum over 10^9', ofRally({ maximum: 10 ** 9 + 1 })],
  ['all at the first price over the bounds', ofRally(tiers([0, 10n ** 17n + 1n]))],
  ['a minimum of 0', ofRally({ minimum: 0 })],
  ['a minimum over the maximum', ofRally({ minimum: 11 })],
  ['nothing for anyone', ofRally({ perPerson: 0 })],
  ['more for one than there is', ofRally({ perPerson: 11 })],
  ['a seller with a dot', ofRally({ seller: 'a.b' })],
  ['a seller who is not the sponsor', { ...ofRally({}), sponsor: 'treasury' }],
  ['house bps over 1,000', ofRally({ bps: 1_001 })],
  ['a rally without an end', ofRally({}, {})],
  [
    'a rally with a buffer',
    ofRally({}, { closing: { mode: 'auto_with_buffer', minutes: 5 }, closesAt: 1 }),
  ],
  ['a rally closed by hand', ofRally({}, { closing: { mode: 'manual' }, closesAt: 1 })],
  ['a join of nothing', { type: 'join_rally', market: 'R1', units: 0 }],
  ['a join of half a unit', { type: 'join_rally', market: 'R1', units: 1.5 }],
  ['a join over 10^9', { type: 'join_rally', market: 'R1', units: 10 ** 9 + 1 }],
  ['extend to no time', { type: 'extend', market: 'M1', closesAt: Number.POSITIVE_INFINITY }],
  [
    'a verdict without a reason',
    { type: 'confirm', market: 'M1', verdict: { act: 'cancel', reason: '' } },
  ],
  ['an account with a space', { type: 'open_account', account: 'a b' }],
  ['an account named system', { type: 'open_account', account: SYSTEM }],
  ['an account named treasury', { type: 'open_account', account: 'treasury' }],
  ['a grant to nobody', { type: 'grant', to: '', amount: 1n, reason: REASON }],
  ['a freeze of nobody', { type: 'freeze_account', account: '', reason: REASON }],
  ['a thaw of nobody', { type: 'unfreeze_account', account: 'a:b', reason: REASON }],
  ['a role that is none', { type: 'grant_role', account: 'ana', role: 'king' }],
  ['a role of nobody', { type: 'revoke_role', account: '', role: 'admin' }],
  ['no limits', limits()],
  ['a limit twice', limits(['welcome', 1n], ['welcome', 1n])],
  ['a limit that is none', limits(['wealth', 1n])],
  ['a limit of every object', limits(['constructor', 1n])],
  ['a limit below zero', limits(['welcome', -1n])],
  ['a limit over the bounds', limits(['fact_cost', BIG + 1n])],
  ['no payouts in a command', limits(['payouts_per_command', 0n])],
  ['too many payouts in a command', limits(['payouts_per_command', 1_001n])],
  ['no deadlines in a tick', limits(['deadlines_per_tick', 0n])],
  ['rules this build does not know', { type: 'adopt_rules', rules: 2 }],
  ['rules 0', { type: 'adopt_rules', rules: 0 }],
  ['rules with a fraction', { type: 'adopt_rules', rules: 0.5 }],
  ['a payout from position 0', { type: 'pay_out', market: 'M1', first: 0 }],
  ['a payout from between', { type: 'pay_out', market: 'M1', first: 1.5 }],
];

const mint = { type: 'mint', market: 'M1', amount: 1_000n } as Wish;

const ENVELOPES: readonly (readonly [string, object])[] = [
  ['nobody', { by: '', id: ID, validUntil: NOON, wish: mint }],
  ['somebody with a dot', { by: 'a.b', id: ID, validUntil: NOON, wish: mint }],
  ['no id', { by: 'ana', wish: mint }],
  ['no id of the system, where one is needed', { by: SYSTEM, wish: mint }],
  ['a tick of a player without an id', { by: 'ana', wish: { type: 'tick' } }],
  ['an id of 31 digits', { by: 'ana', id: '0'.repeat(31), validUntil: NOON, wish: mint }],
  ['an id of 33 digits', { by: 'ana', id: '0'.repeat(33), validUntil: NOON, wish: mint }],
  ['an id in capitals', { by: 'ana', id: 'A'.repeat(32), validUntil: NOON, wish: mint }],
  ['no valid_until', { by: 'ana', id: ID, wish: mint }],
  ['valid_until with a fraction', { by: 'ana', id: ID, validUntil: NOON + 0.5, wish: mint }],
  ['valid_until below zero', { by: 'ana', id: ID, validUntil: -1, wish: mint }],
  ['valid_until too far ahead', { by: 'ana', id: ID, validUntil: NOON + 600_001, wish: mint }],
];

describe('[D7] [G1] what is not well formed is refused before anything is looked up', () => {
  test.each(WRONG)('%s', (_what, wish) => {
    expect(detailOfWish(wish)).toBeDefined();
  });

  test.each(ENVELOPES)('by or under %s', (_what, command) => {
    expect(detailOf(command as Command)).toBeDefined();
  });

  test.each(SOUND.map((wish) => [(wish as Wish).type, wish] as const))(
    'a sound %s passes',
    (_type, wish) => {
      expect(detailOfWish(wish)).toBeUndefined();
    },
  );

  test('valid_until exactly 10 minutes ahead passes', () => {
    expect(detailOf({ by: 'ana', id: ID, validUntil: NOON + 600_000, wish: mint })).toBeUndefined();
  });
});
