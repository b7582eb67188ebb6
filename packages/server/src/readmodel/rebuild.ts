/**
 * A node that begins with a snapshot trades at once; its history is read back meanwhile, from the first entry,
 * between everybody's requests. Tapes and candles say how prices moved, and no state says that.
 */
import { setImmediate } from 'node:timers/promises';
import type { Entry, ReadonlyWorld } from '@fairground/engine';
import { type JournalReader, recover } from '@fairground/journal';
import type { MemoryHistory } from './history.js';

export interface Rebuild {
  /** Resolves when it has ended, one way or the other. */
  readonly ended: Promise<void>;
  stop(): void;
}

class Stopped extends Error {}

/** `onGroup`: told of the world after each group, which stays as it is until then. */
export function rebuildHistory(
  journal: JournalReader,
  history: MemoryHistory,
  onAlarm: (reason: string) => void,
  onGroup?: (world: ReadonlyWorld) => Promise<void>,
): Rebuild {
  let isStopped = false;
  let at: ReadonlyWorld | undefined;
  const afterGroup = async (): Promise<void> => {
    await setImmediate();
    if (at) await onGroup?.(at);
    if (isStopped) throw new Stopped();
  };
  const run = async (): Promise<void> => {
    const onEntry = (entry: Entry, _line: string, world: ReadonlyWorld): void => {
      if (isStopped) throw new Stopped();
      history.replayed(entry, world);
      at = world;
    };
    let done = await recover(journal, { ignoresSnapshots: true, onEntry, afterGroup });
    while (!isStopped && !history.caughtUp())
      done = await recover(journal, { from: done, onEntry, afterGroup });
  };
  const ended = run().catch((error: unknown) => {
    if (error instanceof Stopped || isStopped) return;
    const what = error instanceof Error ? error.message : String(error);
    onAlarm(`Trades, candles and facts of the past cannot be shown: ${what}`);
  });
  return { ended, stop: () => void (isStopped = true) };
}
