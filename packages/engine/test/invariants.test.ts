/**
 * Every law goes red when its world is broken by hand, and says where.
 *
 * Long because there is a planted fault for every law.
 */
import { describe, expect, test } from 'vitest';
import { checkInvariants, INVARIANTS, type World } from '../src/index.js';
import type { AccountName } from '../src/ledger/account.js';
import type { Market } from '../src/market/market.js';
import { micro } from '../src/math/amount.js';
import { LmsrPool } from '../src/mechanism/lmsr.js';
import { CAST, tell } from './story.js';

/** A market in each state that has something to break, with fees, facts and losses in them. */
const STAGE = `
  ${CAST}
  eve  drafts   M1 cpmm 100
  eve  drafts   M2 cpmm 100
  eve  drafts   M3 cpmm 100
  eve  drafts   M4 cpmm 100
  eve  cancels  M4
  eve  drafts   S1 curve 10 0.025
  eve  drafts   L1 lmsr 100 outcomes=A,B,C
  eve  opens    M1
  eve  opens    M2
  eve  opens    S1
  eve  opens    L1
  ana  buys     M1 YES 10
  bob  buys     M1 NO 20
  ana  buys     M2 YES 10
  ana  buys     S1 10 shares
  ana  buys     L1 A 10
  feed reports  S1 f1 goal
  eve  closes   M2
  eve  resolves M2 YES
  clock pays    everyone
  eve  drafts   R1 rally 0:100,3:80 seller=max max=9 closes=13:00
  eve  drafts   R2 rally 0:100,3:80 seller=max max=3 closes=13:00
  eve  drafts   R3 rally 0:100,3:80 seller=max max=3 closes=13:00
  eve  opens    R1
  eve  opens    R2
  eve  opens    R3
  ana  joins    R1 1
  bob  joins    R1 2
  ana  joins    R2 1
  bob  joins    R2 2
  clock pays    everyone
  ana  joins    R3 1
  bob  joins    R3 2
`;

type Name = keyof typeof INVARIANTS;

/** Moves an asset without a second side, as no transfer can. */
function conjure(world: World, account: AccountName, asset: string, amount: bigint): void {
  const { books } = world;
  books.post({ from: 'player:nobody', to: account, asset, amount: micro(amount) });
  // The other side is hidden from whoever walks the books.
  const accounts = books.accounts.bind(books);
  books.accounts = function* shown(): ReturnType<typeof accounts> {
    for (const name of accounts()) if (name !== 'player:nobody') yield name;
  };
}

const marketOf = (world: World, id: string): Market => {
  const market = world.markets.get(id);
  if (!market) throw new Error(`there is no ${id}`);
  return market;
};

const positionOf = (world: World, id: string) =>
  marketOf(world, id).holders[0] as { net: bigint; number: number };

