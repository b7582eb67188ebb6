/** The public journal as lines, from any seq, over as many answers and cut lines as it takes. */
import { FairgroundFault, FairgroundNotNow } from './errors.js';
import type { ByteStream } from './platform.js';
import { RETRIES } from './retry.js';
import type { Wire } from './wire.js';

export interface JournalOptions {
  /** The first seq wanted; 1 when absent. */
  readonly from?: number;
  /** How many lines at most; all there are when absent. */
  readonly limit?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What one answer may hold; a full one never changes, so caches keep it. */
const PAGE_LINES_MAX = 10_000;
/** Nobody sends a journal more slowly than this between two pieces. */
const STALL_MS_MAX = 30_000;
const SEQ = /"seq":(\d{1,16})[,}]/;

/** Each line as it is stored, without its line end. Ends where the journal ends. */
export async function* journalLines(
  wire: Wire,
  options: JournalOptions = {},
): AsyncGenerator<string, void> {
  let next = options.from ?? 1;
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  let failures = 0;
  while (left > 0) {
    const before = next;
    try {
      for await (const line of oneAnswer(wire, next, left, options.signal)) {
        const seq = seqOf(line);
        if (seq < next) continue;
        if (seq > next)
          throw new FairgroundFault(`The journal goes from entry ${next - 1} to entry ${seq}.`);
        next += 1;
        left -= 1;
        yield line;
        if (left <= 0) return;
      }
      if (next === before) return;
      failures = 0;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof FairgroundNotNow)) throw error;
      failures = next > before ? 1 : failures + 1;
      if (failures >= wire.attemptsMax) throw error;
      await new Promise<void>((resolve) => {
        wire.platform.after(
          Math.max(error.retryAfterMs, RETRIES.pauseMsMin * 2 ** failures),
          resolve,
        );
      });
    }
  }
}

async function* oneAnswer(
  wire: Wire,
  from: number,
  limit: number,
  signal: AbortSignal | undefined,
) {
  const path = `/v1/journal?from=${from}&limit=${Math.min(limit, PAGE_LINES_MAX)}`;
  const answer = await wire.open({ method: 'GET', path, signal, reads: true });
  if (!answer.body) return;
  let rest = '';
  const decoder = new TextDecoder();
  for await (const piece of pieces(wire, answer.body, signal)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '')
    throw new FairgroundNotNow('unreachable', 'The journal was cut in the middle of a line.', 0);
}

/** The stream's pieces; a cut or stalled line is `unreachable`, so that the lines go on where they stopped. */
async function* pieces(wire: Wire, body: ByteStream, signal: AbortSignal | undefined) {
  const reader = body.getReader();
  let stalled = false;
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', cancel);
  try {
    for (;;) {
      const disarm = wire.platform.after(STALL_MS_MAX, () => {
        stalled = true;
        cancel();
      });
      const piece = await reader.read().catch((error: unknown) => {
        throw new FairgroundNotNow('unreachable', `The journal was cut: ${String(error)}`, 0);
      });
      disarm();
      if (stalled) throw new FairgroundNotNow('unreachable', 'The journal stopped coming.', 0);
      signal?.throwIfAborted();
      if (piece.done) return;
      if (piece.value) yield piece.value;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}

/** Keys stand in the schema's order, so the first `"seq"` of a line is its own. */
function seqOf(line: string): number {
  const seq = SEQ.exec(line)?.[1];
  if (seq === undefined) throw new FairgroundFault('A line of the journal names no seq.');
  return Number(seq);
}
