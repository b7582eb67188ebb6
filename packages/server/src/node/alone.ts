/** A node that has its journal for itself: it recovers, leads, and sees to snapshots and to what rests on the past. */
import {
  FileQuarantine,
  lawsRemembering,
  MemoryQuarantine,
  type Quarantine,
  Sequencer,
  SnapshotKeeper,
} from '@fairground/journal';
import { openPending } from '../accounts.js';
import { Feed } from '../live/feed.js';
import { LastChanges } from '../live/topics.js';
import { MemoryHistory } from '../readmodel/history.js';
import { type Rebuild, rebuildHistory } from '../readmodel/rebuild.js';
import { adoptRules } from '../rules.js';
import type { Part, Stores } from './part.js';

interface Alone extends Stores {
  /** How many entries there are from one snapshot to the next. */
  readonly snapshotEvery?: number | undefined;
  /** The journal is a test's own: nothing of it outlives the process. */
  readonly isPlayed: boolean;
}

export async function leadAlone(stores: Alone): Promise<Part> {
  const { config, isPlayed } = stores;
  const quarantine = isPlayed ? new MemoryQuarantine() : new FileQuarantine(config.dataDir);
  const recovered = await recoverSequencer(stores, quarantine);
  const { sequencer, history, feed } = recovered;
  let behind: Beside | undefined;
  return {
    sequencer,
    history,
    feed,
    isBehind: () => false,
    report: () => ({ term: sequencer.term, lagMs: 0 }),
    fresh: async () => sequencer.durable,
    quarantine,
    begin: async (shell) => {
      await openPending(shell);
      if (!config.keepRules) await adoptRules(shell);
    },
    begun: () => {
      behind = beside(stores, recovered);
    },
    drain: () => sequencer.drain(),
    stop: async () => {
      behind?.keeper.stop();
      behind?.rebuild?.stop();
      await behind?.rebuild?.ended;
    },
    ended: async () => behind?.keeper.idle(),
  };
}

/** What goes on behind everybody's back. */
interface Beside {
  readonly keeper: SnapshotKeeper;
  readonly rebuild: Rebuild | undefined;
}

function beside({ journal, snapshotEvery, alarms }: Alone, recovered: Recovered): Beside {
  const { sequencer, history, snapshotSeq } = recovered;
  const onAlarm = (reason: string): void => alarms.raise(reason, false);
  const keeper = new SnapshotKeeper({
    journal,
    newest: snapshotSeq,
    onAlarm,
    ...(snapshotEvery !== undefined && { everyEntries: snapshotEvery }),
  });
  sequencer.onDurable((seq) => keeper.reached(seq));
  keeper.reached(sequencer.durable.seq);
  const rebuild = history.isRebuilding ? rebuildHistory(journal, history, onAlarm) : undefined;
  return { keeper, rebuild };
}

interface Recovered {
  /** The entry whose snapshot it began with; 0: none. */
  readonly snapshotSeq: number;
  readonly sequencer: Sequencer;
  readonly history: MemoryHistory;
  readonly feed: Feed;
}

/** Folds the journal, filling what follows it on the way, and refuses a clock that cannot go on from there. */
async function recoverSequencer(
  { journal, clock, alarms, traces, ids, onProgress }: Stores,
  quarantine: Quarantine,
): Promise<Recovered> {
  const history = new MemoryHistory(() => sequencer.world);
  const last = new LastChanges();
  let lastAt = 0;
  let snapshotSeq = 0;
  const sequencer: Sequencer = await Sequencer.start({
    journal,
    clock: clock.now,
    quarantine,
    laws: lawsRemembering(ids),
    onAlarm: alarms.raise,
    ...(traces && { onTraced: (steps) => traces.command(steps) }),
    recovery: {
      onBegin: (world) => {
        snapshotSeq = world.seq;
        lastAt = world.at;
        last.begin(world);
        if (snapshotSeq > 0) history.rebuild();
      },
      onEntry: (entry, _line, world) => {
        lastAt = entry.at;
        if (snapshotSeq === 0) history.replayed(entry, world);
        last.add(entry);
      },
      ...(onProgress && { onProgress }),
    },
  });
  // A deadline that fell due by a wrong clock stands at the last entry's own time: nothing is lost by asking now.
  clock.check(lastAt);
  const feed = new Feed({ sequencer, steady: clock.steady, last });
  return { snapshotSeq, sequencer, history, feed };
}
