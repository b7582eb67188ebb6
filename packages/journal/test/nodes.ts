/**
 * Long because nodes, network, clients and audit draw from one seed in one order.
 * Several nodes on one database: cut connections whose bytes arrive later, answers that never come, nodes that
 * stand still for longer than the lease. An auditor compares what was said with what is there.
 */
import { type Command, decodeEntry, type Entry, hashZero, micro, ONE } from '@fairground/engine';
import type { Wish } from '@fairground/engine';
import type { Answer } from '../src/answer.js';
import { commandIdOf } from '../src/command-id.js';
import { Follower } from '../src/follower.js';
import { type Group, type Head, type Journal, type Predecessor } from '../src/journal.js';
import { Leadership } from '../src/lease.js';
import { JournalBroken, linesOf } from '../src/recover.js';
import { PostgresJournal } from '../src/postgres.js';
import { type Connection, NothingDone, Unsure } from '../src/postgres-connection.js';
import { SQL } from '../src/postgres-sql.js';
import { Sequencer } from '../src/sequencer.js';
import type { Timer } from '../src/timer.js';
import type { MemoryDatabase, Missing } from '../src/memory-database.js';
import { FAKE_ID, foundedDatabase } from './fake-database.js';
import { NOW, OPENING, PlayedTimer, provenLines, REASON, settle } from './played.js';

const ID = FAKE_ID;

export interface Plan {
  readonly seed: number;
  readonly nodes?: number;
  /** A canary leaves one thing out. */
  readonly without?: 'term row' | 'barrier' | 'identical retry';
  /** The store goes back to an older state now and then. */
  readonly rewinds?: boolean;
}

export interface Told {
  readonly entries: number;
  readonly terms: number;
  readonly done: number;
  readonly refused: number;
  readonly fenced: number;
  readonly cuts: number;
  readonly late: number;
  readonly pauses: number;
  readonly fresh: number;
  readonly healed: number;
  readonly lost: number;
}

export class Wrong extends Error {}

const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Wrong(what);
};

interface Intent {
  readonly number: number;
  readonly command: Command;
  attempts: number;
  unsure: boolean;
  waiting: boolean;
  said?: Extract<Answer, { kind: 'done' | 'refused' }>;
}

/** A node's own time: nothing happens on it while it stands still. */
class NodeTimer implements Timer {
  readonly #timer: PlayedTimer;
  until = 0;

  constructor(timer: PlayedTimer) {
    this.#timer = timer;
  }

  now(): number {
    return this.#timer.now();
  }

  set(ms: number, callback: () => void): () => void {
    let stop = (): void => {};
    const due = (): void => {
      const wait = this.until - this.#timer.now();
      if (wait > 0) stop = this.#timer.set(wait, due);
      else callback();
    };
    stop = this.#timer.set(ms, due);
    return () => stop();
  }

  /** Resolves once the node moves. */
  async awake(): Promise<void> {
    const wait = this.until - this.#timer.now();
    if (wait > 0) await new Promise<void>((resolve) => this.set(wait, resolve));
  }
}

interface Node {
  readonly name: string;
  readonly timer: NodeTimer;
  readonly journal: PostgresJournal;
  readonly leadership: Leadership;
  follower: Follower | undefined;
  sequencer: Sequencer | undefined;
  starting: boolean;
}

