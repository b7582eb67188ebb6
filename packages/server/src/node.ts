/** A whole node in one process: journal, sequencer, vault, history, feed and HTTP, started and stopped in order. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatAmount } from '@fairground/engine';
import {
  FileQuarantine,
  type Journal,
  MemoryQuarantine,
  openFileJournal,
  Sequencer,
  SnapshotKeeper,
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
import { type Rebuild, rebuildHistory } from './readmodel/rebuild.js';
import { adoptRules, keptRules } from './rules.js';
import type { Shell } from './shell.js';
import type { LinesDisk } from './vault/lines-disk.js';
import { NodeToken } from './vault/token.js';
import { Vault } from './vault/vault.js';
import { Wake, type Watcher } from './wake.js';

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
  /** How many entries there are from one snapshot to the next. */
  readonly snapshotEvery?: number;
  readonly vaultDisk?: LinesDisk;
  /** Told how far the recovery is: entries done, entries in all. */
  readonly onProgress?: (done: number, all: number) => void;
  /** What an operator must hear of; absent: it is logged as soon as there is a log. */
  readonly onAlarm?: (reason: string, stops: boolean) => void;
}

export async function startNode(config: Config, parts: NodeParts = {}): Promise<Node> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const alarms = new Alarms(parts);
  // First of all: it takes the lock of the data directory.
  const journal = parts.journal ?? (await openJournal(config, alarms));
  let vault: Vault | undefined;
  try {
    vault = await Vault.open(config.dataDir, {
      onAlarm: (reason) => alarms.raise(reason, false),
      ...(parts.vaultDisk && { disk: parts.vaultDisk }),
    });
    return await startOn({ journal, vault, config, parts, alarms });
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
  readonly alarms: Alarms;
}

async function openJournal(config: Config, alarms: Alarms): Promise<Journal> {
  const { acceptLoss, unsafeLock } = config;
  const dir = join(config.dataDir, 'journal');
  const journal = await openFileJournal({ dir, proofreads: true, acceptLoss, unsafeLock });
  for (const warning of journal.warnings) alarms.raise(warning, false);
  return journal;
}

async function startOn(stores: Stores): Promise<Node> {
  const { vault, config, parts, alarms } = stores;
  const clock = new Clock({
    acceptClock: config.acceptClock,
    onLeap: (aheadMs) => alarms.raise(leapt(aheadMs), false),
    ...(parts.time && { source: parts.time }),
  });
  const recovered = await recoverSequencer({ ...stores, clock });
  const shell = await makeShell(stores, clock, recovered);
  await openPending(shell);
  if (!config.keepRules) await adoptRules(shell);
  const app = await makeApp(shell);
  alarms.logTo((reason, stops) => app.log.error({ stops }, reason));
  const url = await listen(app, shell);
  const unreachable = strangersIn(config);
  const kept = keptRules(shell.sequencer.world.rules);
  for (const word of [unreachable, kept]) if (word !== undefined) alarms.raise(word, false);
  clock.start();
  const behind = beside(stores, recovered);
  return {
    sequencer: shell.sequencer,
    vault,
    clock,
    url,
    app,
    signUp: (wish) => signUp(shell, wish),
    close: () => close(shell, app, behind),
  };
}

/** What goes on behind everybody's back. */
interface Beside {
  readonly keeper: SnapshotKeeper;
  readonly rebuild: Rebuild | undefined;
}

