/**
 * The demo's door to nodes it can only reach by HTTP: it asks like any client, and reads the public journal into a
 * world of its own. Whoever leads may change at any time: the same key is asked again until its answer is known.
 */
import { createHash } from 'node:crypto';
import {
  type Client,
  createClient,
  FairgroundError,
  FairgroundFault,
  FairgroundForked,
  FairgroundNotNow,
  FairgroundRefusal,
  FairgroundUnknown,
} from '@fairground/client';
import {
  type Hash,
  type RefusalCode,
  type ReadonlyWorld,
  REFUSALS,
  SYSTEM,
  type Wish,
} from '@fairground/engine';
import { type Answer, type DemoExchange, DemoFault, type DemoText } from '../demo/port.js';
import { isOver } from '../demo/progress.js';
import { call } from './calls.js';
import { Keys } from './keys.js';
import { Replica } from './replica.js';
import { ANY_NODE, type Way, Ways } from './ways.js';

/** How long a payout that the node makes by itself is waited for before it is looked at again. */
const PAYOUT_MS = 100;
const REFUSED: ReadonlySet<string> = new Set(Object.keys(REFUSALS));

export interface RemoteOptions {
  readonly ways: readonly Way[];
  /** Where keys are kept. */
  readonly dir: string;
  readonly signal: AbortSignal;
  /** Told of each answer, and for how long there had been none though somebody asked. */
  readonly onAnswer?: (silentMs: number) => void;
}

export class RemoteExchange implements DemoExchange {
  readonly #options: RemoteOptions;
  readonly #ways: Ways;
  readonly #operator: Client;
  readonly #clients = new Map<string, Client>();
  readonly #texts = new Map<Hash, DemoText>();
  /** Attempts of the keys whose outcome is unknown: the next one must say that it is another. */
  readonly #attempts = new Map<string, number>();
  readonly #keys: Keys;
  readonly #replica: Replica;
  readonly #aheadMs: number;
  #waiting = 0;
  /** Since when somebody waits without any answer. */
  #since = 0;

  private constructor(
    options: RemoteOptions,
    made: { ways: Ways; operator: Client; keys: Keys; replica: Replica; aheadMs: number },
  ) {
    this.#options = options;
    this.#ways = made.ways;
    this.#operator = made.operator;
    this.#keys = made.keys;
    this.#replica = made.replica;
    this.#aheadMs = made.aheadMs;
  }

  static async open(options: RemoteOptions): Promise<RemoteExchange> {
    const { signal, dir } = options;
    const ways = new Ways(options.ways);
    const operator = createClient({ ...QUIET, url: ANY_NODE, fetch: ways.fetchAsOperator });
    const reader = createClient({ ...QUIET, url: ANY_NODE, fetch: ways.fetch });
    const { now } = await operator.node({ signal });
    const aheadMs = now - performance.now();
    const keys = await Keys.open(dir, operator);
    const replica = await Replica.open(reader, signal);
    return new RemoteExchange(options, { ways, operator, keys, replica, aheadMs });
  }

  world(): ReadonlyWorld {
    return this.#replica.world;
  }

  /** The node's clock as it was at the start, and what has passed since: good for ends of rallies. */
  now(): number {
    return Math.floor(this.#aheadMs + performance.now());
  }

  /** For how long there has been no answer though somebody waits. */
  get silentMs(): number {
    return this.#waiting === 0 ? 0 : performance.now() - this.#since;
  }

  /** The words stay here until a wish names them: over HTTP they travel with it. */
  async writeText(text: DemoText): Promise<Hash> {
    const { title, rules = '', category } = text;
    const hash = createHash('sha256').update(JSON.stringify([title, rules, category]));
    const name = hash.digest('hex');
    this.#texts.set(name, text);
    return name;
  }

  async submit(by: string, key: string, wish: Wish): Promise<Answer> {
    if (wish.type === 'pay_out') return this.#paidOut(wish.market, wish.first);
    if (this.#waiting === 0) this.#since = performance.now();
    this.#waiting += 1;
    try {
      return await this.#submit(by, key, wish);
    } catch (error) {
      // What a stop cuts short may have happened; the next start looks at the world.
      if (this.#options.signal.aborted) return { kind: 'unknown' };
      throw error;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Nothing is asked any more; keys are on disk. */
  async close(): Promise<void> {
    await this.#replica.ended();
    await this.#keys.save();
  }

  async #submit(by: string, key: string, wish: Wish): Promise<Answer> {
    const id = `${by} ${key}`;
    const attemptsBefore = this.#attempts.get(id) ?? 0;
    const { signal } = this.#options;
    let client = this.#operator;
    try {
      if (wish.type === 'open_account') return await this.#open(wish.account);
      client = await this.#clientOf(by);
      const how = { key, attemptsBefore, signal };
      const { replayed } = await call(wish, { client, textOf: (hash) => this.#textOf(hash), how });
      return await this.#settled(id, client, { kind: 'done', repeated: replayed });
    } catch (error) {
      const answer = answerOf(error);
      if (error instanceof FairgroundUnknown && error.key !== '')
        this.#attempts.set(id, error.attempts);
      return answer.kind === 'refused' ? this.#settled(id, client, answer) : answer;
    }
  }

  /** Whoever asked looks at the world next: it must hold what the answer rests on. */
  async #settled(id: string, client: Client, answer: Answer): Promise<Answer> {
    this.#attempts.delete(id);
    const silentMs = this.silentMs;
    this.#since = performance.now();
    this.#options.onAnswer?.(silentMs);
    await this.#replica.reach(client.lastHead?.seq ?? 0);
    return answer;
  }

  async #open(account: string): Promise<Answer> {
    await this.#keys.open(account);
    return this.#settled(account, this.#operator, { kind: 'done', repeated: false });
  }

  /** Only the node itself pays out: it is waited for. */
  async #paidOut(id: string, first: number): Promise<Answer> {
    const market = this.world().markets.get(id);
    if (market?.nextPaid !== first || isOver(market)) return { kind: 'done', repeated: true };
    return { kind: 'not_now', code: 'busy', retryAfterMs: PAYOUT_MS };
  }

  async #clientOf(by: string): Promise<Client> {
    if (by === SYSTEM) return this.#operator;
    const known = this.#clients.get(by);
    if (known) return known;
    const key = await this.#keys.of(by);
    const client = createClient({ ...QUIET, url: ANY_NODE, key, fetch: this.#ways.fetch });
    this.#clients.set(by, client);
    return client;
  }

  #textOf(hash: Hash): DemoText {
    const text = this.#texts.get(hash);
    if (!text) throw new DemoFault(`there are no words for ${hash}`);
    return text;
  }
}

/** Another history ends the demo with its own words; nobody needs to hear of it from every client. */
const QUIET = { platform: { alarm: () => undefined }, onForked: () => undefined };

/** What the demo makes of it. */
function answerOf(error: unknown): Answer {
  if (error instanceof FairgroundRefusal) {
    if (error.final && isRefusal(error.code)) return { kind: 'refused', code: error.code };
    throw new DemoFault(`the edge refused: ${error.code} ${error.message}`);
  }
  if (error instanceof FairgroundNotNow)
    return { kind: 'not_now', code: error.code, retryAfterMs: error.retryAfterMs };
  if (error instanceof FairgroundUnknown) return { kind: 'unknown' };
  if (error instanceof FairgroundFault || error instanceof FairgroundForked)
    throw new DemoFault(error.message);
  if (error instanceof FairgroundError) throw new DemoFault(`${error.name}: ${error.message}`);
  throw error;
}

const isRefusal = (code: string): code is RefusalCode => REFUSED.has(code);
