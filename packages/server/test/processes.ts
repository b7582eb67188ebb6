/** Nodes as processes of their own, which a test may kill. Whatever it starts, `endAll` ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled, FLAGS } from '../../../scripts/programs.js';
import { layTables } from '../../../scripts/tables.js';
import { TOKEN_FILE } from '../src/index.js';
import { NO_LIMITS } from './bench.js';
import { CLUSTER_SECRET } from './nodes.js';

const NODE = compiled('packages/server/src/main.ts');
const PACKAGE = join(import.meta.dirname, '..');
/** A node that raises more than this is broken, and its first words say how. */
const ALARMS_MAX = 1_000;
const started = new Set<ChildProcess>();

export interface Running {
  /** Where it serves. */
  readonly url: string;
  /** Where other nodes reach it: how the lease calls it. */
  readonly nodeUrl: string;
  readonly token: string;
  /** What its operator was told. */
  readonly alarms: readonly string[];
  /** How it ended; undefined while it runs. */
  readonly exit: number | string | undefined;
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
}

export interface RunOptions {
  /** What is run, instead of the node itself; it finds the packages compiled. */
  readonly main?: string;
  readonly dir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Without a database it is alone on its directory. */
export async function run(
  database: string | undefined,
  nodeUrl: string,
  { main, dir: wanted, env = {} }: RunOptions = {},
): Promise<Running> {
  const dir = wanted ?? (await mkdtemp(join(tmpdir(), 'fairground-node-')));
  const settings: Readonly<Record<string, string>> = { FAIRGROUND_READ_MODEL: '0', ...env };
  if (database === undefined && settings['FAIRGROUND_READ_MODEL'] === '1') await layTables(dir);
  const args = main === undefined ? NODE : [...FLAGS, main];
  const child = spawn(process.execPath, args, {
    cwd: PACKAGE,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...NO_LIMITS,
      ...(database !== undefined && {
        DATABASE_URL: database,
        FAIRGROUND_NODE_URL: nodeUrl,
        FAIRGROUND_CLUSTER_SECRET: CLUSTER_SECRET,
      }),
      FAIRGROUND_DATA: dir,
      FAIRGROUND_LOG: 'silent',
      PORT: '0',
      ...settings,
    },
  });
  started.add(child);
  const gone = once(child, 'exit').then(() => started.delete(child));
  const alarms: string[] = [];
  child.stderr.on('data', (bytes) => {
    if (alarms.length < ALARMS_MAX) alarms.push(...String(bytes).trimEnd().split('\n'));
  });
  let said = '';
  for await (const bytes of child.stdout) {
    said += String(bytes);
    if (said.includes('\n')) break;
  }
  const url = /http:\S+/.exec(said)?.[0];
  if (url === undefined) throw new Error(`a node did not start: ${alarms.join(' ')}`);
  const token = (await readFile(join(dir, TOKEN_FILE), 'utf8')).trim();
  const kill: Running['kill'] = async (signal) => {
    child.kill(signal);
    if (signal === 'SIGKILL' || signal === 'SIGTERM') await gone;
  };
  return {
    url,
    nodeUrl,
    token,
    alarms,
    kill,
    get exit() {
      return child.exitCode ?? child.signalCode ?? undefined;
    },
  };
}

export async function endAll(): Promise<void> {
  const gone = [...started].map((child) => once(child, 'exit'));
  for (const child of started) child.kill('SIGKILL');
  await Promise.all(gone);
}
