/** One node of the cluster: its process, its ports, its gates, and what it last said of itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient, type NodeState } from '@fairground/client';
import type { Way } from '../remote/ways.js';
import type { Self } from '../terminal.js';
import { Gate, type Target } from './gate.js';

const TOKEN_FILE = 'node.token';
/** A node that is asked about itself waits for nobody; beyond this it stands still. */
const ASK_MS_MAX = 1_000;
/** A drain that takes longer hangs: nothing that was answered is lost by a kill. */
const DRAIN_MS_MAX = 15_000;

export interface MemberOptions {
  /** From 1. */
  readonly number: number;
  readonly dir: string;
  /** Where it serves. */
  readonly port: number;
  /** Where it listens for the others, behind its gate. */
  readonly ownPort: number;
  readonly self: Self;
  readonly env: Readonly<Record<string, string>>;
  readonly database: Target;
  /** The address that leads to the database through this port. */
  readonly databaseUrl: (port: number) => string;
  /** Whether that node is cut off: between it and this one nothing passes. */
  readonly isCutOff: (nodeUrl: string) => boolean;
  readonly onProcess: (child: ChildProcess) => void;
  readonly onEnded: (member: Member, why: string) => void;
}

export class Member implements Way {
  readonly number: number;
  readonly url: string;
  readonly #options: MemberOptions;
  readonly #toDatabase: Gate;
  readonly #door: Gate;
  #process: ChildProcess | undefined;
  #isPaused = false;
  #isCut = false;
  #isEnding = false;
  #told: NodeState | undefined;
  #hasTold = false;

  private constructor(options: MemberOptions, gates: { toDatabase: Gate; door: Gate }) {
    this.#options = options;
    this.number = options.number;
    this.url = `http://127.0.0.1:${options.port}`;
    this.#toDatabase = gates.toDatabase;
    this.#door = gates.door;
  }

  static async make(options: MemberOptions): Promise<Member> {
    await mkdir(options.dir, { recursive: true, mode: 0o700 });
    const toDatabase = await Gate.open({ to: options.database, isCut: () => member.isCut });
    const door = await Gate.open({
      to: { host: '127.0.0.1', port: options.ownPort },
      hasSender: true,
      isCut: (sender) => member.isCut || options.isCutOff(sender),
    });
    const member: Member = new Member(options, { toDatabase, door });
    return member;
  }

  /** How the others know it. */
  get nodeUrl(): string {
    return `http://127.0.0.1:${this.#door.port}`;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get isAlive(): boolean {
    return this.#process !== undefined;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** What it last said of itself; undefined since it stopped answering. */
  get told(): NodeState | undefined {
    return this.#told;
  }

  /** Whether it has answered since it was started. */
  get hasTold(): boolean {
    return this.#hasTold;
  }

  isReady(): boolean {
    return this.#told?.status === 'ok' && !this.#isPaused && !this.#isCut;
  }

  async token(): Promise<string> {
    const text = await readFile(join(this.#options.dir, TOKEN_FILE), 'utf8').catch(() => 'none');
    return text.trim();
  }

  start(): void {
    if (this.#process) return;
    const { self, dir, port, ownPort, env, databaseUrl, onProcess } = this.#options;
    const log = openSync(join(dir, 'node.log'), 'a', 0o600);
    const args = ['start', '--data', dir, '--port', String(port), '--host', '127.0.0.1'];
    const child = spawn(self.program, [...self.args, ...args], {
      // Of a session of its own: a Ctrl-C here is not meant for it.
      detached: true,
      stdio: ['ignore', log, log],
      env: {
        ...env,
        DATABASE_URL: databaseUrl(this.#toDatabase.port),
        FAIRGROUND_NODE_URL: this.nodeUrl,
        FAIRGROUND_NODE_LISTEN: `http://127.0.0.1:${ownPort}`,
      },
    });
    closeSync(log);
    this.#process = child;
    this.#isEnding = false;
    this.#hasTold = false;
    onProcess(child);
    const gone = (why: string): void => {
      if (this.#process !== child) return;
      this.#process = undefined;
      this.#isPaused = false;
      this.#told = undefined;
      if (!this.#isEnding) this.#options.onEnded(this, why);
    };
    child.once('error', (error) => gone(error.message));
    child.once('exit', (code, signal) => gone(signal ?? `code ${code ?? 'unknown'}`));
  }

  /** As a machine that loses its power. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As an operator does it: it answers what it took, and gives the lease back. */
  async drain(): Promise<void> {
    this.goOn();
    this.cut(false);
    await this.#end('SIGTERM');
  }

  pause(): void {
    if (this.#process?.kill('SIGSTOP')) this.#isPaused = true;
  }

  goOn(): void {
    if (this.#isPaused && this.#process?.kill('SIGCONT')) this.#isPaused = false;
  }

  /** From the database and from all others. Theirs must `look` as well. */
  cut(isCut: boolean): void {
    this.#isCut = isCut;
    this.look();
  }

  look(): void {
    this.#toDatabase.look();
    this.#door.look();
  }

  /** Asks it about itself. */
  async ask(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    const told = await this.#client(await this.token())
      .node({ signal: AbortSignal.timeout(ASK_MS_MAX) })
      .catch(() => undefined);
    if (this.#process !== child) return;
    this.#told = told;
    if (told) this.#hasTold = true;
  }

  async close(): Promise<void> {
    await this.#toDatabase.close();
    await this.#door.close();
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (!child) return;
    this.#isEnding = true;
    const gone = once(child, 'exit');
    child.kill(signal);
    const late = sleep(DRAIN_MS_MAX, 'late', { ref: false });
    if ((await Promise.race([gone, late])) === 'late') child.kill('SIGKILL');
    await gone;
  }

  /** The token is another at every start. */
  #client(key: string): Client {
    return createClient({
      url: this.url,
      key,
      platform: { alarm: () => undefined },
      onForked: () => undefined,
    });
  }
}
