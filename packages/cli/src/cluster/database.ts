/** A PostgreSQL of one's own: in a directory, on loopback alone, with a password, and as durable as it comes. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, type WriteStream } from 'node:fs';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Failure } from '../exit.js';
import type { Target } from './gate.js';

const USER = 'fairground';
const READY = 'database system is ready to accept connections';
const READY_MS_MAX = 30_000;
/** A fast shutdown writes a checkpoint; beyond this it hangs. */
const STOP_MS_MAX = 15_000;
/** What an operator reads when it does not start. */
const LAST_CHARS = 2_000;

/** Kills are played with here: nothing of what makes it durable is turned off. */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=120',
  'shared_buffers=64MB',
  'max_wal_senders=0',
  'wal_level=minimal',
];

export type DatabaseState = 'up' | 'starting' | 'down' | 'not ours';

export interface DatabaseOptions {
  readonly bin: string;
  /** Holds `data` and `postgres.log`. */
  readonly dir: string;
  readonly password: string;
  readonly port: number;
  /** Told of each process, so that somebody ends it whatever happens. */
  readonly onProcess: (child: ChildProcess) => void;
  readonly onGone: (why: string) => void;
}

export class Database {
  readonly #options: DatabaseOptions;
  readonly #owner = unprivileged();
  #log: WriteStream | undefined;
  #process: ChildProcess | undefined;
  #said = '';
  #state: DatabaseState = 'down';
  #isEnding = false;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  get state(): DatabaseState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get target(): Target {
    return { host: '127.0.0.1', port: this.#options.port };
  }

  /** How it is reached through `port`. */
  url(port: number): string {
    return `postgres://${USER}:${this.#options.password}@127.0.0.1:${port}/postgres`;
  }

  async start(): Promise<void> {
    await this.#prepare();
    await this.#up();
  }

  /** Connections are cut, what is under way is rolled back. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#up();
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    this.#isEnding = true;
    const gone = once(child, 'exit');
    child.kill('SIGINT');
    const late = sleep(STOP_MS_MAX, 'late', { ref: false });
    if ((await Promise.race([gone, late])) === 'late') child.kill('SIGQUIT');
    await gone;
  }

  async #prepare(): Promise<void> {
    const { dir, bin, password } = this.#options;
    const data = join(dir, 'data');
    if (existsSync(join(data, 'PG_VERSION'))) return;
    await mkdir(dir, { recursive: true, mode: 0o755 });
    // A first start that was cut short left half a directory.
    await rm(data, { recursive: true, force: true });
    await mkdir(data, { mode: 0o700 });
    const secret = join(dir, 'password.tmp');
    await writeFile(secret, password, { mode: 0o600 });
    if (this.#owner) {
      await chmod(dir, 0o755);
      for (const path of [data, secret]) await chown(path, this.#owner.uid, this.#owner.gid);
    }
    const flags = [`--username=${USER}`, `--pwfile=${secret}`, '--auth=scram-sha-256'];
    const rest = ['--encoding=UTF8', '--locale=C', '-D', data];
    try {
      await promisify(execFile)(join(bin, 'initdb'), [...flags, ...rest], this.#how());
    } catch (error) {
      throw new Failure('fault', `PostgreSQL made no database in ${dir}: ${lastOf(error)}`, error);
    } finally {
      await rm(secret, { force: true });
    }
  }

  async #up(): Promise<void> {
    const { dir, bin, port, onProcess } = this.#options;
    this.#state = 'starting';
    this.#isEnding = false;
    this.#said = '';
    const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
    const args = ['-D', join(dir, 'data'), '-p', String(port), ...settings];
    const child = spawn(join(bin, 'postgres'), args, {
      ...this.#how(),
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    onProcess(child);
    this.#log ??= createWriteStream(join(dir, 'postgres.log'), { flags: 'a', mode: 0o600 });
    child.stderr?.on('data', (bytes) => this.#hear(String(bytes)));
    child.once('exit', () => this.#gone());
    child.once('error', () => this.#gone());
    const until = performance.now() + READY_MS_MAX;
    while (!this.#said.includes(READY)) {
      const isOver = child.exitCode !== null || child.signalCode !== null;
      if (isOver || performance.now() > until) throw this.#failed();
      await sleep(25);
    }
    this.#state = 'up';
  }

  #failed(): Failure {
    const { dir } = this.#options;
    const last = this.#said.trim().split('\n').at(-1) ?? '';
    return new Failure(
      'fault',
      `PostgreSQL did not start: ${last} (more in ${join(dir, 'postgres.log')}). Does another cluster run there?`,
    );
  }

  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-LAST_CHARS);
    this.#log?.write(text);
  }

  #gone(): void {
    this.#state = 'down';
    if (!this.#isEnding) this.#options.onGone(this.#said.trim().split('\n').at(-1) ?? '');
  }

  #how() {
    return { ...this.#owner, cwd: this.#options.dir, env: { LC_ALL: 'C' } };
  }
}

/** PostgreSQL refuses to run as root: then as the user that its packages make. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined;
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch (error) {
    throw new Failure(
      'fault',
      'PostgreSQL does not run as root, and there is no user “postgres” here: start this as somebody else, or name a database that runs: --database postgres://…',
      error,
    );
  }
}

function lastOf(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return said.trim().split('\n').at(-1) ?? '';
}

/** Whether the PostgreSQL of this directory runs: the file that says where may be left of an earlier life. */
export async function isServed(dir: string): Promise<boolean> {
  const file = join(dir, 'data', 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => '');
  const port = Number(text.split('\n')[3] ?? '');
  if (!Number.isSafeInteger(port) || port <= 0) return false;
  const socket = net.connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    const tell = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', tell(true));
    socket.once('error', tell(false));
  });
}
