/**
 * The life of a rally: everyone waits, everyone pays the same.
 *
 * Long because it is one table after the other, a rule each.
 */
import { expect, test } from 'vitest';
import { type LimitName, micro, rallyState, receiptView, SYSTEM } from '../../src/index.js';
import { marketDetailView, marketView, pricesOf } from '../../src/view/market.js';
import { meView, positionView } from '../../src/view/account.js';
import { happeningsOf, happeningView } from '../../src/view/happening.js';
import { orderView } from '../../src/view/order.js';
import { decodeEntry } from '../../src/wire.js';
import { textOf } from '../live.js';
import { CAST, story, tell } from '../story.js';

const PEOPLE = `
  ${CAST}
  system registers  sam
  system registers  sid
  system appoints   sam seller
  system appoints   sid seller
`;
const drafted = (more = 'max=10 each=10') => `
  ${PEOPLE}
  eve  drafts   R1 rally 0:100,3:80,5:60 seller=sam closes=13:00 ${more}
  eve  opens    R1
`;
const OPEN = drafted();

story(
  '[G1] [G2] [G4] a threshold is reached at ≥, and a pledge pays the price that holds with it in',
  `
  ${OPEN}
  ana  joins    R1 2     -> does joined
  ana  has      800                       # 2 at 100
  ana  has      2 R1:UNIT
  bob  joins    R1 1     -> units 1 added 1
  bob  has      920                       # the third unit brings 80
  cid  joins    R1 2     -> ok
  cid  has      880                       # the fifth 60
  escrow:R1 has 400
  ana  net      R1 200
  R1   owes     400
  books balance
`,
);

story(
  '[G3] joining names the total: twice is once, more adds, less is not to be had',
  `
  ${OPEN}
  ana  [k1] joins R1 3   -> added 3
  ana  [k2] joins R1 3   -> again 23       # another id, the same wish
  ana  [k1] joins R1 3   -> again 23
  ana  [k1] joins R1 4   -> command_id_reused
  ana  joins    R1 5     -> units 5 added 2
  ana  has      640                        # 3 at 80 and 2 at 60
  ana  joins    R1 5     -> again 24
  ana  joins    R1 2     -> pledge_is_binding
  ana  joins    R1 3     -> pledge_is_binding
  ana  has      5 R1:UNIT
  eve  pauses   R1
  ana  joins    R1 5     -> again 24       # whatever came since
  ana  joins    R1 6     -> paused
  eve  cancels  R1
  clock pays    everyone
  ana  joins    R1 5     -> again 24
  ana  joins    R1 6     -> final
  ana  has      1000
`,
);

story(
  '[G5] [G6] no more than is left, no more than one may have',
  `
  ${drafted('max=10 each=6')}
  ana  joins    R1 7     -> over_cap
  ana  joins    R1 6     -> ok
  bob  joins    R1 5     -> sold_out
  bob  joins    R1 3     -> ok
  ana  joins    R1 7     -> over_cap
  ana  joins    R1 8     -> sold_out       # 1 is left
  R1   is       open
  escrow:R1 has 540
`,
);

test('[G5] sold out says how many are left', () => {
  const live = tell(`${drafted('max=10 each=6')}\n ana joins R1 6`);
  const left = live.try('bob', { type: 'join_rally', market: 'R1', units: 5 });
  expect(left).toMatchObject({ code: 'sold_out', detail: '4 units are left.' });
});

story(
  '[G7] the seller does not join, and nobody without the Points',
  `
  ${OPEN}
  system grants sam 1000
  sam  joins    R1 1     -> not_allowed
  sid  joins    R1 1     -> insufficient_points
  system grants sid 99.999999
  sid  joins    R1 1     -> insufficient_points
  ana  joins    R1 2     -> ok
  sid  joins    R1 1     -> ok             # at 80 it can be paid
  sid  has      19.999999
`,
);

story(
  '[G8] it ends by itself, at its end: in that very millisecond a join is refused',
  `
  ${OPEN}
  ana  joins    R1 2
  at 12:59:59.999
  bob  joins    R1 1     -> ok
  at 13:00
  cid  joins    R1 2     -> closed         # the tick has not run yet
  ana  joins    R1 2     -> again 23
  eve  cancels  R1       -> closed         # its end has come: nobody is asked
  eve  extends  R1 14:00 -> closed
  clock ticks            -> does market_resolved
  R1   is       resolved
  cid  joins    R1 2     -> final
  eve  cancels  R1       -> final
  clock pays    everyone
  ana  has      840
  bob  has      920
  cid  has      1000
`,
);

