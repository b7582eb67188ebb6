/** Who is ahead: a function of the world alone, so it has the same bytes on every node. */
import { type Holder, playerOf } from '../ledger/account.js';
import type { ReadonlyMarket } from '../market/market.js';
import { formatAmount, ONE } from '../math/amount.js';
import { mechanismOf } from '../mechanism/registry.js';
import type { ReadonlyWorld } from '../world.js';
import { pricesOf } from './market.js';

/** As many as fit on a screen. */
const PLAYERS_MAX = 20;

export interface LeaderView {
  readonly account: string;
  /** Over all positions: what they are worth and what they paid, less what was put in. */
  readonly profit: string;
}

export interface LeaderboardView {
  /** Best first; of equals whoever came first. */
  readonly players: readonly LeaderView[];
}

export function leaderboardView(world: ReadonlyWorld): LeaderboardView {
  const profits = new Map<Holder, bigint>();
  for (const market of world.markets.values()) addProfits(world, market, profits);
  const best: Standing[] = [];
  for (const [holder, profit] of profits) {
    const account = world.accounts.get(playerOf(holder) ?? '');
    if (account) place(best, { account: account.id, number: account.number, profit });
  }
  return {
    players: best.map(({ account, profit }) => ({ account, profit: formatAmount(profit) })),
  };
}

/** As a position is shown: shares at the prices of now, each rounded down; of a running rally what was put in. */
function addProfits(
  { books }: ReadonlyWorld,
  market: ReadonlyMarket,
  profits: Map<Holder, bigint>,
): void {
  if (market.holders.length === 0) return;
  const prices = pricesOf(market, books);
  const { pledges } = mechanismOf(market.mechanism);
  for (const { holder, net, paid } of market.holders) {
    let value = 0n;
    let holdsShares = false;
    for (const [index, asset] of market.names.assets.entries()) {
      const shares = books.balance(holder, asset);
      if (shares <= 0n) continue;
      holdsShares = true;
      value += (shares * (prices[index] ?? 0n)) / ONE;
    }
    if (pledges && holdsShares) value = net;
    profits.set(holder, (profits.get(holder) ?? 0n) + value + paid - net);
  }
}

interface Standing {
  readonly account: string;
  readonly number: number;
  readonly profit: bigint;
}

/** Into its place among the best, if it has one. */
function place(best: Standing[], one: Standing): void {
  const isBehind = (other: Standing): boolean =>
    one.profit === other.profit ? one.number < other.number : one.profit > other.profit;
  const last = best.at(-1);
  if (best.length === PLAYERS_MAX && last && !isBehind(last)) return;
  let at = best.length;
  while (at > 0) {
    const before = best[at - 1];
    if (!before || !isBehind(before)) break;
    at--;
  }
  best.splice(at, 0, one);
  if (best.length > PLAYERS_MAX) best.pop();
}
