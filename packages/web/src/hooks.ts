/** Live things as React sees them: subscribe, snapshot. */
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useSyncExternalStore,
} from 'react';
import type { Connection, Happened, Live } from './live.js';
import type { GlobalState, Market, MarketState, StateFrame, StateOf, Topic } from './wire.js';

export const LiveContext = createContext<Live | undefined>(undefined);

function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('the page has no live feed: wrap it in LiveContext');
  return live;
}

export function useConnection(): Connection {
  const live = useLive();
  return useSyncExternalStore(
    useCallback((listener) => live.watch('connection', listener), [live]),
    () => live.status(),
  );
}

/** The newest frame of a topic. It is held on the socket only while `held`: what is out of sight waits. */
export function useFrame<T extends Topic>(topic: T, held = true): StateFrame<T> | undefined {
  const live = useLive();
  useEffect(() => (held ? live.hold(topic) : undefined), [live, topic, held]);
  return useSyncExternalStore(
    useCallback((listener) => live.watch(topic, listener), [live, topic]),
    () => live.state(topic),
  );
}

/** The newest state of a topic, whole, as the node tells it. */
export const useTopic = <T extends Topic>(topic: T, held = true): StateOf<T> | undefined =>
  useFrame(topic, held)?.data;

/** Whether the node has no such topic, or not for me. */
export function useIsRefused(topic: Topic): boolean {
  const live = useLive();
  return useSyncExternalStore(
    useCallback((listener) => live.watch(topic, listener), [live, topic]),
    () => live.isRefused(topic),
  );
}

/** Grows whenever there may be new notices; 0 where the node keeps none, or has not said. */
export function useNoticed(): number {
  const live = useLive();
  useEffect(() => live.hold('notifications'), [live]);
  return useSyncExternalStore(
    useCallback((listener) => live.watch('notifications', listener), [live]),
    () => live.notices(),
  );
}

export const useGlobal = (): GlobalState | undefined => useTopic('global');

/** Nothing can be traded: everything has ended, or nothing has begun. */
export const useIsOver = (): boolean => useGlobal()?.markets.open === 0;

const topicOf = (id: string): `market/${string}` => `market/${id}`;

/** A market as it was read, with whatever the feed has said since. */
export function useLiveMarket<T extends Market>(market: T, held = true): T {
  const state = useMarketState(market.id, held);
  return state && state.seq >= market.seq ? { ...market, ...state } : market;
}

export const useMarketState = (id: string, held = true): MarketState | undefined =>
  useTopic(topicOf(id), held);

export const useMarketEvents = (id: string, happened: Happened): void =>
  useEvents(topicOf(id), happened);

/** Tells every event of a topic, and `gap` where some are missing. */
export function useEvents(topic: Topic, happened: Happened): void {
  const live = useLive();
  const newest = useRef(happened);
  useEffect(() => {
    newest.current = happened;
  });
  useEffect(() => live.onEvent(topic, (event) => newest.current(event)), [live, topic]);
}

/** The name of the page in the tab and in the history, while it is shown. */
export function usePageTitle(name: string): void {
  useEffect(() => {
    document.title = `${name} · Fairground`;
    return () => {
      document.title = 'Fairground';
    };
  }, [name]);
}
