/** Opens the place of ticks: the nodes' own database, or a log in the directory with tables over it. */
import { join } from 'node:path';
import type { Stores } from '../node/part.js';
import type { ReadModel } from '../readmodel/read-model.js';
import { EmbeddedTicks } from './embedded-store.js';
import { PostgresTicks } from './postgres-store.js';
import { Ticks } from './ticks.js';

interface Beside {
  readonly tables: ReadModel | undefined;
  readonly isPlayed: boolean;
}

/** Undefined where there is neither a database nor tables. */
export function openTicks(
  { config, vault, clock, alarms }: Stores,
  { tables, isPlayed }: Beside,
): Ticks | undefined {
  const onAlarm = (reason: string): void => alarms.raise(reason, false);
  const { vaultUrl, journalUrl, dataDir, ticksDays: keptDays } = config;
  const url = isPlayed ? undefined : (vaultUrl ?? journalUrl);
  const dir = join(dataDir, 'ticks');
  const store =
    url === undefined
      ? tables && new EmbeddedTicks({ dir, tables, onAlarm })
      : new PostgresTicks(url, onAlarm);
  if (!store) return undefined;
  return new Ticks({ store, sources: vault.sources, now: clock.now, keptDays, onAlarm });
}
