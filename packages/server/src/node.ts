/** A whole node in one process: journal, sequencer, vault, history, feed and HTTP, started and stopped in order. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FileQuarantine,
  type Journal,
  MemoryQuarantine,
  openFileJournal,
  Sequencer,
} from '@fairground/journal';
import { openPending, type SignedUp, type SignUp, signUp } from './accounts.js';
import { makeApp } from './app.js';
import { Clock, type TimeSource } from './clock.js';
import type { Config } from './config.js';
import type { App } from './edge/app-type.js';
import { Guards } from './edge/guards.js';
import { Feed } from './live/feed.js';
import { Sessions } from './live/sessions.js';
import { LastChanges } from './live/topics.js';
import { MemoryHistory } from './readmodel/history.js';
import type { Shell } from './shell.js';
import { NodeToken } from './vault/token.js';
import { Vault } from './vault/vault.js';
import { Wake } from './wake.js';

export interface Node {
  readonly sequencer: Sequencer;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Where it listens, `http://127.0.0.1:4000`. */
  readonly url: string;
  /** For requests without a socket. */
  readonly app: App;
  /** Opens an account and makes its first key. */
  signUp(wish: SignUp): Promise<SignedUp>;
  /** Takes no more writes, answers what it has taken, and ends. */
  close(): Promise<void>;
}

/** What a test may bring instead of the real thing. */
export interface NodeParts {
  readonly journal?: Journal;
  readonly time?: TimeSource;
  /** Told how far the recovery is: entries done, entries in all. */
  readonly onProgress?: (done: number, all: number) => void;
  /** What an operator must hear of; absent: it is logged. */
  readonly onAlarm?: (reason: string, stops: boolean) => void;
}

export async function startNode(config: Config, parts: NodeParts = {}): Promise<Node> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  // First of all: it takes the lock of the data directory.
  const journal =
    parts.journal ??
    (await openFileJournal({ dir: join(config.dataDir, 'journal'), proofreads: true }));
  let vault: Vault | undefined;
  try {
    vault = await Vault.open(config.dataDir);
    return await startOn({ journal, vault, config, parts });
  } catch (error) {
    await vault?.close();
    await journal.close();
    throw error;
  }
}

interface Stores {
  readonly journal: Journal;
  readonly vault: Vault;
  readonly config: Config;
  readonly parts: NodeParts;
}

async function startOn(stores: Stores): Promise<Node> {
  const { vault, config, parts } = stores;
  const clock = new Clock({
    acceptClock: config.acceptClock,
    ...(parts.time && { source: parts.time }),
  });
  const alarms = new Alarms(parts);
  const shell = await makeShell(
    stores,
    clock,
    await recoverSequencer({ ...stores, clock, alarms }),
  );
  await openPending(shell);
  const app = await makeApp(shell);
  alarms.log = (reason, stops) => app.log.error({ stops }, reason);
  const url = await listen(app, shell);
  clock.start();
  return {
    sequencer: shell.sequencer,
    vault,
    clock,
    url,
    app,
    signUp: (wish) => signUp(shell, wish),
    close: () => close(shell, app),
  };
}

interface Recovered {
  readonly sequencer: Sequencer;
  readonly history: MemoryHistory;
  readonly feed: Feed;
}

async function makeShell(
  { journal, vault, config }: Stores,
  clock: Clock,
  { sequencer, history, feed }: Recovered,
): Promise<Shell> {
  const token = await NodeToken.make(config.dataDir);
  const wake = await Wake.start(sequencer, [history, feed]);
  feed.follow(wake);
  const guards = new Guards({
    doorman: { vault, token },
    rates: config.rates,
    origins: config.origins,
    steady: clock.steady,
  });
  return {
    config,
    clock,
    journal,
    sequencer,
    wake,
    vault,
    token,
    history,
    feed,
    sessions: new Sessions(vault),
    guards,
    isDraining: false,
  };
}

interface Recovering extends Stores {
  readonly clock: Clock;
  readonly alarms: Alarms;
}

/** Folds the journal, filling what follows it on the way, and refuses a clock that cannot go on from there. */
async function recoverSequencer(recovering: Recovering): Promise<Recovered> {
  const { journal, config, clock, parts, alarms } = recovering;
  const history = new MemoryHistory(() => sequencer.world);
  const last = new LastChanges();
  let lastAt = 0;
  const sequencer: Sequencer = await Sequencer.start({
    journal,
    clock: clock.now,
    quarantine: parts.journal ? new MemoryQuarantine() : new FileQuarantine(config.dataDir),
    onAlarm: alarms.raise,
    recovery: {
      onEntry: (entry, _line, world) => {
        lastAt = entry.at;
        history.replayed(entry, world);
        last.add(entry);
      },
      ...(parts.onProgress && { onProgress: parts.onProgress }),
    },
  });
  // A deadline that fell due by a wrong clock stands at the last entry's own time: nothing is lost by asking now.
  clock.check(lastAt);
  const feed = new Feed({ sequencer, steady: clock.steady, last });
  return { sequencer, history, feed };
}

/** What an operator must hear of: said at once, also before there is a log. */
class Alarms {
  readonly #onAlarm: ((reason: string, stops: boolean) => void) | undefined;
  log: ((reason: string, stops: boolean) => void) | undefined;

  constructor({ onAlarm }: NodeParts) {
    this.#onAlarm = onAlarm;
  }

  readonly raise = (reason: string, stops: boolean): void => {
    if (this.#onAlarm) this.#onAlarm(reason, stops);
    else this.log?.(reason, stops);
  };
}

async function listen(app: App, { config, guards }: Shell): Promise<string> {
  await app.listen({ host: config.host, port: config.port });
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  for (const host of ['localhost', '127.0.0.1', config.host])
    guards.allowOrigin(`http://${host}:${port}`);
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  return `http://${host}:${port}`;
}

async function close(shell: Shell, app: App): Promise<void> {
  if (shell.isDraining) return;
  shell.isDraining = true;
  shell.sessions.drain();
  // Waits for every answer that is still owed; the sequencer goes on meanwhile.
  await app.close();
  await shell.sequencer.drain();
  shell.feed.stop();
  shell.wake.stop();
  shell.clock.stop();
  await shell.journal.close();
  await shell.vault.close();
}
