/** The word for a world says any change of a figure, and nothing of how the world came to lie in memory. */
import { describe, expect, test } from 'vitest';
import { type World, worldDigest } from '../src/index.js';
import { micro } from '../src/math/amount.js';
import { copyOf } from './cuts.js';
import { nodeChain } from './node-hash.js';
import { CAST, tell } from './story.js';

const STAGE = `
  ${CAST}
  eve  drafts   M1 cpmm 100
  eve  drafts   S1 curve 10 0.025
  eve  opens    M1
  eve  opens    S1
  ana  buys     M1 YES 10
  bob  buys     M1 NO 10
  feed reports  S1 f1 goal
`;

const post = (world: World, from: 'mint' | 'player:ana', to: string, asset = 'points'): void =>
  world.books.post({
    from,
    to: to as 'mint',
    asset,
    amount: micro(1n),
  });

const CHANGES: readonly (readonly [string, (world: World) => void])[] = [
  ['a balance', (world) => post(world, 'mint', 'player:ana')],
  ['the owner of a balance', (world) => post(world, 'player:ana', 'player:bob')],
  ['a pool', (world) => post(world, 'mint', 'pool:M1')],
  ['a reserve', (world) => post(world, 'mint', 'pool:M1', 'M1:YES')],
  ['a trade more', (world) => world.trades++],
  ['its volume', (world) => world.volume++],
  ['the time', (world) => world.at++],
  ['the state of a market', (world) => (world.markets.get('M1')!.state = 'paused')],
  ['what a market owes', (world) => (world.markets.get('M1')!.due = micro(7n))],
  ['a price that facts moved', (world) => world.markets.get('S1')!.fundamental++],
  ['a fact less', (world) => world.markets.get('S1')!.facts.clear()],
  ['a forgotten id', (world) => world.ids.add('f'.repeat(32), [1, 2], 1, 1)],
];

describe('the digest of a world', () => {
  test.each(CHANGES)('[V6] says another word after a change of %s', (_name, change) => {
    const { world } = tell(STAGE);
    const before = worldDigest(world);
    change(world);
    expect(worldDigest(world)).not.toBe(before);
  });

  test('[V6] is the same of a world that was read back from a snapshot, by any SHA-256', () => {
    const { world } = tell(STAGE);
    expect(worldDigest(copyOf(world))).toBe(worldDigest(world, nodeChain));
  });
});
