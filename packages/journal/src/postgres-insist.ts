/** Asking until it is known: an answer that was lost is got by the identical statement, never by looking. */
import { StoreFailure } from './journal.js';
import { NothingDone, type Rows, Unsure, type Value } from './postgres-connection.js';
import { type Session, SessionClosed } from './postgres-session.js';
import type { Timer } from './timer.js';

const WAIT_MS_MIN = 10;
const WAIT_MS_MAX = 1_000;
/** A question that changes nothing is given up after so many failures in a row: about ten seconds. */
const READS_MAX = 16;

export interface Waits {
  readonly timer: Timer;
  /** A number from 0 to 1, so that many nodes do not come back in step. */
  readonly jitter: () => number;
}

/**
 * What became of a statement. `taken`: its key is there already. Rejects with a `StoreFailure` only when no attempt
 * at it can have had an effect, and with `SessionClosed`.
 */
export async function insist(
  session: Session,
  waits: Waits,
  statement: string,
  values: readonly Value[],
): Promise<Rows | 'taken'> {
  let isUnsure = false;
  for (let waitMs = WAIT_MS_MIN; ; waitMs = Math.min(waitMs * 2, WAIT_MS_MAX)) {
    try {
      return await session.run(statement, values);
    } catch (error) {
      if (error instanceof NothingDone && error.code === '23505') return 'taken';
      if (error instanceof Unsure) isUnsure = true;
      else if (!(error instanceof NothingDone)) throw error;
      else if (!isUnsure && !isPassing(error)) throw failureOf(error);
    }
    await pause(waits, waitMs);
  }
}

/** Answers of a statement that changes nothing, through any short trouble. */
export async function ask(
  session: Session,
  waits: Waits,
  statement: string,
  values: readonly Value[],
  triesMax = READS_MAX,
): Promise<Rows['rows']> {
  let waitMs = WAIT_MS_MIN;
  for (let tries = 1; ; tries++) {
    try {
      return (await session.run(statement, values)).rows;
    } catch (error) {
      if (error instanceof SessionClosed || tries >= triesMax || isFinal(error)) throw error;
    }
    await pause(waits, waitMs);
    waitMs = Math.min(waitMs * 2, WAIT_MS_MAX);
  }
}

/** Two transactions met, or a line that was lost while it was idle: it may pass at once. */
const isPassing = ({ code }: NothingDone): boolean => /^(40001|40P01|lost)$/.test(code);

/** A table, a right or a word is missing: asking again does not bring it. */
function isFinal(error: unknown): boolean {
  return error instanceof NothingDone && /^(42|3D|28|22)/.test(error.code);
}

function failureOf({ code, message }: NothingDone): StoreFailure {
  const kind = code === '53100' ? 'storage_full' : 'busy';
  return new StoreFailure(kind, `The database did not take it (${code}): ${message}`);
}

function pause({ timer, jitter }: Waits, ms: number): Promise<void> {
  return new Promise((resolve) => void timer.set(Math.ceil((ms * (1 + jitter())) / 2), resolve));
}

/** A run of numbers from 0 to 1 of its own for each name. */
export function jitterOf(name: string): () => number {
  let state = 1;
  for (const char of name) state = (state * 31 + char.charCodeAt(0)) % 2_147_483_647 || 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
