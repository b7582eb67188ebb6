/** The part a node plays for its journal: alone on a directory, or one of several on a database. */
import type { IdBounds, Journal, Quarantine } from '@fairground/journal';
import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import type { Feed } from '../live/feed.js';
import type { MemoryHistory } from '../readmodel/history.js';
import type { Shell } from '../shell.js';
import type { Vault } from '../vault/vault.js';
import type { Traces } from '../traces/traces.js';
import type { Alarms } from './alarms.js';
import type { Place, Sequencing } from './sequencing.js';

/** What an operator may know of a node's part. */
export interface Report {
  /** The term it leads in, or the one it saw last. */
  readonly term: number;
  /** Who holds the lease, as far as this node knows; '' where nobody does, absent where there is none. */
  readonly holder?: string;
  /** How long ago it last saw the journal's end; 0 of a leader. */
  readonly lagMs: number;
}

export interface Part {
  readonly sequencer: Sequencing;
  readonly history: MemoryHistory;
  readonly feed: Feed;
  /** True while this node shows an older state than it should. */
  readonly isBehind: () => boolean;
  readonly report: () => Report;
  /** A place that held everything when it was asked for; undefined where nobody can tell. */
  readonly fresh: () => Promise<Place | undefined>;
  /** What this node never decides again. */
  readonly quarantine: Pick<Quarantine, 'list'>;
  /** Before anybody is let in. */
  begin(shell: Shell): Promise<void>;
  /** Once the node listens. */
  begun(): void;
  /** Takes no more commands; resolves when all that were taken are answered. */
  drain(): Promise<void>;
  /** Stops what goes on behind everybody's back; the journal is closed next. */
  stop(): Promise<void>;
  /** What ends only once the journal is closed. */
  ended(): Promise<void>;
}

/** What a part is made of. */
export interface Stores {
  readonly journal: Journal;
  readonly vault: Vault;
  readonly config: Config;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly traces: Traces | undefined;
  /** Of command ids, where they are not the usual. */
  readonly ids: IdBounds | undefined;
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
}
