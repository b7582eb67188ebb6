/** Clients as they should not be: unknown, malformed, late, with a key that is used up, or with somebody else's job. */
import { micro, type Trade, type Wish } from '@fairground/engine';
import { type Actor, type Asked, marketFor, playersOf, type Scene, textOf } from './scene.js';

export const stranger: Actor = (scene) => {
  const { dice } = scene;
  const by = dice.pick([...playersOf(scene), 'nobody', 'not an id']) ?? 'p0';
  const id = marketFor(scene, ({ state }) => state === 'open')?.id ?? 'M0';
  const trade: Trade = {
    type: 'trade',
    market: id,
    side: 'buy',
    outcome: 'YES',
    spend: micro(dice.size(3)),
  };
  const odd = dice.pick<Asked>([
    { by, wish: trade, validMs: -1 },
    { by, wish: trade, validMs: -100_000 },
    { by, wish: trade, validMs: 1_200_000 },
    { by, wish: trade, reuses: 'own' },
    { by, wish: trade, reuses: 'foreign' },
    { by, wish: wrong(scene, trade) },
    { by, wish: wrong(scene, trade) },
    { by, wish: notHis(scene, id) },
  ]);
  return odd;
};

/** Well typed, and well formed it is not, or not for this market. */
function wrong({ dice }: Scene, trade: Trade): Wish {
  const { spend: _, ...rest } = trade;
  return dice.pick<Wish>([
    rest,
    { ...trade, shares: micro(5_000_000n) },
    { ...trade, outcome: 'yes' },
    { ...trade, outcome: 'MAYBE' },
    { ...trade, market: 'nowhere' },
    { ...trade, market: 'not an id' },
    { ...trade, spend: micro(0n) },
    { ...trade, spend: micro(999n) },
    { ...trade, spend: micro(10n ** 18n) },
    { ...rest, side: 'sell', shares: micro(10n ** 17n) },
    { ...rest, shares: micro(10n ** 18n) },
    { type: 'join_rally', market: trade.market, units: 1_000_000_000 },
    { type: 'mint', market: trade.market, amount: micro(10n ** 18n) },
  ]);
}

/** What only others may ask for. */
function notHis(scene: Scene, market: string): Wish {
  const reason = textOf(scene);
  return scene.dice.pick<Wish>([
    { type: 'grant', to: 'p0', amount: micro(1_000_000n), reason },
    { type: 'tick' },
    { type: 'pay_out', market, first: 1 },
    { type: 'sealed' },
    { type: 'close', market },
    { type: 'resolve', market, reason },
    { type: 'cancel', market, reason },
    { type: 'fund', market, amount: micro(5_000_000n) },
    { type: 'record_fact', market, fact: 'f0', kind: 'goal', happenedAt: 0 },
    { type: 'open_account', account: 'system' },
    { type: 'adopt_rules', rules: 1 },
  ]);
}