/** [what was done, how, the laws that must go red]. */
const PLANTED: readonly (readonly [string, (world: World) => void, readonly Name[]])[] = [
  [
    'a leaked micro-Point',
    (world) => conjure(world, 'player:ana', 'points', 1n),
    ['points_are_conserved'],
  ],
  [
    'a leaked microshare',
    (world) => conjure(world, 'player:ana', 'M1:YES', 1n),
    ['shares_are_conserved'],
  ],
  [
    'a player who owes',
    ({ books }) =>
      books.post({ from: 'player:zed', to: 'house:treasury', asset: 'points', amount: micro(1n) }),
    ['nobody_but_the_mint_owes'],
  ],
  [
    'an escrow that owes shares',
    ({ books }) =>
      books.post({ from: 'escrow:M1', to: 'player:ana', asset: 'M1:NO', amount: micro(1n) }),
    ['nobody_but_the_mint_owes'],
  ],
  [
    'a balance past its bound',
    ({ books }) =>
      books.post({ from: 'mint', to: 'player:ana', asset: 'points', amount: micro(10n ** 18n) }),
    ['everything_within_bounds'],
  ],
  [
    'a net past its bound',
    (world) => {
      positionOf(world, 'M1').net = -(10n ** 18n) - 1n;
    },
    ['everything_within_bounds', 'due_is_the_sum_of_losses'],
  ],
  [
    'collateral that went elsewhere',
    ({ books }) =>
      books.post({ from: 'escrow:M1', to: 'player:ana', asset: 'points', amount: micro(1n) }),
    ['collateral_matches_outstanding'],
  ],
  [
    'collateral that was all taken',
    ({ books }) => {
      const amount = books.balance('escrow:M1', 'points');
      books.post({ from: 'escrow:M1', to: 'player:ana', asset: 'points', amount });
    },
    ['collateral_matches_outstanding', 'collateral_covers_every_outcome'],
  ],
  [
    'collateral that covers every outcome, and not the cost of all',
    ({ books }) => {
      const amount = micro(books.balance('escrow:L1', 'points') - books.issued('L1:A'));
      books.post({ from: 'escrow:L1', to: 'player:ana', asset: 'points', amount });
    },
    ['collateral_covers_the_cost_function'],
  ],
  [
    'a micro-Point taken from what just covers the cost of all',
    ({ books }) => {
      const held = ['L1:A', 'L1:B', 'L1:C'].map((asset) => books.issued(asset));
      const cost = new LmsrPool(held, micro(100_000_000n)).cost();
      const amount = micro(books.balance('escrow:L1', 'points') - cost + 1n);
      books.post({ from: 'escrow:L1', to: 'player:ana', asset: 'points', amount });
    },
    ['collateral_covers_the_cost_function'],
  ],
  [
    'an outcome of three that is not covered',
    ({ books }) => {
      const amount = micro(books.balance('escrow:L1', 'points') - books.issued('L1:A') + 1n);
      books.post({ from: 'escrow:L1', to: 'player:ana', asset: 'points', amount });
    },
    ['collateral_covers_every_outcome', 'collateral_covers_the_cost_function'],
  ],
  [
    'a reserve that was emptied',
    ({ books }) => {
      const amount = books.balance('pool:M1', 'M1:YES');
      books.post({ from: 'pool:M1', to: 'player:ana', asset: 'M1:YES', amount });
    },
    ['reserves_stay_positive', 'open_prices_sum_to_one'],
  ],
  [
    'a reserve that is not the area',
    ({ books }) =>
      books.post({ from: 'house:treasury', to: 'escrow:S1', asset: 'points', amount: micro(1n) }),
    ['reserve_is_the_area'],
  ],
  [
    'a fact that moved F twice',
    (world) => {
      const market = marketOf(world, 'S1');
      market.fundamental += market.facts.get('f1')?.applied ?? 0n;
    },
    ['a_fact_moves_once', 'reserve_is_the_area'],
  ],
  [
    'a fact that was forgotten',
    (world) => marketOf(world, 'S1').facts.delete('f1'),
    ['a_fact_moves_once'],
  ],
  [
    'a wrong due',
    (world) => {
      marketOf(world, 'M1').due = micro(marketOf(world, 'M1').due + 1n);
    },
    ['due_is_the_sum_of_losses'],
  ],
  [
    'a settled market with a Point in escrow',
    ({ books }) =>
      books.post({ from: 'house:treasury', to: 'escrow:M2', asset: 'points', amount: micro(1n) }),
    ['settled_markets_hold_nothing'],
  ],
  [
    'a refunded market with a Point in escrow',
    ({ books }) =>
      books.post({ from: 'house:treasury', to: 'escrow:M4', asset: 'points', amount: micro(1n) }),
    ['settled_markets_hold_nothing'],
  ],
  [
    'a pledge whose Points went elsewhere',
    ({ books }) =>
      books.post({ from: 'escrow:R1', to: 'player:ana', asset: 'points', amount: micro(1n) }),
    ['escrow_matches_pledges'],
  ],
  [
    'a unit in other hands than the pledge says',
    ({ books }) =>
      books.post({ from: 'player:ana', to: 'player:bob', asset: 'R1:UNIT', amount: micro(1n) }),
    ['escrow_matches_pledges'],
  ],
  [
    'a unit nobody pledged',
    ({ books }) =>
      books.post({ from: 'mint', to: 'house:treasury', asset: 'R1:UNIT', amount: micro(1n) }),
    ['escrow_matches_pledges'],
  ],
  [
    'a pledge that was made smaller',
    (world) => {
      const position = marketOf(world, 'R2').holders[1];
      if (position) position.pledge = { units: 1, seq: 1 };
    },
    ['one_price_per_rally'],
  ],
  [
    'a member who paid a micro-Point more than the others',
    (world) => {
      const position = marketOf(world, 'R2').holders[0];
      if (position) position.paid = micro(position.paid - 1n);
    },
    ['one_price_per_rally'],
  ],
  [
    'an end that names more units than were pledged',
    (world) => {
      marketOf(world, 'R3').resolution = { units: 4 };
    },
    ['one_price_per_rally'],
  ],
  [
    'a house that keeps less than its part',
    ({ books }) =>
      books.post({ from: 'fees:R3', to: 'escrow:R3', asset: 'points', amount: micro(1n) }),
    ['one_price_per_rally'],
  ],
  [
    'a pledge that holds less than the price of now',
    (world) => {
      const market = marketOf(world, 'R1');
      market.holders.forEach((one) => (one.net = micro(one.net - 80_000_001n)));
    },
    ['one_price_per_rally', 'due_is_the_sum_of_losses'],
  ],
  [
    'a settled market with a fee',
    ({ books }) =>
      books.post({ from: 'house:treasury', to: 'fees:M2', asset: 'points', amount: micro(1n) }),
    ['settled_markets_hold_nothing'],
  ],
  [
    'a settled market whose share is still out',
    ({ books }) =>
      books.post({ from: 'mint', to: 'player:ana', asset: 'M2:NO', amount: micro(1n) }),
    ['settled_markets_hold_nothing'],
  ],
  [
    'a position without its place',
    (world) => {
      positionOf(world, 'M1').number = 2;
    },
    ['positions_are_numbered'],
  ],
  [
    'a payout past the last position',
    (world) => {
      marketOf(world, 'M1').nextPaid = 4;
    },
    ['positions_are_numbered'],
  ],
  [
    'a market nobody counted',
    (world) => {
      marketOf(world, 'M3').state = 'cancelled';
    },
    ['states_are_counted'],
  ],
];

