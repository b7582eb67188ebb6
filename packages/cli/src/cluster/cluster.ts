/** A database, some nodes, and everything one may do to them. Whatever is started here is ended here. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoStatus } from '../demo/status.js';
import { Failure } from '../exit.js';
import type { Self } from '../terminal.js';
import type { Deed, NodeAct } from './acts.js';
import { findPostgres } from './binaries.js';
import { Database } from './database.js';
import type { Target } from './gate.js';
import { Keeper } from './keeper.js';
import { Member } from './member.js';
import { freePort, portsOf } from './ports.js';
import { type ClusterView, type Happening, memberView } from './view.js';

const FILE = 'cluster.json';
/** How often nodes are asked about themselves. */
const ASK_EVERY_MS = 500;
const FIRST_NODE_MS_MAX = 60_000;
const HAPPENINGS_MAX = 200;

export interface ClusterOptions {
  readonly dir: string;
  readonly nodes: number;
  /** Where the first node serves, the others behind it; 0 for free ones. */
  readonly port: number;
  /** A database that runs already. */
  readonly database: string | undefined;
  readonly self: Self;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onHappening: (happening: Happening) => void;
}

/** Where the nodes find their database: one of ours, or somebody else's. */
interface Store {
  readonly own: Database | undefined;
  readonly target: Target;
  readonly url: (port: number) => string;
}

export class Cluster {
  readonly members: readonly Member[];
  demo: DemoStatus | undefined;
  /** For how long nobody got an answer; told by whoever asks. */
  silentMs: () => number = () => 0;
  readonly #options: ClusterOptions;
  readonly #keeper: Keeper;
  readonly #store: Store;
  readonly #begun = performance.now();
  readonly #happenings: Happening[] = [];
  #leader = { number: 0, term: 0 };
  #newest = 0;
  #isEnding = false;
  #asking: Promise<void> = Promise.resolve();

  private constructor(
    options: ClusterOptions,
    { keeper, store }: { keeper: Keeper; store: Store },
    members: readonly Member[],
  ) {
    this.#options = options;
    this.#keeper = keeper;
    this.#store = store;
    this.members = members;
  }

  static async start(options: ClusterOptions): Promise<Cluster> {
    await mkdir(options.dir, { recursive: true, mode: 0o755 });
    const keeper = await Keeper.start();
    const made: Member[] = [];
    let cluster: Cluster | undefined;
    const happen = (text: string): void => cluster?.happen(text);
    try {
      const store = await storeOf(options, keeper, happen);
      const ports = await portsOf(options.nodes, options.port);
      const secret = randomBytes(32).toString('hex');
      const isCutOff = (url: string): boolean =>
        made.some((member) => member.isCut && member.nodeUrl === url);
      for (const [index, port] of ports.entries()) {
        const member = await Member.make({
          number: index + 1,
          dir: join(options.dir, `node-${index + 1}`),
          port,
          ownPort: await freePort(),
          self: options.self,
          env: environmentOf(options.env, secret),
          database: store.target,
          databaseUrl: store.url,
          isCutOff,
          onProcess: (child) => keeper.watchNode(child),
          onEnded: ({ number }, why) => happen(`node ${number} ended by itself: ${why}`),
        });
        made.push(member);
      }
      cluster = new Cluster(options, { keeper, store }, made);
      await store.own?.start();
      await cluster.#begin();
      return cluster;
    } catch (error) {
      await cluster?.end();
      for (const member of made) await member.close();
      await keeper.end();
      throw error;
    }
  }

  get dir(): string {
    return this.#options.dir;
  }

