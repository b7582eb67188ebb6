/** What is served from history: nothing of it before all of it is there. */
import { Problem } from '../errors.js';
import type { History } from '../readmodel/history.js';
import type { Shell } from '../shell.js';

export function pastOf({ history, sequencer }: Shell): History {
  if (history.isRebuilding || sequencer.status === 'differs')
    throw new Problem('rebuilding', { retryAfterMs: 1_000 });
  return history;
}
