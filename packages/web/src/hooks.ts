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
import type { GlobalState, Market, MarketState, MeState, StateFrame, Topic } from './wire.js';

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

/** The newest state of a topic. It is held on the socket only while `held`: what is out of sight waits. */
function useFrame(topic: Topic, held: boolean): StateFrame | undefined {
  const live = useLive();
  useEffect(() => (held ? live.hold(topic) : undefined), [live, topic, held]);
  return useSyncExternalStore(
    useCallback((listener) => live.watch(topic, listener), [live, topic]),
    () => live.state(topic),
  );
}

export function useGlobal(): GlobalState | undefined {
  const frame = useFrame('global', true);
  return frame?.topic === 'global' ? frame.data : undefined;
}

/** Nothing can be traded: everything has ended, or nothing has begun. */
export const useIsOver = (): boolean => useGlobal()?.markets.open === 0;

export function useMeState(
  held: boolean,
): { readonly seq: number; readonly data: MeState } | undefined {
  const frame = useFrame('me', held);
  return frame?.topic === 'me' ? frame : undefined;
}

const topicOf = (id: string): Topic => `market/${id}`;

/** A market as it was read, with whatever the feed has said since. */
export function useLiveMarket<T extends Market>(market: T, held = true): T {
  const state = useMarketState(market.id, held);
  return state && state.seq >= market.seq ? { ...market, ...state } : market;
}

export function useMarketState(id: string, held = true): MarketState | undefined {
  const frame = useFrame(topicOf(id), held);
  return frame && frame.topic !== 'global' && frame.topic !== 'me' ? frame.data : undefined;
}

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