const broken = (world: World): Name[] =>
  checkInvariants(world).flatMap(({ name, detail }) => (detail === undefined ? [] : [name]));

describe('[V1] every law notices what breaks it', () => {
  test('none of them is broken before', () => {
    expect(broken(tell(STAGE).world)).toEqual([]);
  });

  test.each(PLANTED)('%s', (_what, plant, laws) => {
    const { world } = tell(STAGE);
    plant(world);
    expect(broken(world)).toEqual(expect.arrayContaining([...laws]));
  });

  test('there is a planted fault for every law', () => {
    const named = new Set(PLANTED.flatMap(([, , laws]) => laws));
    expect(Object.keys(INVARIANTS).filter((name) => !named.has(name as Name))).toEqual([]);
  });
});

test('[V2] a law that cannot even be looked at is broken: whoever asks is told, not thrown at', () => {
  const { world } = tell(STAGE);
  const amount = world.books.balance('pool:M1', 'M1:YES');
  world.books.post({ from: 'pool:M1', to: 'player:ana', asset: 'M1:YES', amount });
  const found = checkInvariants(world).find(({ name }) => name === 'open_prices_sum_to_one');
  expect(found?.detail).toContain('it cannot be checked');
});

test('[V2] a law that is broken says where and by how much', () => {
  const { world } = tell(STAGE);
  world.books.post({ from: 'escrow:M1', to: 'player:ana', asset: 'points', amount: micro(5n) });
  const [found] = checkInvariants(world).filter(({ detail }) => detail !== undefined);
  expect(found?.detail).toMatch(/^M1: \d+ M1:YES issued against \d+ held$/);
});
