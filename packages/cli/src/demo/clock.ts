/** Time for the demo: a monotonic reading and a sleep that a signal ends early. */

export interface DemoClock {
  /** Milliseconds from some moment on; never goes back. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal fires; it never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const monotonicClock: DemoClock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal.addEventListener('abort', wake);
    }),
};