story(
  '[G8] pausing stops joins, not the clock',
  `
  ${OPEN}
  ana  joins    R1 2
  eve  pauses   R1
  bob  joins    R1 1     -> paused
  eve  resumes  R1
  bob  joins    R1 1     -> ok
  eve  pauses   R1
  at 13:00
  eve  resumes  R1       -> closed
  clock ticks            -> does market_resolved
  clock pays    everyone
  R1   is       settled
  ana  has      840
`,
);

story(
  '[G9] with the last unit it is over at once, in the same entry',
  `
  ${drafted('max=5 each=5')}
  ana  joins    R1 3     -> does joined
  bob  joins    R1 2     -> does joined market_resolved
  R1   is       resolved
  ana  joins    R1 3     -> again 23
  cid  joins    R1 1     -> final
  clock ticks            -> nothing_due
  clock pays    everyone
  ana  has      820
  bob  has      880
  sam  has      292.5
  at 13:00
  clock ticks            -> nothing_due    # its deadline went with it
`,
);

story(
  '[G10] below the minimum everything comes back, in full',
  `
  ${drafted('max=10 each=10 min=4')}
  ana  joins    R1 2
  bob  joins    R1 1
  at 13:00
  clock ticks            -> does market_cancelled
  clock pays    everyone
  R1   is       refunded
  ana  has      1000
  bob  has      1000
  ana  paid     R1 200
  sam  has      0
  house:fees has 0
  escrow:R1 has 0
  ana  has      0 R1:UNIT
`,
);

story(
  '[G10] exactly the minimum is enough',
  `
  ${drafted('max=10 each=10 min=4')}
  ana  joins    R1 4
  at 13:00
  clock ticks            -> does market_resolved
`,
);

story(
  '[G10] with nobody in it, it is over at once',
  `
  ${OPEN}
  at 13:00
  clock ticks            -> does market_cancelled market_refunded
  R1   is       refunded
`,
);

story(
  '[G11] [G12] one price for all; the seller gets the sum less the fee with the last chunk',
  `
  ${OPEN}
  system limits payouts_per_command=1
  ana  joins    R1 2
  bob  joins    R1 1
  cid  joins    R1 2
  at 13:00
  clock ticks
  fees:R1 has   7.5                        # waits beside the seller's part
  escrow:R1 has 392.5
  clock pays    R1 from 2 -> nothing_due
  clock pays    R1 from 1 -> does paid_out
  ana  paid     R1 80
  sam  has      0
  clock pays    R1 from 1 -> nothing_due
  clock pays    R1 from 2 -> ok
  clock pays    R1 from 3 -> does paid_out market_settled
  ana  has      880
  bob  has      940
  cid  has      880
  cid  paid     R1 0
  sam  has      292.5
  house:fees has 7.5
  escrow:R1 has 0
  fees:R1 has   0
`,
);

story(
  '[G12] the house rounds its part up',
  `
  ${PEOPLE}
  sam  drafts   R1 rally 0:0.000039 seller=sam closes=13:00 max=3 bps=250
  eve  opens    R1
  ana  joins    R1 1
  at 13:00
  clock ticks
  clock pays    everyone
  house:fees has 0.000001                  # of 0.000000975
  sam  has      0.000038
`,
);

story(
  '[G13] nobody closes or resolves it, and it has no other verbs',
  `
  ${OPEN}
  eve  drafts   M1 cpmm 100
  eve  drafts   S1 curve 10 0.025
  eve  opens    M1
  eve  opens    S1
  eve  closes   R1              -> not_supported
  eve  resolves R1 at 60        -> not_supported
  max  confirms R1 resolve at 5 -> not_supported
  ana  buys     R1 10           -> not_supported
  ana  buys     R1 UNIT 10      -> not_supported
  ana  sells    R1 1            -> not_supported
  ana  mints    R1 1            -> not_supported
  ana  merges   R1 1            -> not_supported
  eve  funds    R1 1            -> not_supported
  feed reports  R1 f1 goal      -> not_supported
  feed undoes   R1 u1 f1        -> not_supported
  ana  joins    M1 1            -> not_supported
  ana  joins    S1 1            -> not_supported
  system joins  R1 1            -> not_allowed
`,
);

