/**
 * Every way there is between nodes, database and each other: bytes are lost, late, doubled or cut, but never changed.
 * What was sent arrives even when its sender is no more.
 */
import {
  type Connection,
  type MemoryDatabase,
  NothingDone,
  type PlayedTimer,
  statementName,
  Unsure,
} from '@fairground/journal';
import { type Line, NotSent, type Porter, type Seal } from '@fairground/server';
import type { Luck } from '../faults.js';
import type { Process } from './machine.js';
import type { ClusterFault } from './swarm.js';

/** Where others knock. */
export interface Door {
  readonly process: Process;
  readonly porter: Pick<Porter, 'hear'>;
}

type Rows = Awaited<ReturnType<Connection['run']>>;
type Heard = Awaited<ReturnType<Line['ask']>>;

/** Questions that a replica may answer. */
const OLD = new Set(['head', 'read']);
const never = <T>(): Promise<T> => new Promise<T>(() => {});

export class Net {
  readonly #timer: PlayedTimer;
  readonly #luck: Luck<ClusterFault>;
  readonly #database: MemoryDatabase;
  readonly doors = new Map<string, Door>();
  #away = 0;
  #storm = 0;
  readonly #cutOff = new Map<string, number>();
  #late = 0;

  constructor(timer: PlayedTimer, luck: Luck<ClusterFault>, database: MemoryDatabase) {
    this.#timer = timer;
    this.#luck = luck;
    this.#database = database;
  }

  /** Statements that arrived after their sender had given them up. */
  get late(): number {
    return this.#late;
  }

  disturb(names: readonly string[]): void {
    const { dice } = this.#luck;
    const now = this.#timer.now();
    if (this.#luck.happens('database_away')) this.#away = now + dice.below(12_000);
    if (this.#luck.happens('storm')) this.#storm = now + dice.below(6_000);
    const name = dice.pick(names) ?? '';
    if (this.#luck.happens('node_cut_off')) this.#cutOff.set(name, now + dice.below(15_000));
    const other = dice.pick(names) ?? '';
    if (this.#luck.happens('partition'))
      this.#cutOff.set(wayOf(name, other), now + dice.below(15_000));
  }

  heal(): void {
    this.#away = 0;
    this.#storm = 0;
    this.#cutOff.clear();
  }

  async connect(process: Process, name: string): Promise<Connection> {
    await process.awake();
    if (this.#isCut(name)) throw new NothingDone('system ECONNREFUSED', 'no line to the database');
    let closed = false;
    const run: Connection['run'] = async (statement, values) => {
      const rows = await this.#run(process, name, { statement, values });
      if (closed) throw new Unsure('closed');
      return rows;
    };
    return { run, close: () => (closed = true) };
  }

  async #run(process: Process, name: string, asked: Asked): Promise<Rows> {
    const { dice } = this.#luck;
    await process.awake();
    if (this.#isCut(name)) return this.#cut(process);
    const isStormy = this.#timer.now() < this.#storm && dice.chance(700);
    if (isStormy || this.#luck.happens('conflict'))
      throw new NothingDone(dice.pick(['40001', '40P01']), 'told to conflict');
    if (this.#luck.happens('no_room')) throw new NothingDone('53100', 'told to be full');
    await process.wait(dice.below(4));
    if (this.#luck.happens('cut_lands_late')) {
      this.#timer.set(dice.below(12_000), () => this.#land(asked));
      return this.#cut(process);
    }
    if (this.#luck.happens('cut_never_lands')) return this.#cut(process);
    if (this.#luck.happens('no_answer')) {
      this.#land(asked);
      return never();
    }
    const rows = this.#reach(asked);
    if (this.#luck.happens('cut_landed')) return this.#cut(process);
    await process.wait(dice.below(6));
    await process.awake();
    return rows;
  }

  #reach({ statement, values }: Asked): Rows {
    const isOld = OLD.has(statementName(statement)) && this.#luck.happens('stale_read');
    if (!isOld) return this.#database.run(statement, values);
    return this.#database.runOld(statement, values, 1 + this.#luck.dice.below(4));
  }

  #land({ statement, values }: Asked): void {
    this.#late++;
    try {
      this.#database.run(statement, values);
    } catch (error) {
      if (!(error instanceof NothingDone)) throw error;
    }
  }

  async #cut(process: Process): Promise<never> {
    await process.wait(this.#luck.dice.below(40));
    throw new Unsure('the connection was cut');
  }

  /** One node's way to the others' private doors. */
  line(process: Process, from: string, seal: Seal): Line {
    return {
      ask: async (url, path, body, waitMs) => {
        const { nonce, header } = seal.request(path, body);
        const late = process.wait(waitMs).then(() => {
          throw new Error('No answer in time.');
        });
        const said = await Promise.race([
          late,
          this.#carry(process, from, { url, path, body, header }),
        ]);
        await process.awake();
        if (seal.isAnswer(said.header, nonce, said.status, said.body)) return said;
        throw new Error('The answer does not bear the seal.');
      },
      close: () => {},
    };
  }

  async #carry(process: Process, from: string, knock: Sent): Promise<Heard & { header: string }> {
    const { dice } = this.#luck;
    await process.awake();
    if (!this.doors.has(knock.url) || this.#luck.happens('hop_refused'))
      throw new NotSent('nobody listens there');
    await process.wait(dice.below(4));
    if (this.#isCut(wayOf(from, knock.url)) || this.#luck.happens('hop_lost')) return never();
    if (this.#luck.happens('hop_late')) {
      this.#timer.set(dice.below(20_000), () => void this.#knock(knock));
      throw new Error('The line was cut.');
    }
    if (this.#luck.happens('hop_copied'))
      this.#timer.set(dice.below(20_000), () => void this.#knock(knock));
    const said = await this.#knock(knock);
    if (this.#isCut(wayOf(from, knock.url)) || this.#luck.happens('hop_answer_lost'))
      throw new Error('The line was cut on the way back.');
    await process.wait(dice.below(4));
    if (!said) throw new Error('It was shown the door.');
    return said;
  }

  async #knock({ url, ...knock }: Sent): ReturnType<Door['porter']['hear']> {
    const door = this.doors.get(url);
    if (!door) return undefined;
    await door.process.awake();
    const said = await door.porter.hear(knock);
    await door.process.awake();
    return said;
  }

  #isCut(way: string): boolean {
    const now = this.#timer.now();
    const isDatabase = !way.includes(' ');
    return (isDatabase && now < this.#away) || now < (this.#cutOff.get(way) ?? 0);
  }
}

interface Asked {
  readonly statement: string;
  readonly values: readonly (string | number)[];
}

interface Sent {
  readonly url: string;
  readonly path: string;
  readonly body: string;
  readonly header: string;
}

/** Both directions are one way. */
const wayOf = (one: string, other: string): string => [one, other].sort().join(' ');
