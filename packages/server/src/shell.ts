/** What routes and the feed work with: one of each for a node. */
import type { Journal, Quarantine } from '@fairground/journal';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import type { Guards } from './edge/guards.js';
import type { KnownKeys } from './edge/known-keys.js';
import type { Effects } from './effects/effects.js';
import type { Metrics } from './edge/metrics.js';
import type { Feed } from './live/feed.js';
import type { MatchFeed } from './live/match-feed.js';
import type { Sessions } from './live/sessions.js';
import type { ReadModel } from './readmodel/read-model.js';
import type { History } from './readmodel/history.js';
import type { People } from './people/people.js';
import type { NodeToken } from './vault/token.js';
import type { Vault } from './vault/vault.js';
import type { Report } from './node/part.js';
import type { Place, Sequencing } from './node/sequencing.js';
import type { Traces } from './traces/traces.js';
import type { Ticks } from './ticks/ticks.js';
import type { Wake } from './wake.js';

export interface Shell {
  readonly config: Config;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly sequencer: Sequencing;
  /** True while this node shows an older state than it should. */
  readonly isBehind: () => boolean;
  readonly report: () => Report;
  /** A place that held everything when it was asked for; undefined where nobody can tell. */
  readonly fresh: () => Promise<Place | undefined>;
  readonly quarantine: Pick<Quarantine, 'list'>;
  readonly wake: Wake;
  readonly vault: Vault;
  readonly token: NodeToken;
  readonly history: History;
  /** Absent where a node keeps none. */
  readonly tables: ReadModel | undefined;
  readonly keys: KnownKeys;
  /** What is done for people behind their backs; absent where there are no tables. */
  readonly effects: Effects | undefined;
  /** Ticks from outside; absent where there is nowhere to keep them. */
  readonly ticks: Ticks | undefined;
  readonly feed: Feed;
  readonly matches: MatchFeed;
  readonly people: People;
  readonly sessions: Sessions;
  readonly guards: Guards;
  readonly metrics: Metrics;
  /** Absent where nothing is recorded. */
  readonly traces: Traces | undefined;
  /** True from the moment the node is told to stop: it takes no more writes. */
  isDraining: boolean;
}
