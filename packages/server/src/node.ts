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
import { lastChanges } from './live/topics.js';
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
    parts.journal ?? (await openFileJournal({ dir: join(config.dataDir, 'journal') }));
  try {
    return await startOn(journal, config, parts);
  } catch (error) {
    await journal.close();
    throw error;
  }
}

async function startOn(journal: Journal, config: Config, parts: NodeParts): Promise<Node> {
  const vault = await Vault.open(config.dataDir);
  const token = await NodeToken.make(config.dataDir);
  const clock = new Clock({
    acceptClock: config.acceptClock,
    ...(parts.time && { source: parts.time }),
  });
  const alarms = new Alarms(parts);
  const { sequencer, history } = await recoverSequencer({ journal, config, clock, parts, alarms });
  const feed = new Feed(
    { sequencer, steady: clock.steady },
    lastChanges(sequencer.world),
    sequencer.head.seq,
  );
  const wake = await Wake.start(sequencer, [history]);
  wake.follow(feed);
  feed.follow(wake);
  const guards = new Guards({
    doorman: { vault, token },
    rates: config.rates,
    origins: config.origins,
    steady: clock.steady,
  });
  const sessions = new Sessions(vault);
  const shell: Shell = {
    config,
    clock,
    journal,
    sequencer,
    wake,
    vault,
    token,
    history,
    feed,
    sessions,
    guards,
    isDraining: false,
  };
  await openPending(shell);
  const app = await makeApp(shell);
  alarms.log = (reason, stops) => app.log.error({ stops }, reason);
  const url = await listen(app, shell);
  clock.start();
  return {
    sequencer,
    vault,
    clock,
    url,
    app,
    signUp: (wish) => signUp(shell, wish),
    close: () => close(shell, app),
  };
}

interface Recovering {
  readonly journal: Journal;
  readonly config: Config;
  readonly clock: Clock;
  readonly parts: NodeParts;
  readonly alarms: Alarms;
}

/** Folds the journal, filling the history on the way, and refuses a clock that cannot go on from there. */
async function recoverSequencer({ journal, config, clock, parts, alarms }: Recovering) {
  let world = (): Sequencer['world'] => sequencer.world;
  const history = new MemoryHistory(() => world());
  let lastAt = 0;
  const sequencer: Sequencer = await Sequencer.start({
    journal,
    // Until the last entry is known no deadline may fall due by a clock that may be wrong.
    clock: clock.now,
    quarantine: parts.journal ? new MemoryQuarantine() : new FileQuarantine(config.dataDir),
    onAlarm: alarms.raise,
    recovery: {
      onEntry: (entry, _line, at) => {
        lastAt = entry.at;
        history.replayed(entry, at);
      },
      ...(parts.onProgress && { onProgress: parts.onProgress }),
    },
  });
  world = () => sequencer.world;
  clock.check(lastAt);
  return { sequencer, history };
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
