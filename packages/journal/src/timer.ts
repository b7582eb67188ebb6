/** Waiting is a port too, so that a simulation can own time. */
export interface Timer {
  /** Calls back once after `ms`; the returned function takes it back. */
  set(ms: number, callback: () => void): () => void;
  /** Milliseconds that never run backwards; only differences mean something. */
  now(): number;
}

/** Longer waits overflow Node's timers; whoever waits longer asks again. */
const WAIT_MS_MAX = 60 * 60 * 1_000;

export const nodeTimer: Timer = {
  set(ms, callback) {
    const timeout = setTimeout(callback, Math.min(Math.max(0, ms), WAIT_MS_MAX));
    return () => clearTimeout(timeout);
  },
  now: () => performance.now(),
};
