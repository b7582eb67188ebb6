/**
 * Callers who never give up: each asks until it is done, at one node after the other, and remembers what it was
 * told. What they were told and could not be true is a finding.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Running } from '../processes.js';
import { ask, type Cluster, type Said, TICK_MS } from './cluster.js';

/** A command that somebody was told is done. */
export interface Told {
  readonly by: string;
  readonly once: string;
  readonly seq: number;
  /** Not every answer says it. */
  readonly hash: string | undefined;
}

export interface Person {
  readonly account: string;
  readonly key: string;
}

export interface LoadOptions {
  readonly callers?: number;
  /** History may be lost here: a place that was told may be forked. */
  readonly mayFork?: boolean;
  /** The vault may have lost the salt of a text that it kept a moment before: its command is then another one. */
  readonly mayForgetTexts?: boolean;
}

/** The attempt did nothing, or nobody knows: the same key again. */
const AGAIN =
  /^(429 too_many_requests|503 (busy|draining|no_leader|behind|rebuilding|outcome_unknown))$/;

/** How long a caller rests after an answer, and between attempts. */
const REST_MS = 10;
const VALID_MS = 300_000;
const FINDINGS_MAX = 20;

export class Load {
  readonly told: Told[] = [];
  readonly findings: string[] = [];
  /** How often each thing was said. */
  readonly said = new Map<string, number>();
  readonly ana: Person;
  readonly bob: Person;
  readonly callers: number;
  readonly #cluster: Cluster;
  readonly #mayFork: boolean;
  readonly #mayForgetTexts: boolean;
  readonly #run: string;
  /** The newest place that anybody was told of a write. */
  #newest = 0;
  #isOver = false;
  #running: Promise<unknown> = Promise.resolve();

  private constructor(
    cluster: Cluster,
    people: { readonly ana: Person; readonly bob: Person },
    { callers = 6, mayFork = false, mayForgetTexts = false }: LoadOptions,
  ) {
    this.#cluster = cluster;
    this.#run = String(Math.floor(performance.now()));
    ({ ana: this.ana, bob: this.bob } = people);
    this.callers = callers;
    this.#mayFork = mayFork;
    this.#mayForgetTexts = mayForgetTexts;
  }

  /** Two people and an open market; nothing is asked yet. */
  static async prepare(cluster: Cluster, options: LoadOptions = {}): Promise<Load> {
    const [node] = cluster.nodes;
    let count = 0;
    if (!node) throw new Error('no node');
    const must = async (path: string, body: object, key = node.token): Promise<Said> => {
      const headers = { 'idempotency-key': `prepare-${++count}` };
      const said = await ask(node, path, { key, body, headers });
      if (!said || said.status >= 300) throw new Error(`${path}: ${said?.text ?? 'cut'}`);
      return said;
    };
    const { json: ana } = await must('/v1/admin/users', { handle: 'ana', admin: true });
    const { json: bob } = await must('/v1/admin/users', { handle: 'bob' });
    await must('/v1/admin/grants', { to: 'treasury', amount: '50000', reason: 'a start' });
    await must('/v1/admin/limits', { limits: { trades_per_minute: 1_000_000 } });
    const draft = { id: 'M1', title: 'M1', mechanism: 'cpmm', deposit: '1000' };
    await must('/v1/markets', draft, ana.key);
    await must('/v1/markets/M1/open', {}, ana.key);
    return new Load(cluster, { ana, bob }, options);
  }

