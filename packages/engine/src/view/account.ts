/** An account and its positions as their owner sees them. */
import type { Role } from '../command.js';
import { playerAccount, POINTS } from '../ledger/account.js';
import type { ReadonlyMarket } from '../market/market.js';
import { formatAmount, ONE } from '../math/amount.js';
import { mechanismOf } from '../mechanism/registry.js';
import type { ReadonlyAccount, ReadonlyWorld } from '../world.js';
import { pricesOf } from './market.js';

/** Shares held of one outcome. */
export interface HeldView {
  readonly outcome?: string;
  readonly shares: string;
}

/** The part of a position that changes only with its owner's account, and not with every price. */
export interface HoldingView {
  readonly market: string;
  readonly shares: readonly HeldView[];
  readonly net: string;
  readonly paid: string;
}

export interface AccountView {
  readonly account: string;
  readonly points: string;
  readonly frozen: boolean;
  readonly roles: readonly Role[];
}

export function accountView(world: ReadonlyWorld, account: ReadonlyAccount): AccountView {
  return {
    account: account.id,
    points: formatAmount(world.books.balance(playerAccount(account.id), POINTS)),
    frozen: account.frozen,
    roles: [...account.roles].sort(),
  };
}

/** The live feed's `me`: only positions that hold shares, without prices (those move without the account). */
export interface MeView extends AccountView {
  readonly positions: readonly HoldingView[];
}

export function meView(world: ReadonlyWorld, account: ReadonlyAccount): MeView {
  const positions: HoldingView[] = [];
  for (const id of account.markets) {
    const market = world.markets.get(id);
    if (!market) continue;
    const holding = holdingView(world, account, market);
    if (holding.shares.length > 0) positions.push(holding);
  }
  return { ...accountView(world, account), positions };
}

function holdingView(
  world: ReadonlyWorld,
  account: ReadonlyAccount,
  market: ReadonlyMarket,
): HoldingView {
  const position = market.positions.get(playerAccount(account.id));
  return {
    market: market.id,
    shares: sharesOf(world, account, market).map(({ outcome, shares }) => ({
      ...(outcome === undefined ? {} : { outcome }),
      shares: formatAmount(shares),
    })),
    net: formatAmount(position?.net ?? 0n),
    paid: formatAmount(position?.paid ?? 0n),
  };
}

interface Held {
  readonly index: number;
  readonly outcome: string | undefined;
  readonly shares: bigint;
}

function sharesOf(
  world: ReadonlyWorld,
  account: ReadonlyAccount,
  market: ReadonlyMarket,
): readonly Held[] {
  const outcomes = mechanismOf(market.mechanism).outcomes(market.draft.terms);
  const holder = playerAccount(account.id);
  return market.names.assets
    .map((asset, index) => ({
      index,
      outcome: outcomes[index],
      shares: world.books.balance(holder, asset),
    }))
    .filter(({ shares }) => shares > 0n);
}

export interface PositionView {
  readonly market: string;
  readonly status: string;
  readonly shares: readonly {
    readonly outcome?: string;
    readonly shares: string;
    readonly price: string;
    readonly value: string;
  }[];
  /** What the shares would bring at the prices shown; of a running rally all that was put in: goods and change. */
  readonly value: string;
  readonly net: string;
  /** value + paid − net. */
  readonly profit: string;
  readonly paid: string;
}

/** One position at the prices of now; undefined where the account never had one. */
export function positionView(
  world: ReadonlyWorld,
  account: ReadonlyAccount,
  market: ReadonlyMarket,
): PositionView | undefined {
  const position = market.positions.get(playerAccount(account.id));
  if (!position) return undefined;
  const prices = pricesOf(market, world.books);
  const { pledges } = mechanismOf(market.mechanism);
  let value = 0n;
  const shares = sharesOf(world, account, market).map((held) => {
    const price = prices[held.index] ?? 0n;
    const worth = (held.shares * price) / ONE;
    value += worth;
    return {
      ...(held.outcome === undefined ? {} : { outcome: held.outcome }),
      shares: formatAmount(held.shares),
      price: formatAmount(price),
      value: formatAmount(worth),
    };
  });
  // Units cost what they cost, and the rest comes back: a falling price takes nothing from whoever pledged.
  if (pledges && shares.length > 0) value = position.net;
  return {
    market: market.id,
    status: market.state,
    shares,
    value: formatAmount(value),
    net: formatAmount(position.net),
    profit: formatAmount(value + position.paid - position.net),
    paid: formatAmount(position.paid),
  };
}
