/** Opens the tables beside a node that goes on at once: embedded in its directory, or in the nodes' database. */
import { join } from 'node:path';
import type { Stores } from '../node/part.js';
import type { Sequencing } from '../node/sequencing.js';
import { ReadModel } from './read-model.js';
import type { ReadWorkerOptions } from './read-worker.js';

/** Undefined where none are wanted, or the journal is in memory and no thread can read it. */
export function openTables(
  { config, journal, clock, alarms, traces, ids }: Stores,
  { sequencer, isPlayed }: { readonly sequencer: Sequencing; readonly isPlayed: boolean },
): ReadModel | undefined {
  if (!config.readModel || isPlayed) return undefined;
  const { dataDir, journalUrl, vaultUrl } = config;
  const options: ReadWorkerOptions =
    journalUrl === undefined
      ? {
          kind: 'file',
          id: journal.id,
          journal: join(dataDir, 'journal'),
          tables: join(dataDir, 'read'),
        }
      : { kind: 'postgres', id: journal.id, journal: journalUrl, tables: vaultUrl ?? journalUrl };
  return new ReadModel(
    { ...options, ids },
    {
      onAlarm: (reason) => alarms.raise(reason, false),
      durable: () => sequencer.durable.seq,
      steady: clock.steady,
      traces,
    },
  );
}