export class Nodes {
  readonly #plan: Plan;
  readonly #timer = new PlayedTimer();
  readonly #database: MemoryDatabase;
  readonly #nodes: Node[] = [];
  readonly #intents: Intent[] = [];
  readonly #delayed: { readonly intent: Intent; readonly attempt: number }[] = [];
  /** Groups by what their writer was told of them. */
  readonly #outcomes = { done: new Set<string>(), fenced: new Set<string>() };
  readonly #count = { cuts: 0, late: 0, pauses: 0, fresh: 0, healed: 0, lost: 0 };
  /** Refusals whose seq is below what somebody was told of before they were asked for. */
  readonly #olds: { readonly intent: Intent; readonly seq: number }[] = [];
  /** The newest seq that anybody was told of. */
  #acknowledged = 0;
  #random: number;
  #faults = false;
  #heard: Error | undefined;
  #backup: (() => void) | undefined;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#random = (plan.seed * 2_654_435_761) % 2_147_483_647 || 1;
    const missing: Missing = { terms: plan.without === 'term row' };
    this.#database = foundedDatabase(() => NOW + this.#timer.now(), missing);
    for (let n = 0; n < (plan.nodes ?? 4); n++) this.#nodes.push(this.#node(`n${n}`));
  }

  async run(steps: number): Promise<Told> {
    for (const wish of OPENING) await this.#settled(this.#intend('system', wish));
    this.#faults = true;
    for (let step = 0; step < steps; step++) {
      await this.#step();
      await settle();
      if (this.#heard) throw this.#heard;
    }
    await this.#finish();
    const groups = this.#database.rows.filter(({ grp }) => grp > 0);
    return {
      entries: groups.at(-1)?.last ?? 0,
      terms: groups.filter(({ lines }) => lines === '').length,
      done: this.#intents.filter(({ said }) => said?.kind === 'done').length,
      refused: this.#intents.filter(({ said }) => said?.kind === 'refused').length,
      fenced: this.#outcomes.fenced.size,
      ...this.#count,
    };
  }

  #below(most: number): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random % most;
  }

  async #step(): Promise<void> {
    const dice = this.#below(100);
    if (dice < 35) this.#send(this.#intend(...this.#wish()));
    else if (dice < 50) this.#retry();
    else if (dice < 58) this.#deliver();
    else if (dice < 64) void this.#readFresh();
    else if (dice < 68) this.#pause();
    else if (dice < 70 && this.#plan.rewinds) this.#rewind();
    else await this.#timer.advance(this.#below(6) === 0 ? this.#below(2_500) : this.#below(60));
  }

  /** What is refused now is accepted later: accounts are frozen and freed in turn. */
  #wish(): [by: string, wish: Wish] {
    const n = this.#intents.length;
    const by = this.#below(2) === 0 ? 'ana' : 'bob';
    const dice = this.#below(10);
    const reason = REASON.slice(0, 56) + n.toString(16).padStart(8, '0');
    if (dice === 0) return ['system', { type: 'freeze_account', account: by, reason }];
    if (dice < 3) return ['system', { type: 'unfreeze_account', account: by, reason }];
    const spend = micro(ONE + BigInt(n));
    return [by, { type: 'trade', market: 'M1', side: 'buy', outcome: 'YES', spend }];
  }

  #intend(by: string, wish: Wish): Intent {
    const number = this.#intents.length;
    const id = commandIdOf(by, `intent ${number}`);
    const validUntil = NOW + this.#timer.now() + 590_000;
    const command = { by, id, validUntil, wish };
    const intent = { number, command, attempts: 0, unsure: false, waiting: false };
    this.#intents.push(intent);
    return intent;
  }

  /** To any node that believes it leads; sometimes by a way that takes longer than its sender waits. */
  #send(intent: Intent): void {
    intent.attempts = intent.unsure ? intent.attempts + 1 : Math.max(1, intent.attempts);
    if (this.#faults && this.#below(8) === 0) {
      this.#delayed.push({ intent, attempt: intent.attempts });
      intent.unsure = true;
      return;
    }
    this.#submit(intent, intent.attempts, true);
  }

  #leaders(): Node[] {
    return this.#nodes.filter(({ sequencer }) => sequencer !== undefined);
  }

  #submit(intent: Intent, attempt: number, listens: boolean): void {
    const leaders = this.#leaders();
    const node = leaders[this.#below(Math.max(1, leaders.length))];
    if (!node?.sequencer) return;
    intent.waiting ||= listens;
    const before = this.#acknowledged;
    const { sequencer, timer } = node;
    void timer
      .awake()
      .then(() => sequencer.submit(intent.command, attempt))
      .then(async (answer) => {
        await timer.awake();
        if (listens) this.#hear(intent, answer, before);
      })
      .catch((error: Error) => (this.#heard ??= error));
  }

  #hear(intent: Intent, answer: Answer, before: number): void {
    const { number, said } = intent;
    intent.waiting = false;
    if (answer.kind === 'unknown') intent.unsure = true;
    if (answer.kind === 'fault') throw new Wrong(`intent ${number} is a fault`);
    if (answer.kind !== 'done' && answer.kind !== 'refused') return;
    must(!said || said.kind === answer.kind, `intent ${number} was ${said?.kind}, now another`);
    intent.said = answer;
    if (answer.kind === 'refused' && answer.seq < before)
      this.#olds.push({ intent, seq: answer.seq });
    if (answer.kind === 'done') {
      this.#acknowledged = Math.max(this.#acknowledged, answer.entry.seq);
    }
  }

  async #readFresh(): Promise<void> {
    const leaders = this.#leaders();
    const node = leaders[this.#below(Math.max(1, leaders.length))];
    if (!node?.sequencer) return;
    const { sequencer, journal, timer } = node;
    const before = this.#acknowledged;
    await timer.awake();
    const passed = this.#plan.without === 'barrier' || (await journal.barrier());
    if (!passed || this.#plan.rewinds) return;
    this.#count.fresh++;
    if (sequencer.head.seq < before) this.#heard ??= new Wrong('a fresh read was stale');
  }

  #retry(): void {
    const open = this.#intents.filter(
      ({ said, waiting, attempts }) => !said && !waiting && attempts > 0,
    );
    const intent = open[this.#below(Math.max(1, open.length))];
    if (intent) this.#send(intent);
  }

  #deliver(): void {
    const [late] = this.#delayed.splice(this.#below(Math.max(1, this.#delayed.length)), 1);
    if (late) this.#submit(late.intent, late.attempt, false);
  }

  /** A node stands still, mostly for longer than others wait for its beat. */
  #pause(): void {
    const leader = this.#below(2) === 0 ? this.#leaders()[0] : undefined;
    const node = leader ?? this.#nodes[this.#below(this.#nodes.length)];
    if (!node) return;
    this.#count.pauses++;
    node.timer.until = this.#timer.now() + this.#below(9_000);
  }

  #rewind(): void {
    const backup = this.#backup;
    this.#backup = backup ? undefined : this.#database.keep();
    backup?.();
  }

  async #settled(intent: Intent): Promise<void> {
    for (let turn = 0; !intent.said; turn++) {
      if (this.#heard) throw this.#heard;
      must(turn < 300, `intent ${intent.number} is never answered`);
      if (!intent.waiting) this.#send(intent);
      await this.#timer.advance(300);
    }
  }

  async #finish(): Promise<void> {
    this.#faults = false;
    for (const intent of this.#intents) if (intent.attempts > 0) await this.#settled(intent);
    while (this.#delayed.length > 0) this.#deliver();
    await this.#timer.advance(30_000);
    if (this.#heard) throw this.#heard;
    await this.#audit();
    for (const { journal, leadership, follower } of this.#nodes) {
      leadership.stop();
      void follower?.stop();
      void journal.close();
    }
  }

  /** What was said against what is there. */
  async #audit(): Promise<void> {
    const rows = this.#database.rows.filter(({ grp }) => grp > 0);
    const lines = rows.flatMap(({ lines }) => [...linesOf(lines)]);
    await provenLines(lines, ID);
    for (const [at, { grp, first, term }] of rows.entries()) {
      const before = rows[at - 1];
      must(grp === at + 1 && first === (before?.last ?? 0) + 1, `group ${grp} does not follow`);
      must(term >= (before?.term ?? 0), `terms fall at group ${grp}`);
    }
    const there = new Set(rows.map(keyOf));
    for (const key of this.#outcomes.fenced) must(!there.has(key), `fenced and there: ${key}`);
    // What nobody could bring back has been said.
    if (this.#count.lost > 0) return;
    for (const key of this.#outcomes.done) must(there.has(key), `done and not there: ${key}`);
    this.#auditIntents(lines.map(decodeEntry));
  }

  #auditIntents(entries: readonly Entry[]): void {
    for (const { intent, seq } of this.#plan.rewinds ? [] : this.#olds) {
      // The first answer again is as old as it is.
      const isFirst = entries[seq - 1]?.command.id === intent.command.id;
      must(isFirst, `intent ${intent.number} was refused from an old world`);
    }
    const effects = new Map<string, Entry[]>();
    for (const entry of entries) {
      if (entry.command.id === undefined || entry.events[0]?.type === 'refused') continue;
      effects.set(entry.command.id, [...(effects.get(entry.command.id) ?? []), entry]);
    }
    for (const { number, command, said } of this.#intents) {
      const [done, ...others] = effects.get(command.id ?? '') ?? [];
      must(others.length === 0, `intent ${number} was done twice`);
      if (said?.kind === 'refused') must(!done, `intent ${number} was refused and done`);
      if (said?.kind === 'done') must(done?.hash === said.entry.hash, `intent ${number} is lost`);
    }
  }

  #node(name: string): Node {
    const timer = new NodeTimer(this.#timer);
    const journal = new PostgresJournal(ID, async () => this.#connection(timer), {
      connect: '',
      name,
      nonce: name,
      timer,
      onAlarm: (reason) => {
        if (/written again/.test(reason)) this.#count.healed++;
        else this.#count.lost++;
      },
    });
    const leadership = new Leadership(journal, timer, {
      onLost: () => this.#lost(node, node.sequencer),
    });
    const node: Node = {
      name,
      timer,
      journal,
      leadership,
      follower: undefined,
      sequencer: undefined,
      starting: false,
    };
    this.#follow(node, { grp: 0, term: 0, lastSeq: 0, hash: hashZero(ID) });
    this.#lookLater(node);
    return node;
  }

  #follow(node: Node, at: Head): void {
    node.follower = new Follower(node.journal, at, node.timer, {
      onGroup: () => {},
      onRewound: () => {
        this.#count.lost++;
        node.journal.forget();
        this.#follow(node, { grp: 0, term: 0, lastSeq: 0, hash: hashZero(ID) });
      },
    });
    node.follower.start();
  }

  #lost(node: Node, sequencer: Sequencer | undefined): void {
    sequencer?.stepDown();
    node.leadership.stop();
    node.sequencer = undefined;
  }

  #lookLater(node: Node): void {
    node.timer.set(100 + this.#below(300), () => {
      void this.#look(node)
        .catch((error: Error) => (this.#heard ??= error))
        .then(() => this.#lookLater(node));
    });
  }

  async #look(node: Node): Promise<void> {
    const { leadership, journal, timer } = node;
    if (leadership.leads) return;
    let taken: Head;
    try {
      const head = await leadership.tryToLead();
      if (!head) return;
      // Where no row begins a term there is none to come to.
      taken = this.#plan.without === 'term row' ? await journal.head() : head;
    } catch (error) {
      // The store contradicts what this node knows: said already; an operator lets it go on.
      leadership.stop();
      if (!(error instanceof Error) || error.name !== 'HistoryLost') return;
      journal.forget();
      return;
    }
    try {
      const sequencer: Sequencer = await Sequencer.start({
        journal: this.#seen(node),
        taken,
        clock: () => NOW + this.#timer.now(),
        timer,
        onAlarm: (_reason, stops) => {
          if (stops) this.#lost(node, sequencer);
        },
      });
      if (leadership.leads) node.sequencer = sequencer;
    } catch (error) {
      // The store went back while it was folded: nothing is built on it, and it is looked at again.
      if (!this.#plan.rewinds || !(error instanceof JournalBroken)) throw error;
      leadership.stop();
    }
  }

  /** The journal as the sequencer sees it; what it says of each group is noted down. */
  #seen(node: Node): Journal {
    const { journal } = node;
    const { without } = this.#plan;
    const append = async (
      group: Group,
      prev: Predecessor,
    ): Promise<'done' | 'fenced' | 'history_lost'> => {
      const outcome = await journal.append(group, prev);
      await node.timer.awake();
      if (outcome === 'done') this.#outcomes.done.add(keyOf(group));
      if (outcome === 'fenced') this.#outcomes.fenced.add(keyOf(group));
      return outcome;
    };
    return {
      id: journal.id,
      append,
      read: (after, limit) => journal.read(after, limit),
      groupOf: (seq) => journal.groupOf(seq),
      head: () => journal.head(),
      take: () => journal.take(),
      close: () => journal.close(),
      ...(without === 'barrier' ? {} : { barrier: journal.barrier }),
    };
  }

  /** A way to the database on which anything can happen but a change of the bytes. */
  #connection(timer: NodeTimer): Connection {
    let closed = false;
    const run: Connection['run'] = async (statement, values) => {
      await timer.awake();
      const fault = this.#faults ? this.#below(60) : 60;
      if (fault === 0) throw new NothingDone('40001', 'told to conflict');
      await this.#wait(timer, this.#below(4));
      const reach = (): ReturnType<MemoryDatabase['run']> => this.#database.run(statement, values);
      if (fault < 3) {
        this.#count.cuts++;
        // The sender sees the cut; the bytes arrive later, perhaps after his next attempt, or another leader.
        if (this.#below(4) > 0) this.#timer.set(this.#below(12_000), () => this.#landLate(reach));
        await this.#wait(timer, this.#below(40));
        return this.#cut(statement, values);
      }
      if (fault === 3) return new Promise(() => this.#landLate(reach));
      const rows = reach();
      if (fault === 4) return this.#cut(statement, values);
      await this.#wait(timer, this.#below(6));
      if (closed) throw new Unsure('closed');
      return rows;
    };
    return { run, close: () => (closed = true) };
  }

  #cut(statement: string, values: readonly (string | number)[]): never {
    if (this.#plan.without === 'identical retry' && statement === SQL.append) {
      // A look instead of the statement: what is not there is said to be nothing.
      const [, grp, term, , , hash] = values;
      const key = keyOf({ grp: Number(grp), term: Number(term), hash: String(hash) });
      if (!this.#database.rows.some((row) => keyOf(row) === key)) this.#outcomes.fenced.add(key);
    }
    throw new Unsure('the connection was cut');
  }

  #landLate(reach: () => unknown): void {
    this.#count.late++;
    try {
      reach();
    } catch (error) {
      if (!(error instanceof NothingDone)) throw error;
    }
  }

  #wait(timer: NodeTimer, ms: number): Promise<void> {
    return new Promise((resolve) => void timer.set(ms, resolve));
  }
}

/** Two leaders that judge one command in one millisecond make the same entry: a group is also its place. */
const keyOf = ({ grp, term, hash }: { grp: number; term: number; hash: string }): string =>
  `group ${grp} of term ${term}, ${hash.slice(0, 8)}`;
