/**
 * An open load: each request has its moment, whether or not those before it were answered, and its latency counts from
 * then. A slow server is asked as often as a quick one, and what waits for it is seen.
 */

export interface Pace {
  /** Milliseconds from some moment on; never goes back. */
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface OpenLoad<T> {
  readonly requests: Iterable<{ readonly dueMicros: number } & T>;
  /** True where it did what was asked: no other answer is as long as one that did. */
  readonly send: (request: T) => Promise<boolean>;
  /** At once; who comes when all are under way waits, and his clock runs. */
  readonly lines: number;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  /** Whoever is later than this is not sent any more. */
  readonly lateMsMax: number;
}

export interface OpenResult {
  /** From the moment each was due. */
  readonly fromDueMs: readonly number[];
  /** From the moment it was sent: what it would look like if waiting did not count. */
  readonly fromSentMs: readonly number[];
  readonly unsent: number;
  readonly tookMs: number;
}

export async function openLoad<T>(load: OpenLoad<T>): Promise<OpenResult> {
  const { requests, send, lines, pace, signal, lateMsMax } = load;
  const fromDueMs: number[] = [];
  const fromSentMs: number[] = [];
  let underWay = 0;
  let wake = (): void => undefined;
  const woken = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const failed: unknown[] = [];
  let unsent = 0;
  const begun = pace.now();
  const answered = async (request: T, due: number): Promise<void> => {
    underWay++;
    const sentAt = pace.now();
    try {
      if (!(await send(request))) return;
      const now = pace.now();
      fromDueMs.push(now - due);
      fromSentMs.push(now - sentAt);
    } catch (error) {
      failed.push(error);
    } finally {
      underWay--;
      wake();
    }
  };
  for (const request of requests) {
    const due = begun + request.dueMicros / 1_000;
    // A timer may ring a moment too soon.
    while (!signal.aborted && pace.now() < due) await pace.sleep(due - pace.now(), signal);
    while (underWay >= lines) await woken();
    if (signal.aborted || failed.length > 0) break;
    if (pace.now() - due > lateMsMax) {
      unsent++;
      continue;
    }
    // What it throws is kept, and thrown below.
    void answered(request, due);
  }
  while (underWay > 0) await woken();
  if (failed.length > 0 && !signal.aborted) throw failed[0];
  return { fromDueMs, fromSentMs, unsent, tookMs: pace.now() - begun };
}