function beside({ journal, parts, alarms }: Stores, recovered: Recovered): Beside {
  const { sequencer, history, snapshotSeq } = recovered;
  const onAlarm = (reason: string): void => alarms.raise(reason, false);
  const keeper = new SnapshotKeeper({
    journal,
    newest: snapshotSeq,
    onAlarm,
    ...(parts.snapshotEvery !== undefined && { everyEntries: parts.snapshotEvery }),
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

async function makeShell(
  { journal, vault, config, alarms }: Stores,
  clock: Clock,
  { sequencer, history, feed }: Recovered,
): Promise<Shell> {
  const token = await NodeToken.make(config.dataDir);
  const wake = await Wake.start(sequencer, [history, feed, treasuryWatch(alarms)]);
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

/** An empty treasury means deposits refused and facts that move nothing: somebody must hear of it in time. */
const treasuryWatch = (alarms: Alarms): Watcher => ({
  durable({ events }) {
    for (const event of events) {
      if (event.type !== 'treasury_low') continue;
      const [balance, floor] = [formatAmount(event.balance), formatAmount(event.floor)];
      alarms.raise(`The treasury is down to ${balance} Points; its floor is ${floor}.`, false);
    }
  },
});

interface Recovering extends Stores {
  readonly clock: Clock;
}

/** Folds the journal, filling what follows it on the way, and refuses a clock that cannot go on from there. */
async function recoverSequencer(recovering: Recovering): Promise<Recovered> {
  const { journal, config, clock, parts, alarms } = recovering;
  const history = new MemoryHistory(() => sequencer.world);
  const last = new LastChanges();
  let lastAt = 0;
  let snapshotSeq = 0;
  const sequencer: Sequencer = await Sequencer.start({
    journal,
    clock: clock.now,
    quarantine: parts.journal ? new MemoryQuarantine() : new FileQuarantine(config.dataDir),
    onAlarm: alarms.raise,
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
      ...(parts.onProgress && { onProgress: parts.onProgress }),
    },
  });
  // A deadline that fell due by a wrong clock stands at the last entry's own time: nothing is lost by asking now.
  clock.check(lastAt);
  const feed = new Feed({ sequencer, steady: clock.steady, last });
  return { snapshotSeq, sequencer, history, feed };
}

/** What an operator must hear of: said at once, or kept until there is a log. */
class Alarms {
  #say: ((reason: string, stops: boolean) => void) | undefined;
  #early: (readonly [reason: string, stops: boolean])[] = [];

  constructor({ onAlarm }: NodeParts) {
    this.#say = onAlarm;
  }

  readonly raise = (reason: string, stops: boolean): void => {
    if (this.#say) this.#say(reason, stops);
    else this.#early.push([reason, stops]);
  };

  /** Where nobody else listens. */
  logTo(log: (reason: string, stops: boolean) => void): void {
    this.#say ??= log;
    for (const [reason, stops] of this.#early.splice(0)) this.#say(reason, stops);
  }
}

function leapt(aheadMs: number): string {
  const days = Math.round(aheadMs / 86_400_000);
  return `This machine's clock has leapt ${days} days ahead, and is not followed. If it is right, start anew with --accept-clock (FAIRGROUND_ACCEPT_CLOCK=1); else set it right.`;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Whoever opens the page by an address that this node does not know as its own can only look. */
function strangersIn({ host, port, origins }: Config): string | undefined {
  if (LOOPBACK.test(host) || origins.length > 0) return undefined;
  const own = ['0.0.0.0', '::'].includes(host) ? '' : ` and ${host}`;
  return `This node listens on ${host}, and knows as its own pages only those of localhost, 127.0.0.1${own}${port === 0 ? '' : `, port ${port}`}. Pages opened under another address can neither trade nor go live until FAIRGROUND_ORIGINS names it, such as https://fair.example.`;
}

async function listen(app: App, { config, guards }: Shell): Promise<string> {
  await app.listen({ host: config.host, port: config.port });
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  for (const host of ['localhost', '127.0.0.1', config.host])
    guards.allowOrigin(`http://${inUrl(host)}:${port}`);
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  return `http://${inUrl(host)}:${port}`;
}

/** An address of IPv6 stands in brackets there. */
const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

async function close(shell: Shell, app: App, { keeper, rebuild }: Beside): Promise<void> {
  if (shell.isDraining) return;
  shell.isDraining = true;
  shell.sessions.drain();
  // Waits for every answer that is still owed; the sequencer goes on meanwhile.
  await app.close();
  await shell.sequencer.drain();
  shell.feed.stop();
  shell.wake.stop();
  shell.clock.stop();
  keeper.stop();
  rebuild?.stop();
  await rebuild?.ended;
  await shell.journal.close();
  await keeper.idle();
  await shell.vault.close();
}
