/** A whole node in one process: journal, sequencer, vault, history, feed and HTTP, started and stopped in order. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { formatAmount } from '@fairground/engine';
import { type Journal, type IdBounds, openFileJournal } from '@fairground/journal';
import { type SignedUp, type SignUp, signUp } from './accounts.js';
import { makeApp } from './app.js';
import { Clock, machineTime, type TimeSource } from './clock.js';
import type { Config } from './config.js';
import type { App } from './edge/app-type.js';
import { Guards } from './edge/guards.js';
import type { LineLimits } from './edge/lines.js';
import { KnownKeys } from './edge/known-keys.js';
import { Metrics } from './edge/metrics.js';
import { ClosingLines } from './edge/closing-lines.js';
import type { EffectsPace } from './effects/effects.js';
import { openEffects } from './effects/open-effects.js';
import { MatchFeed } from './live/match-feed.js';
import { Sessions } from './live/sessions.js';
import { listen, strangersIn } from './node/address.js';
import { Alarms } from './node/alarms.js';
import { leadAlone } from './node/alone.js';
import type { Part, Stores } from './node/part.js';
import type { Sequencing } from './node/sequencing.js';
import { joinNodes, openShared } from './node/together.js';
import { Keeper } from './people/keeper.js';
import { Mailer, type Post, postOf } from './people/mail.js';
import { Passwords, type PasswordsOptions } from './people/passwords.js';
import { People } from './people/people.js';
import { startPullers } from './pull/start-pullers.js';
import type { Pullers } from './pull/pullers.js';
import { keptRules } from './rules.js';
import type { Shell } from './shell.js';
import type { LinesDisk } from './vault/lines-disk.js';
import { NodeToken } from './vault/token.js';
import { Vault } from './vault/vault.js';
import { openTables } from './readmodel/open-tables.js';
import { openTraces } from './traces/traces.js';
import { openTicks } from './ticks/open-ticks.js';
import { tellAdmins } from './ticks/tell-admins.js';
import { Wake, type Watcher } from './wake.js';

export interface Node {
  readonly sequencer: Sequencing;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Where it listens, `http://127.0.0.1:4000`. */
  readonly url: string;
  /** For requests without a socket. */
  readonly app: App;
  /** What its routes work with. */
  readonly shell: Shell;
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
  /** And from one digest that nodes compare to the next. */
  readonly digestEvery?: number;
  /** How many ids the world remembers in any case, and at most. */
  readonly ids?: IdBounds;
  readonly vaultDisk?: LinesDisk;
  /** Who gets the letters. */
  readonly post?: Post | undefined;
  /** The terminal, for letters that go there. */
  readonly print?: (text: string) => void;
  /** Where the log goes, if not to the standard output. */
  readonly log?: Writable;
  /** How long lines may take. */
  readonly lines?: LineLimits;
  /** How slowly passwords are hashed. */
  readonly passwords?: PasswordsOptions;
  /** How often and how fast what is for people is tried again. */
  readonly pace?: EffectsPace;
  /** Told how far the recovery is: entries done, entries in all. */
  readonly onProgress?: (done: number, all: number) => void;
  /** What an operator must hear of; absent: it is logged as soon as there is a log. */
  readonly onAlarm?: (reason: string, stops: boolean) => void;
}

/** What has to be closed again, in this order, where a start fails. */
type Closing = (() => Promise<void>)[];

export async function startNode(config: Config, parts: NodeParts = {}): Promise<Node> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const alarms = new Alarms(parts.onAlarm);
  const closing: Closing = [];
  try {
    return await startOn({ config, parts, alarms }, closing);
  } catch (error) {
    for (const close of closing) await close();
    throw error;
  }
}

interface Given {
  readonly config: Config;
  readonly parts: NodeParts;
  readonly alarms: Alarms;
}

async function startOn({ config, parts, alarms }: Given, closing: Closing): Promise<Node> {
  const isShared = config.journalUrl !== undefined && !parts.journal;
  const shared = isShared ? await openShared(config, alarms) : undefined;
  // First of all: a file journal takes the lock of the data directory.
  const journal = shared ?? parts.journal ?? (await openJournal(config, alarms));
  closing.unshift(() => journal.close());
  const clock = new Clock({
    acceptClock: config.acceptClock,
    onLeap: (aheadMs) => alarms.raise(leapt(aheadMs), false),
    ...(parts.time && { source: parts.time }),
  });
  const vault = await openVault({ config, parts, alarms }, clock);
  closing.unshift(() => vault.close());
  const { onProgress, snapshotEvery, digestEvery, ids } = parts;
  const onTrouble = (reason: string): void => alarms.raise(reason, false);
  const { wall, steady } = machineTime;
  const traces = await openTraces(config.traces, { wall, steady, onAlarm: onTrouble });
  if (traces) closing.push(() => traces.close());
  const stores: Stores = { journal, vault, config, clock, alarms, traces, ids, onProgress };
  const isPlayed = parts.journal !== undefined;
  const part = shared
    ? await joinNodes({ ...stores, journal: shared, snapshotEvery, digestEvery })
    : await leadAlone({ ...stores, snapshotEvery, isPlayed });
  if (shared) closing.unshift(() => part.drain().then(part.stop));
  const tables = openTables(stores, { sequencer: part.sequencer, isPlayed });
  if (tables) closing.unshift(() => tables.close());
  const ticks = openTicks(stores, { tables, isPlayed });
  if (ticks) closing.unshift(() => ticks.close());
  return openTo(stores, part, parts, { tables, ticks });
}

