/** Who I am and what I have, up to date as my account moves. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { formatAmount } from '@fairground/engine';
import { post } from './api.js';
import { micros } from './figures.js';
import { useFrame } from './hooks.js';
import { useSparingly } from './parts/use-facts.js';
import { meQuery, positionsQuery } from './queries.js';
import { entered, left, useWho, type Who } from './session.js';
import type { Holding, Market, Me, Position, Role } from './wire.js';

const READ_EVERY_MS = 3_000;
const ONE = 1_000_000n;

export interface MyAccount {
  /** Undefined: signed out. */
  readonly who: Who | undefined;
  /** Undefined while it is read, or when it cannot be. */
  readonly me: Me | undefined;
  readonly points: string | undefined;
  readonly error: unknown;
}

/** My account, with my Points as the feed tells them. */
export function useMe(): MyAccount {
  const who = useWho();
  const live = useFrame('me', who !== undefined)?.data;
  const query = useQuery({ ...meQuery(who?.id ?? ''), enabled: who !== undefined });
  const data = who === undefined ? undefined : query.data;
  const me = data && live?.account === data.account ? { ...data, ...rest(live) } : data;
  return { who, me, points: me?.points, error: query.error };
}

const rest = ({ points, frozen, roles }: Pick<Me, 'points' | 'frozen' | 'roles'>) => ({
  points,
  frozen,
  roles,
});

export const useHasRole = (role: Role): boolean => useMe().me?.roles.includes(role) === true;

/** What I hold of a market, as the feed tells it: at once after a trade, and without prices. */
export function useHolding(market: string): Holding | undefined {
  const who = useWho();
  const live = useFrame('me', who !== undefined);
  return live?.data.positions.find((one) => one.market === market);
}

/** My position in a market with its worth, read again whenever my account moved. */
export function usePosition(market: string): Position | undefined {
  const queries = useQueryClient();
  const who = useWho();
  const positions = useQuery({ ...positionsQuery(who?.id ?? ''), enabled: who !== undefined });
  const seq = useFrame('me', who !== undefined)?.seq;
  const [read] = useState(() => () => {
    void queries.invalidateQueries({ queryKey: ['me'] });
    void queries.invalidateQueries({ queryKey: ['positions'] });
  });
  const readSparingly = useSparingly(read, READ_EVERY_MS);
  useEffect(() => {
    if (seq !== undefined) readSparingly();
  }, [seq, readSparingly]);
  return positions.data?.items.find((one) => one.market === market);
}

/** My position at the prices that are shown now; once I hold nothing more, as it was read last. */
export function useLivePosition(market: Market): Position | undefined {
  const read = usePosition(market.id);
  const held = useHolding(market.id);
  return held ? valued(held, market) : read;
}

/** As the node values a position: a pledge is worth what was put in, since its price can only fall. */
function valued(held: Holding, market: Market): Position {
  const price = new Map(market.outcomes.map((one) => [one.outcome, one.price]));
  const shares = held.shares.map((one) => {
    const each = price.get(one.outcome) ?? '0';
    const worth = ((micros(one.shares) ?? 0n) * (micros(each) ?? 0n)) / ONE;
    return { ...one, price: each, value: formatAmount(worth) };
  });
  const [net, paid] = [micros(held.net) ?? 0n, micros(held.paid) ?? 0n];
  const worth = shares.reduce((sum, { value }) => sum + (micros(value) ?? 0n), 0n);
  const value = market.rally ? net : worth;
  const { title, status } = market;
  const profit = formatAmount(value + paid - net);
  return { ...held, title, status, shares, value: formatAmount(value), profit };
}

/** Ends the session on the node, and forgets here what was read under it. */
export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    // First here: what is still asked in his name when the session ends would come back as a no.
    const over = left();
    await queries.cancelQueries();
    queries.clear();
    try {
      await post('/v1/auth/sign-out');
    } catch (error) {
      if (over) entered(over);
      throw error;
    }
  };
}