story(
  '[G14] its end may move until someone joined',
  `
  ${OPEN}
  eve  extends  R1 13:30 -> ok
  ana  joins    R1 1
  eve  extends  R1 14:00 -> pledge_is_binding
  at 13:30
  clock ticks            -> does market_resolved
`,
);

story(
  '[G15] the seller may cancel below the minimum, an admin always',
  `
  ${drafted('max=10 each=10 min=3')}
  sam  drafts   R2 rally 0:100 seller=sam closes=13:00 max=10
  sam  cancels  R2       -> does market_cancelled market_refunded
  ana  joins    R1 2
  ana  cancels  R1       -> not_allowed
  sid  cancels  R1       -> not_allowed
  bob  joins    R1 1
  sam  cancels  R1       -> not_allowed
  eve  cancels  R1       -> does market_cancelled
  clock pays    everyone
  ana  has      1000
  bob  has      1000
  sam  has      0
`,
);

story(
  '[G15] below it his word is enough',
  `
  ${drafted('max=10 each=10 min=3')}
  ana  joins    R1 2
  sam  cancels  R1       -> does market_cancelled
  clock pays    everyone
  ana  has      1000
`,
);

story(
  '[G15] where two must agree, a seller proposes and an admin confirms',
  `
  ${drafted('max=10 each=10 min=3 two=yes')}
  ana  joins    R1 2
  sam  cancels  R1         -> does verdict_proposed
  sam  confirms R1 cancel  -> not_allowed
  max  confirms R1 cancel  -> does market_cancelled
  clock pays    everyone
  ana  has      1000
`,
);

story(
  '[G16] a seller puts up his own, an admin anyone’s; the draft keeps its seller',
  `
  ${PEOPLE}
  ana  drafts   R1 rally 0:100 seller=ana closes=13:00 max=10   -> not_allowed
  sid  drafts   R1 rally 0:100 seller=sam closes=13:00 max=10   -> not_allowed
  sid  drafts   M1 cpmm 100                                     -> not_allowed
  sam  drafts   R1 rally 0:100 seller=sam closes=13:00 max=10   -> ok
  eve  drafts   R2 rally 0:100 seller=bob closes=13:00 max=10   -> ok
  eve  drafts   R3 rally 0:100 seller=zoe closes=13:00 max=10   -> account_unknown
  eve  edits    R1 rally 0:90 seller=sid closes=13:00 max=10    -> not_supported
  eve  edits    R1 rally 0:90 seller=sam closes=13:00 max=10    -> ok
  eve  edits    R1 cpmm 100                                     -> not_supported
  sam  edits    R1 rally 0:80 seller=sam closes=13:00 max=10    -> not_allowed
  system dismisses sam seller
  sam  cancels  R1                                              -> not_allowed
  sam  drafts   R4 rally 0:100 seller=sam closes=13:00 max=10   -> not_allowed
  eve  opens    R1
  ana  joins    R1 1     -> ok
  ana  has      910
`,
);

story(
  '[G17] [X9] join, then cancel, in one millisecond: all comes back',
  `
  ${drafted('max=5 each=5 min=5')}
  ana  joins    R1 4     -> ok
  sam  cancels  R1       -> ok
  bob  joins    R1 1     -> final
  clock pays    everyone
  ana  has      1000
  bob  has      1000
`,
);

story(
  '[G17] [X9] the join that reaches the maximum, then cancel: it is sold, and the cancel too late',
  `
  ${drafted('max=5 each=5 min=5')}
  ana  joins    R1 4     -> ok
  bob  joins    R1 1     -> does joined market_resolved
  sam  cancels  R1       -> final
  eve  cancels  R1       -> final
  clock pays    everyone
  ana  has      760
  bob  has      940
  sam  has      292.5
`,
);

story(
  '[G18] the frozen stay in: a pledge binds, and what is due arrives',
  `
  ${OPEN}
  ana  joins    R1 2
  bob  joins    R1 3
  eve  freezes  ana
  eve  freezes  sam
  ana  joins    R1 3     -> account_frozen
  at 13:00
  clock ticks            -> does market_resolved
  clock pays    everyone
  ana  has      880
  sam  has      292.5
`,
);