  start(): void {
    this.#isOver = false;
    const callers = Array.from({ length: this.callers }, (_, name) => this.#trade(name));
    this.#running = Promise.all([...callers, this.#raiseAndSpend(), this.#look()]);
  }

  /** Resolves when everybody who had asked was told. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  /** How many ticks of this process pass until so many more are done: a machine that stands still counts nothing. */
  async more(count: number, ticksMax = 600): Promise<number> {
    const due = this.told.length + count;
    let ticks = 0;
    for (; this.told.length < due; ticks++) {
      if (ticks >= ticksMax) {
        this.findings.push(`nothing was done for ${ticks} ticks`);
        return ticks;
      }
      await sleep(TICK_MS);
    }
    return ticks;
  }

  /** The same until writes surely flow: what was on its way is answered first. */
  flows(ticksMax?: number): Promise<number> {
    return this.more(3 * this.callers, ticksMax);
  }

  /** Lets the load go on for so many ticks. */
  async ticks(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await sleep(TICK_MS);
  }

  /** Asks under one key until it is done, here first and then everywhere. */
  async insist(
    path: string,
    by: Person,
    body: object,
    { once, from = 0 }: { readonly once: string; readonly from?: number },
  ): Promise<Said> {
    const until = new Date(Date.now() + VALID_MS).toISOString();
    for (let attempt = 1; ; attempt++) {
      const { nodes } = this.#cluster;
      const node = nodes[(from + attempt - 1) % Math.max(1, nodes.length)];
      const headers = {
        'idempotency-key': once,
        'fairground-attempt': String(attempt),
        'fairground-valid-until': until,
      };
      const said = node && (await ask(node, path, { key: by.key, body, headers }));
      const words = said ? `${said.status} ${said.json.error?.code ?? ''}`.trim() : 'cut';
      this.said.set(words, (this.said.get(words) ?? 0) + 1);
      if (said && said.status < 300) {
        const { seq, hash } = said.json;
        this.told.push({ by: by.account, once, seq, hash });
        this.#newest = Math.max(this.#newest, seq);
        return said;
      }
      if (said && !AGAIN.test(words)) {
        const isForgotten = words === '409 command_id_reused' && attempt > 1 && 'reason' in body;
        if (!this.#mayForgetTexts || !isForgotten)
          this.#find(`${path} ${once}, attempt ${attempt}: ${words}`);
        return said;
      }
      await sleep(TICK_MS);
    }
  }

  async #trade(name: number): Promise<void> {
    for (let n = 0; !this.#isOver; n++) {
      const body = { market: 'M1', side: 'buy', outcome: 'YES', spend: '0.01' };
      const once = `trade-${this.#run}-${name}-${n}`;
      await this.insist('/v1/orders', this.ana, body, { once, from: name + n });
      await sleep(REST_MS);
    }
  }

  /** Bob spends what he was just given, elsewhere: a refusal would come from a world that is old. */
  async #raiseAndSpend(): Promise<void> {
    for (let n = 0; !this.#isOver; n++) {
      const gift = { to: this.bob.account, amount: '0.01', reason: 'a test' };
      const from = { once: `gift-${this.#run}-${n}`, from: n };
      await this.insist('/v1/admin/grants', this.ana, gift, from);
      const body = { market: 'M1', side: 'buy', outcome: 'NO', spend: '0.01' };
      const to = { once: `spend-${this.#run}-${n}`, from: n + 1 };
      await this.insist('/v1/orders', this.bob, body, to);
      await sleep(REST_MS);
    }
  }

  /** A fresh read holds whatever anybody was told before it was asked. */
  async #look(): Promise<void> {
    for (let n = 0; !this.#isOver; n++) {
      const { nodes } = this.#cluster;
      const node = nodes[n % Math.max(1, nodes.length)];
      if (node) await this.freshFrom(node);
      await sleep(TICK_MS);
    }
  }

  /** Whether it answered; an older state than somebody was told is a finding. */
  async freshFrom(node: Running): Promise<boolean> {
    const due = this.#newest;
    const said = await ask(node, '/v1/markets/M1?fresh=1');
    if (!said) return false;
    const words = `${said.status} ${said.json.error?.code ?? ''}`.trim();
    const seq = Number(said.place.split('.')[0]);
    if (said.status === 200 && seq < due && !this.#mayFork)
      this.#find(`a fresh read at ${seq}, but ${due} was told`);
    const isForked = this.#mayFork && said.status === 409;
    if (said.status !== 200 && !AGAIN.test(words) && !isForked)
      this.#find(`a fresh read: ${words}`);
    return said.status === 200;
  }

  /** The first of them say enough. */
  #find(what: string): void {
    if (this.findings.length < FINDINGS_MAX) this.findings.push(what);
  }

  /** Whether a plain read there is as new as this. */
  async readsFrom(node: Running, seq: number): Promise<boolean> {
    const headers = { 'fairground-min-seq': String(seq) };
    return (await ask(node, '/v1/markets/M1', { headers }))?.status === 200;
  }
}