/** Where the journal is shared, so are keys and texts. */
function openVault({ config, parts, alarms }: Given, { steady, now }: Clock): Promise<Vault> {
  const onAlarm = (reason: string): void => alarms.raise(reason, false);
  const { vaultUrl: url, dataDir } = config;
  if (url !== undefined && !parts.journal) return Vault.openShared({ url, steady, onAlarm, now });
  return Vault.open(dataDir, { onAlarm, ...(parts.vaultDisk && { disk: parts.vaultDisk }) });
}

/** Lets people in. */
async function openTo(
  stores: Stores,
  part: Part,
  parts: NodeParts,
  { tables, ticks }: Pick<Shell, 'tables' | 'ticks'>,
): Promise<Node> {
  const { vault, config, clock, alarms } = stores;
  const site = { url: config.origins[0] ?? '' };
  const mail = parts.post ?? (await postOf(config, clock.now, parts.print));
  const beside = { mail, site: () => site.url };
  const people = makePeople(stores, part, parts, beside);
  const effects = await openEffects(stores, part, { ...beside, tables, pace: parts.pace });
  const shell = await makeShell(stores, part, { people, tables, ticks, effects });
  await part.begin(shell);
  const app = await makeApp(shell, parts);
  alarms.logTo((reason, stops) => app.log.error({ stops }, reason));
  const lines = new ClosingLines(app.server);
  const url = await listen(app, shell);
  site.url ||= url;
  const { sequencer } = shell;
  const words = [strangersIn(config), keptRules(sequencer.world.rules)];
  for (const word of words) if (word !== undefined) alarms.raise(word, false);
  clock.start();
  part.begun();
  const onAlarm = (reason: string): void => alarms.raise(reason, false);
  const keeper = new Keeper(shell, onAlarm);
  keeper.start();
  effects?.start();
  ticks?.start();
  if (ticks && effects) tellAdmins({ ticks, effects, sequencer, now: clock.now, onAlarm });
  const pullers = startPullers(shell, onAlarm);
  return {
    sequencer,
    vault,
    clock,
    url,
    app,
    shell,
    signUp: (wish) => signUp(shell, wish),
    close: () => close(shell, { app, part, lines, keeper, pullers }),
  };
}

async function openJournal(config: Config, alarms: Alarms): Promise<Journal> {
  const { acceptLoss, unsafeLock } = config;
  const dir = join(config.dataDir, 'journal');
  const journal = await openFileJournal({ dir, proofreads: true, acceptLoss, unsafeLock });
  for (const warning of journal.warnings) alarms.raise(warning, false);
  return journal;
}

function makePeople(
  { vault, clock, alarms }: Stores,
  { sequencer }: Part,
  { passwords }: NodeParts,
  { mail, site }: { readonly mail: Post; readonly site: () => string },
): People {
  const onAlarm = (reason: string): void => alarms.raise(reason, false);
  return new People({
    registry: { vault, sequencer, clock },
    passwords: new Passwords(passwords),
    mailer: new Mailer(mail, onAlarm),
    site,
    onAlarm,
  });
}

async function makeShell(
  { journal, vault, config, clock, alarms, traces }: Stores,
  { sequencer, history, feed, isBehind, report, fresh, quarantine }: Part,
  made: Pick<Shell, 'people' | 'tables' | 'ticks' | 'effects'>,
): Promise<Shell> {
  const token = await NodeToken.make(config.dataDir);
  const metrics = new Metrics(clock.steady);
  const wake = await Wake.start(sequencer, [history, feed, treasuryWatch(alarms), metrics]);
  feed.follow(wake);
  const guards = new Guards({
    doorman: { vault, token, clock, sequencer },
    rates: config.rates,
    origins: config.origins,
    steady: clock.steady,
  });
  return {
    config,
    clock,
    journal,
    sequencer,
    isBehind,
    report,
    fresh,
    quarantine,
    wake,
    vault,
    token,
    history,
    keys: new KnownKeys({ sequencer, tables: made.tables }),
    feed,
    matches: new MatchFeed(vault.pulls),
    ...made,
    sessions: new Sessions(vault),
    guards,
    metrics,
    traces,
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

function leapt(aheadMs: number): string {
  const days = Math.round(aheadMs / 86_400_000);
  return `This machine's clock has leapt ${days} days ahead, and is not followed. If it is right, start anew with --accept-clock (FAIRGROUND_ACCEPT_CLOCK=1); else set it right.`;
}

interface Open {
  readonly app: App;
  readonly part: Part;
  readonly lines: ClosingLines;
  readonly keeper: Keeper;
  readonly pullers: Pullers;
}

async function close(shell: Shell, { app, part, lines, keeper, pullers }: Open): Promise<void> {
  if (shell.isDraining) return;
  shell.isDraining = true;
  shell.sessions.drain();
  const pulled = pullers.stop();
  // Waits for every answer that is still owed; the sequencer goes on meanwhile.
  await lines.during(app.close());
  await keeper.stop();
  await Promise.all([shell.people.idle(), shell.effects?.stop(), shell.ticks?.close(), pulled]);
  await part.drain();
  shell.feed.stop();
  shell.matches.stop();
  shell.wake.stop();
  shell.clock.stop();
  await Promise.all([part.stop(), shell.tables?.close()]);
  await shell.journal.close();
  await part.ended();
  await shell.vault.close();
  await shell.traces?.close();
}