story(
  '[G8] a draft opens by the clock, and a late tick opens it before the next ends it',
  `
  ${PEOPLE}
  sam  drafts   R1 rally 0:100 seller=sam opens=12:30 closes=13:00 max=10
  ana  joins    R1 1     -> not_open
  at 12:30
  clock ticks            -> does market_opened
  ana  joins    R1 1     -> ok
  sam  drafts   R2 rally 0:100 seller=sam opens=12:31 closes=13:00 max=10
  at 13:01
  clock ticks            -> does market_opened market_resolved
  clock ticks            -> does market_cancelled market_refunded
`,
);

const SOLD = `
  ${OPEN}
  ana  joins    R1 2
  bob  joins    R1 1
`;

test('[G19] a receipt says what each paid, the tier reached, and where it stands', () => {
  const live = tell(SOLD);
  const market = () => live.world.markets.get('R1') as never;
  expect(receiptView(market())).toBeUndefined();
  tell('cid joins R1 2\n at 13:00\n clock ticks', live);
  const told = receiptView(market());
  expect(told).toEqual({
    market: 'R1',
    outcome: 'sold',
    units: 5,
    price: '60',
    sum: '300',
    fee: '7.5',
    seller: 'sam',
    seller_gets: '292.5',
    members: [
      { account: 'ana', units: 2, held: '200', pays: '120', back: '80', seq: 23 },
      { account: 'bob', units: 1, held: '80', pays: '60', back: '20', seq: 24 },
      { account: 'cid', units: 2, held: '120', pays: '120', back: '0', seq: 25 },
    ],
    seq: 26,
  });
  live.payAll();
  expect({ ...receiptView(market()), seq: 26 }).toEqual(told);
});

test('[G19] of a rally that was cancelled: nothing paid, everything back', () => {
  const live = tell(`${SOLD}\n eve cancels R1\n clock pays everyone`);
  const told = receiptView(live.world.markets.get('R1') as never);
  expect(told).toMatchObject({ outcome: 'refunded', price: '0', sum: '0', seller_gets: '0' });
  expect(told?.members[0]).toMatchObject({ held: '200', pays: '0', back: '200' });
});

test('[G20] while it runs its price is that of its units, and the next tier is named', () => {
  const live = tell(SOLD);
  const market = live.world.markets.get('R1') as never;
  const { books } = live.world;
  const view = marketView(market, books);
  expect(view).toMatchObject({
    mechanism: 'rally@1',
    price: '80',
    opening_price: '100',
    outcomes: [{ price: '80', held: '3' }],
    sponsor: 'sam',
    escrow: '280',
    rally: { units: 3, minimum: 1, maximum: 10, per_person: 10, next: { units: 5, price: '60' } },
  });
  expect(marketDetailView(market, books).draft.terms).toEqual({
    mechanism: 'rally',
    tiers: [
      { units: 0, price: '100' },
      { units: 3, price: '80' },
      { units: 5, price: '60' },
    ],
    minimum: 1,
    maximum: 10,
    per_person: 10,
    seller: 'sam',
    fee_bps: 250,
  });
  const ana = live.world.accounts.get('ana') as never;
  expect(positionView(live.world, ana, market)).toMatchObject({
    shares: [{ shares: '2', price: '80', value: '160' }],
    value: '200',
    net: '200',
    profit: '0',
  });
  expect(meView(live.world, ana).positions).toHaveLength(1);
  tell('at 13:00\n clock ticks\n clock pays everyone', live);
  expect(pricesOf(market, books)).toEqual([80_000_000n]);
  expect(marketView(market, books).rally).toMatchObject({ units: 3 });
  expect(marketDetailView(market, books)).toMatchObject({ resolution: { units: 3 } });
  expect(positionView(live.world, ana, market)).toMatchObject({ paid: '40', profit: '-160' });
});

test('[G20] a cancelled one shows what it opened with, whatever is still to be refunded', () => {
  const live = tell(`${SOLD}\n eve cancels R1`);
  const market = live.world.markets.get('R1') as never;
  expect(pricesOf(market, live.world.books)).toEqual([100_000_000n]);
  expect(marketView(market, live.world.books).rally).toMatchObject({ units: 3 });
});

test('[G20] a join is told to everyone who watches the rally', () => {
  const live = tell(SOLD);
  const entry = decodeEntry(live.lines.at(-1) ?? '');
  const [event] = happeningsOf(entry).get('market/R1') ?? [];
  if (!event) throw new Error('nobody is told');
  expect(happeningView(entry, event, 'market/R1')).toMatchObject({
    type: 'joined',
    account: 'bob',
    units: 1,
    added: 1,
    pays: '80',
  });
  expect(happeningView(entry, event, 'account/bob')).toMatchObject({ points: '-80' });
});

