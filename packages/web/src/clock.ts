/** The one place of the page that reads the clock. */
import { useSyncExternalStore } from 'react';

export const now = (): number => Date.now();

const listeners = new Set<() => void>();
let second = Math.floor(now() / 1_000);
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  second = Math.floor(now() / 1_000);
  for (const listener of listeners) listener();
}

function onSecond(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds, anew each second: for what shows its age. */
export const useNow = (): number => useSyncExternalStore(onSecond, () => second) * 1_000;
