/** `fairground cluster`: several nodes on one PostgreSQL, all on this machine, to be killed, paused and cut off. */
import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, Option } from 'commander';
import { putAside } from '../aside.js';
import type { Act } from '../cluster/acts.js';
import { Cluster } from '../cluster/cluster.js';
import { type Console, openConsole } from '../cluster/console.js';
import { isServed } from '../cluster/database.js';
import { secondsOf } from '../cluster/screen.js';
import { runDemo } from '../demo/demo.js';
import { DemoFault } from '../demo/port.js';
import { Failure } from '../exit.js';
import { line } from '../print.js';
import { RemoteExchange } from '../remote/exchange.js';
import { countArgument, type JsonOption, portArgument, withJson } from '../settings.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';
import { speedArgument } from './demo.js';

interface ClusterCommandOptions extends JsonOption {
  readonly data: string;
  readonly nodes: number;
  readonly port: number;
  readonly database?: string;
  readonly speed: number;
  readonly trades?: number;
  readonly fresh?: boolean;
}

const DEFAULT_DATA = '.fairground/cluster';
const DEFAULT_PORT = 4000;
/** A shorter gap between two answers is not worth a word. */
const GAP_MS = 1_000;
/** What a node says while it comes up is asked for again after this. */
const AGAIN_MS = 250;
const OPEN_MS_MAX = 30_000;

export function addCluster(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('cluster')
    .description('Play with several nodes on one PostgreSQL here: kill, pause and cut them off.')
    .option('--nodes <count>', 'how many', countArgument(1, 9), 3)
    .addOption(
      new Option('--data <dir>', 'where all of it lies').default(DEFAULT_DATA, DEFAULT_DATA),
    )
    .option('--port <port>', 'of the first node; 0 takes free ones', portArgument, DEFAULT_PORT)
    .option(
      '--database <url>',
      'a PostgreSQL that runs already, and an empty database in it',
      databaseArgument,
    )
    .option('--speed <days>', 'match days a minute, or “max”', speedArgument, 1)
    .option(
      '--trades <count>',
      'what the crowd trades a second; 0 for no crowd',
      countArgument(0, 1_000),
    )
    .option('--fresh', 'begin anew: what is in the directory is moved aside');
  withJson(verb)
    .example('cluster', 'Three nodes, the World Cup on them; 1 and k kills the first.')
    .example('cluster --nodes 5 --trades 100', 'A larger one, and busier.')
    .note('Keys, and the same acts as lines on the standard input where there is no terminal:', [
      '  1–9 choose a node · k kill · p pause, continue · x partition, heal · r restart',
      '  d database: restarts PostgreSQL · ? help · q quit: drains all (q again: kills); the next start goes on',
      '      kill 2, pause 1, continue 1, partition 3, heal 3, restart 2, database, quit',
    ])
    .action((options: ClusterCommandOptions) => play(terminal, options));
}

function databaseArgument(text: string): string {
  if (/^postgres(ql)?:\/\/\S+$/.test(text)) return text;
  throw new InvalidArgumentError('It must be like postgres://user:password@host/database.');
}

async function play(terminal: Terminal, options: ClusterCommandOptions): Promise<void> {
  const { self, env } = terminal;
  if (!self) throw new Failure('usage', 'A cluster needs a process of its own to start others.');
  const dir = resolve(options.data);
  await refuseSecond(dir);
  if (options.fresh && existsSync(dir)) putAside(terminal, dir);
  const stop = new AbortController();
  // As many listen as wishes are under way.
  setMaxListeners(0, stop.signal);
  terminal.signal.addEventListener('abort', () => stop.abort(), { once: true });
  const playing: { cluster?: Cluster } = {};
  const onAct = (act: Act): void => {
    const { cluster } = playing;
    if (act.kind === 'help') return;
    if (act.kind === 'quit') return stop.signal.aborted ? cluster?.hurry() : stop.abort();
    cluster?.act(act).catch((error: unknown) => cluster?.happen(`${act.kind}: ${String(error)}`));
  };
  const watch = openConsole(terminal, options.json === true, onAct);
  line(terminal.err, `starting ${options.nodes} nodes in ${dir} …`);
  const { nodes, port, database } = options;
  const onHappening = watch.happened.bind(watch);
  const cluster = await Cluster.start({ dir, nodes, port, database, self, env, onHappening });
  playing.cluster = cluster;
  try {
    watch.begin(cluster);
    await trade(cluster, options, { signal: stop.signal, watch });
  } finally {
    watch.ending();
    await cluster.end().finally(() => watch.end());
    line(terminal.err, 'stopped; the next start goes on from here');
  }
}

interface Trading {
  readonly signal: AbortSignal;
  readonly watch: Console;
}

/** The World Cup, through the nodes' public doors like any client; when it is over the nodes stay. */
async function trade(
  cluster: Cluster,
  { speed, trades }: ClusterCommandOptions,
  { signal }: Trading,
): Promise<void> {
  const exchange = await open(cluster, signal);
  if (!exchange) return;
  cluster.silentMs = () => exchange.silentMs;
  try {
    const result = await runDemo({
      exchange,
      dir: cluster.dir,
      speed,
      ...(trades !== undefined && { crowdPerSecond: trades }),
      onStatus: (status) => (cluster.demo = status),
      signal,
    });
    if (result.finished) cluster.happen('the cup is over; --fresh plays it again');
    await untilAborted(signal);
  } catch (error) {
    throw error instanceof DemoFault ? new Failure('fault', error.message, error) : error;
  } finally {
    await exchange.close();
  }
}

/** Undefined where it was stopped before any node answered. */
async function open(cluster: Cluster, signal: AbortSignal): Promise<RemoteExchange | undefined> {
  const until = performance.now() + OPEN_MS_MAX;
  let hasFlowed = false;
  const onAnswer = (silentMs: number): void => {
    // The first answer ends no gap: nothing flowed before.
    if (hasFlowed && silentMs >= GAP_MS)
      cluster.happen(`writes flow again after ${secondsOf(silentMs)} s`);
    hasFlowed = true;
  };
  for (;;) {
    if (signal.aborted) return undefined;
    try {
      return await RemoteExchange.open({
        ways: cluster.members,
        dir: cluster.dir,
        signal,
        onAnswer,
      });
    } catch (error) {
      if (signal.aborted) return undefined;
      if (performance.now() > until) throw error;
      await sleep(AGAIN_MS);
    }
  }
}

/** Two of them in one directory would end each other's database. */
async function refuseSecond(dir: string): Promise<void> {
  if (!(await isServed(join(dir, 'postgres')))) return;
  throw new Failure('not_now', `A cluster runs in ${dir} already: choose another with --data.`);
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