test('[G20] a join is an order: what it added, what that can cost, and the total', () => {
  const live = tell(`${OPEN}\n ana joins R1 2\n ana joins R1 5`);
  expect(orderView(decodeEntry(live.lines.at(-1) ?? ''))).toMatchObject({
    type: 'join',
    market: 'R1',
    account: 'ana',
    pays: '180',
    gets: '3',
    fee: '0',
    units: 5,
  });
});

test('[G20] whoever watches a rally sees how far it is; of another market there is no such thing', () => {
  const live = tell(SOLD);
  const { books, markets } = live.world;
  const rally = markets.get('R1') as never;
  const state = { id: 'R1', price: '80', units: 3, minimum: 1, maximum: 10, members: 2 };
  expect(rallyState(rally, books)).toMatchObject({ ...state, status: 'open' });
  tell('at 13:00\n clock ticks\n clock pays everyone', live);
  expect(rallyState(rally, books)).toMatchObject({ ...state, status: 'settled' });
  tell('eve drafts M1 cpmm 100', live);
  expect(rallyState(markets.get('M1') as never, books)).toBeUndefined();
});

test('[G19] a receipt can be read in parts, or for one member', () => {
  const live = tell(`${SOLD}\n cid joins R1 2\n at 13:00\n clock ticks`);
  const market = live.world.markets.get('R1') as never;
  const all = receiptView(market)?.members ?? [];
  expect(receiptView(market, { first: 2, count: 1 })?.members).toEqual([all[1]]);
  expect(receiptView(market, { first: 3, count: 9 })?.members).toEqual([all[2]]);
  expect(receiptView(market, { account: 'bob' })?.members).toEqual([all[1]]);
  expect(receiptView(market, { account: 'sam' })?.members).toEqual([]);
});

test('[G9] the largest rally there can be stays within bounds', () => {
  const live = tell(PEOPLE);
  const most = 10n ** 18n - live.world.books.issued('points');
  const amount = micro(most);
  live.run(SYSTEM, { type: 'set_limits', limits: ['grant_per_call', 'grant_per_day'].map(atMost) });
  live.run(SYSTEM, { type: 'grant', to: 'ana', amount, reason: textOf('all there is') });
  tell(
    `
    sam  drafts   R1 rally 0:999,1000000000:998 seller=sam closes=13:00 max=1000000000
    eve  opens    R1
    ana  joins    R1 1000000000 -> does joined market_resolved
    clock pays    everyone
    sam  has      973050000000
    `,
    live,
  );
});

const atMost = (name: string) => [name as LimitName, 10n ** 18n] as const;

story(
  '[G24] a seller’s own draft takes the usual fee, asks for no second person, and ends within 92 days',
  `
  ${CAST}
  system registers sam
  system appoints sam seller
  sam  drafts  R1 rally 0:10 seller=sam max=9 closes=13:00 bps=0        -> not_allowed
  sam  drafts  R1 rally 0:10 seller=sam max=9 closes=13:00 two=yes      -> not_allowed
  sam  drafts  R1 rally 0:10 seller=sam max=9 closes=13:00 cap=1        -> not_allowed
  sam  drafts  R1 rally 0:10 seller=sam max=9 closes=+92d12:00:00.001   -> not_allowed
  sam  drafts  R1 rally 0:10 seller=sam max=9 closes=13:00 bps=250      -> ok
  sam  drafts  R2 rally 0:10 seller=sam max=9 closes=13:00 bps=usual    -> ok
  eve  drafts  R3 rally 0:10 seller=sam max=9 closes=13:00 bps=0 cap=1 two=yes -> ok
  `,
);

story(
  '[G25] a seller’s word does not put aside what an admin has proposed',
  `
  ${CAST}
  system registers sam
  system appoints sam seller
  eve  drafts   R1 rally 0:10 seller=sam max=9 min=3 closes=13:00 two=yes
  eve  opens    R1
  ana  joins    R1 1
  sam  cancels  R1 because=mine      -> ok
  eve  cancels  R1 because=unsafe    -> ok
  sam  cancels  R1 because=mine      -> not_allowed
  max  confirms R1 cancel because=unsafe -> does market_cancelled
  `,
);