  view(): ClusterView {
    return {
      database: this.#store.own?.state ?? 'not ours',
      demo: this.demo,
      silentMs: this.silentMs(),
      members: this.members.map((member) => memberView(member, this.#newest)),
      happenings: this.#happenings,
    };
  }

  happen(text: string): void {
    const happening = { afterMs: performance.now() - this.#begun, text };
    this.#happenings.push(happening);
    if (this.#happenings.length > HAPPENINGS_MAX) this.#happenings.shift();
    this.#options.onHappening(happening);
  }

  /** Resolves when it is done, and says what was done. */
  async act(act: Deed): Promise<void> {
    if (act.kind === 'database') return this.#restartDatabase();
    const member = this.members[act.node - 1];
    if (member) this.happen(await this.#actOn(member, act.kind));
  }

  /** For whoever does not want to wait for the drain: nothing that was answered is lost by this. */
  hurry(): void {
    for (const member of this.members) void member.kill();
  }

  /** Drains all nodes, then the database. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#asking;
    await Promise.all(this.members.map((member) => member.drain()));
    await Promise.all(this.members.map((member) => member.close()));
    await this.#store.own?.stop();
    await this.#keeper.end();
  }

  /** The first node makes what is not there yet; the others find it. */
  async #begin(): Promise<void> {
    for (const member of this.members) member.start();
    const until = performance.now() + FIRST_NODE_MS_MAX;
    for (;;) {
      await this.#ask();
      if (this.members.some((member) => member.isReady())) break;
      if (!this.members.some(({ isAlive }) => isAlive) || performance.now() > until) {
        const log = join(this.dir, 'node-1', 'node.log');
        throw new Failure('fault', `No node came up: ${log} says why.`);
      }
      await sleep(ASK_EVERY_MS / 2);
    }
    this.#asking = this.#watch();
  }

  async #watch(): Promise<void> {
    while (!this.#isEnding) {
      await this.#ask();
      await sleep(ASK_EVERY_MS);
    }
  }

  async #ask(): Promise<void> {
    await Promise.all(this.members.map((member) => member.ask()));
    for (const { told } of this.members) this.#newest = Math.max(this.#newest, told?.seq ?? 0);
    for (const { told, number } of this.members) {
      if (told?.state !== 'leading' || told.term <= this.#leader.term) continue;
      this.#leader = { number, term: told.term };
      this.happen(`node ${number} leads, term ${told.term}`);
    }
  }

  async #restartDatabase(): Promise<void> {
    const { own } = this.#store;
    if (!own) return this.happen('the database is not ours to restart');
    this.happen('PostgreSQL goes down');
    await own.restart();
    this.happen('PostgreSQL is up again');
  }

  async #actOn(member: Member, kind: NodeAct): Promise<string> {
    const { number, isAlive } = member;
    if (!isAlive && kind !== 'restart') return `node ${number} is dead: restart it first`;
    switch (kind) {
      case 'kill':
        await member.kill();
        return `node ${number} killed`;
      case 'pause':
        member.pause();
        return `node ${number} paused`;
      case 'continue':
        member.goOn();
        return `node ${number} goes on`;
      case 'partition':
      case 'heal':
        this.#cut(member, kind === 'partition');
        return kind === 'heal' ? `node ${number} healed` : `node ${number} cut off from all others`;
      case 'restart':
        if (isAlive) await member.drain();
        this.#cut(member, false);
        member.start();
        return `node ${number} started${isAlive ? ' anew' : ''}`;
    }
  }

  /** Lines between two nodes end at the gate of the one that was asked. */
  #cut(member: Member, isCut: boolean): void {
    member.cut(isCut);
    for (const each of this.members) each.look();
  }
}

async function storeOf(
  { dir, database, env }: ClusterOptions,
  keeper: Keeper,
  happen: (text: string) => void,
): Promise<Store> {
  if (database !== undefined) return foreign(database);
  const own = new Database({
    bin: findPostgres(env),
    dir: join(dir, 'postgres'),
    password: await passwordIn(dir),
    port: await freePort(),
    onProcess: (child) => keeper.watchDatabase(child),
    onGone: (why) => happen(`PostgreSQL ended by itself: ${why}`),
  });
  return { own, target: own.target, url: (port) => own.url(port) };
}

function foreign(database: string): Store {
  const { hostname: host, port } = new URL(database);
  const url = (gate: number): string => {
    const through = new URL(database);
    through.hostname = '127.0.0.1';
    through.port = String(gate);
    return through.href;
  };
  return { own: undefined, target: { host, port: Number(port || 5432) }, url };
}

/** Made once, and kept where only its owner reads it. */
async function passwordIn(dir: string): Promise<string> {
  const file = join(dir, FILE);
  if (existsSync(file)) {
    const found: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof found === 'object' && found !== null && 'password' in found)
      return String(found.password);
  }
  const password = randomBytes(18).toString('hex');
  await writeFile(file, `${JSON.stringify({ v: 1, password })}\n`, { mode: 0o600 });
  return password;
}

/** What is set for a node of one's own is not meant for these; limits are for strangers. */
function environmentOf(
  env: ClusterOptions['env'],
  secret: string,
): Readonly<Record<string, string>> {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(FAIRGROUND_(?!WEB$|LOG$)|DATABASE_URL$|JOURNAL_URL$|PORT$|HOST$)/.test(name),
  );
  return {
    ...Object.fromEntries(kept.flatMap(([name, value]) => (value ? [[name, value]] : []))),
    FAIRGROUND_CLUSTER_SECRET: secret,
    FAIRGROUND_RATE_PUBLIC: '0',
    FAIRGROUND_RATE_TRADES: '0',
    FAIRGROUND_RATE_ADMIN: '0',
    FAIRGROUND_RATE_JOURNAL_BYTES: '0',
  };
}
