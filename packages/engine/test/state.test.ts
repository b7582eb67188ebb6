/** The state hash covers all that later decisions rest on, and nothing of how it came to lie in memory. */
import { describe, expect, test } from 'vitest';
import { stateHash, type World } from '../src/index.js';
import { digestOf } from '../src/ids.js';
import type { Market } from '../src/market/market.js';
import { micro } from '../src/math/amount.js';
import { CAST, tell } from './story.js';

const STAGE = `
  ${CAST}
  eve  drafts   M1 cpmm 100 two=yes
  eve  drafts   M2 cpmm 100
  eve  drafts   S1 curve 10 0.025
  eve  opens    M1
  eve  opens    M2
  eve  opens    S1
  ana  buys     M1 YES 10
  ana  buys     M2 YES 10
  bob  buys     M2 NO 10
  feed reports  S1 f1 goal
  eve  drafts   R1 rally 0:100,3:80 seller=max max=9 closes=13:00
  eve  opens    R1
  ana  joins    R1 2
  eve  grants   ana 5
  eve  closes   M1
  max  resolves M1 YES
  eve  cancels  M2
`;

const marketOf = (world: World, id: string): Market => {
  const market = world.markets.get(id);
  if (!market) throw new Error(`there is no ${id}`);
  return market;
};

/** Every place of a world that a later decision may rest on, or an answer shows. */
const CHANGES: readonly (readonly [string, (world: World) => void])[] = [
  ['seq', (world) => world.seq++],
  ['at', (world) => world.at++],
  ['rules', (world) => world.rules++],
  ['sealed', (world) => (world.sealed = true)],
  ['trades', (world) => world.trades++],
  ['volume', (world) => world.volume++],
  ['globalSeq', (world) => world.globalSeq++],
  ['a limit', (world) => (world.limits = { ...world.limits, welcome: 3n })],
  [
    'a balance',
    ({ books }) =>
      books.post({ from: 'mint', to: 'player:ana', asset: 'points', amount: micro(1n) }),
  ],
  [
    'a frozen account',
    ({ accounts }) => accounts.forEach((one) => (one.frozen = one.id === 'ana')),
  ],
  ['a role', ({ accounts }) => accounts.get('ana')?.roles.add('admin')],
  ["an account's markets", ({ accounts }) => accounts.get('cid')?.markets.push('M1')],
  ["an account's seq", ({ accounts }) => accounts.forEach((one) => one.seq++)],
  ['an account more', ({ accounts }) => accounts.delete('cid')],
  ['what was granted today', ({ granted }) => granted.forEach((one) => one.total++)],
  ['the day it was granted on', ({ granted }) => granted.forEach((one) => one.day++)],
  ['what is being paid', ({ paying }) => paying.delete('M2')],
  ['an id', ({ ids }) => ids.add('f'.repeat(32), digestOf('x'), 1, 1)],
  ["a market's state", (world) => (marketOf(world, 'S1').state = 'paused')],
  ["a market's draft", (world) => (marketOf(world, 'S1').draft = marketOf(world, 'M1').draft)],
  ['hasOpened', (world) => (marketOf(world, 'S1').hasOpened = false)],
  ['openedAt', (world) => (marketOf(world, 'S1').openedAt = 5)],
  ['endedAt', (world) => (marketOf(world, 'M2').endedAt = 5)],
  ['a proposal', (world) => delete marketOf(world, 'M1').proposal],
  ['a resolution', (world) => (marketOf(world, 'S1').resolution = { price: 1n })],
  ['a refund', (world) => delete marketOf(world, 'M2').refund],
  [
    "a position's net",
    (world) => marketOf(world, 'M1').holders.forEach((one) => (one.net = micro(one.net + 1n))),
  ],
  [
    "a position's payout",
    (world) => marketOf(world, 'M1').holders.forEach((one) => (one.paid = micro(1n))),
  ],
  ['due', (world) => (marketOf(world, 'M1').due = micro(0n))],
  ['nextPaid', (world) => marketOf(world, 'M2').nextPaid++],
  [
    'the units of a pledge',
    (world) => marketOf(world, 'R1').holders.forEach((one) => (one.pledge = { units: 1, seq: 1 })),
  ],
  ['F', (world) => marketOf(world, 'S1').fundamental++],
  ['a fact', (world) => marketOf(world, 'S1').facts.clear()],
  [
    "a fact's undoing",
    (world) => marketOf(world, 'S1').facts.forEach((fact) => (fact.undoneBy = 'u1')),
  ],
  ["a market's volume", (world) => marketOf(world, 'M1').volume++],
  ["a market's trades", (world) => marketOf(world, 'M1').trades++],
  ["a market's seq", (world) => marketOf(world, 'M1').seq++],
];

describe('[V4] the state hash shows every change of the state', () => {
  const before = stateHash(tell(STAGE).world);

  test('and none where there is none', () => {
    expect(stateHash(tell(STAGE).world)).toBe(before);
  });

  test.each(CHANGES)('%s', (_what, change) => {
    const { world } = tell(STAGE);
    change(world);
    expect(stateHash(world)).not.toBe(before);
  });
});
