/** What a caller is told; docs/api.md says what each of these promises. */
import type { Entry, RefusalCode } from '@fairground/engine';

/** behind: whoever asked the tables for its id asked too early. */
export type NotNow = 'busy' | 'storage_full' | 'no_leader' | 'behind';

export type Answer =
  /** In the journal, for ever. `repeated`: this is the first answer again. */
  | { readonly kind: 'done'; readonly entry: Entry; readonly repeated: boolean }
  /** No effect, by a world that was the newest. Final. */
  | {
      readonly kind: 'refused';
      readonly code: RefusalCode;
      readonly detail?: string;
      readonly seq: number;
      readonly hash: string;
    }
  /** This attempt did nothing; it says nothing of earlier ones. */
  | {
      readonly kind: 'not_now';
      readonly code: NotNow;
      readonly retryAfterMs: number;
    }
  /** May have happened. */
  | { readonly kind: 'unknown' }
  /** Our bug; nothing happened; not to be retried. */
  | { readonly kind: 'fault' };

/** The first answer again: a function of the entry alone. */
export function answerOf(entry: Entry, repeated: boolean): Answer {
  const [event] = entry.events;
  if (event?.type !== 'refused') return { kind: 'done', entry, repeated };
  return { kind: 'refused', code: event.code, seq: entry.seq, hash: entry.hash };
}

export const notNow = (code: NotNow, retryAfterMs = 1_000): Answer => ({
  kind: 'not_now',
  code,
  retryAfterMs,
});
