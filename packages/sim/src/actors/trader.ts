/** Buys and sells wherever there is a price, with bounds that hold just so, and just not. */
import {
  micro,
  playerAccount,
  quoteTrade,
  type ReadonlyMarket,
  type Trade,
} from '@fairground/engine';
import { ADMINS, type Actor, marketFor, playersOf, type Scene } from './scene.js';

export const trader: Actor = (scene) => {
  const { dice, world } = scene;
  const market = marketFor(
    scene,
    ({ state, draft }) => state === 'open' && !('tiers' in draft.terms),
  );
  if (!market) return undefined;
  const by = dice.pick([...playersOf(scene), ...ADMINS]) ?? 'p0';
  const wish = orderFor(scene, market, by);
  const found = quoteTrade(world, wish, by, scene.now);
  if (found.kind === 'refused' || dice.chance(600)) return { by, wish };
  const off = dice.pick([0n, 0n, 1n, -1n, found.fill.pays / 100n]);
  const isByShares = wish.side === 'buy' && wish.shares !== undefined;
  const bounds = isByShares
    ? { paysMax: micro(clip(found.fill.pays + off)) }
    : { getsMin: micro(clip(found.fill.gets - off)) };
  return { by, wish: { ...wish, ...bounds } };
};

const clip = (amount: bigint): bigint => (amount > 0n ? amount : 0n);

function orderFor(scene: Scene, market: ReadonlyMarket, by: string): Trade {
  const { dice, world } = scene;
  const { terms } = market.draft;
  const count = market.names.assets.length;
  const at = dice.below(count);
  const outcome = 'outcomes' in terms ? terms.outcomes[at] : undefined;
  const named = outcome === undefined ? {} : { outcome };
  const asset = market.names.assets[at] ?? '';
  const held: bigint = world.books.balance(playerAccount(by), asset);
  if (held > 0n && dice.chance(450)) {
    const part = dice.pick([held, held, held / 2n, held / 7n, held + 1n]);
    return { type: 'trade', market: market.id, side: 'sell', ...named, shares: micro(part) };
  }
  const buy = { type: 'trade', market: market.id, side: 'buy', ...named } as const;
  const size = dice.chance(500) ? dice.size(dice.pick([5, 100, 3_000])) : round(dice.below(40) + 1);
  if (dice.chance(550)) return { ...buy, spend: micro(size) };
  return { ...buy, shares: micro(tieFor(scene, market, at) ?? size) };
}

const round = (points: number): bigint => BigInt(points) * 1_000_000n;

/** Of two outcomes, so many shares of the one held less that they only change places: the price is whole. */
function tieFor({ dice, world }: Scene, market: ReadonlyMarket, at: number): bigint | undefined {
  const { assets, pool } = market.names;
  if (assets.length !== 2 || dice.chance(600)) return undefined;
  const held = assets.map((one) => world.books.issued(one) - world.books.balance(pool, one));
  const behind = (held[1 - at] ?? 0n) - (held[at] ?? 0n);
  return behind > 0n ? behind * 2n : undefined;
}
