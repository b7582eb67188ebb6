/**
 * Everything this node does for people behind their backs: it tells the tables what is wanted, carries out what they
 * made of it, and sees to what is done from time to time. Nobody waits for any of it, and no order is slower for it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadonlyWorld } from '@fairground/engine';
import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import type { Post } from '../people/mail.js';
import type { Wish } from '../readmodel/entry-effects.js';
import { AGAIN, AGAIN_IF_FAILED, FORGET } from '../readmodel/effect-tables.js';
import { JobQueues, type Queue } from '../readmodel/job-queues.js';
import { asked, type ReadModel } from '../readmodel/read-model.js';
import { NoticeFeed } from '../live/notice-feed.js';
import { titleOf } from '../readmodel/markets.js';
import type { Vault } from '../vault/vault.js';
import { Crew } from './crew.js';
import { type Carrier, Deliveries } from './deliver.js';
import { Notices } from './house-notices.js';
import { type Instance, isOurs, strangerSays } from './instance.js';
import { CHANNELS, type Channel } from './kinds.js';
import { doTask, isTask, raiseMark, taskQueues, TASKS, type Tools } from './tasks.js';
import { Wants, wishesOf } from './wants.js';

export const EFFECTS = {
  /** Letters and calls under way at once on this node. */
  atOnce: { mail: 2, webhook: 8 },
  /** Attempts are 5 s apart, then twice as long each time: the ninth after about twenty minutes. */
  retryLimit: 8,
  retryDelay: 5,
  /** Six times as long as a call may take. */
  expireSeconds: 60,
  /** How often dead nodes' jobs are looked for. */
  maintainSeconds: 30,
  lookMs: 2_000,
  failuresMax: 20,
  tickMs: 30_000,
  /** What people want is told to the tables at most so often. */
  settleMs: 20,
  againMs: 1_000,
} as const;

/** What a test may want otherwise. */
export interface EffectsPace {
  readonly retryLimit?: number;
  readonly retryDelay?: number;
  readonly expireSeconds?: number;
  readonly maintainSeconds?: number;
  readonly lookMs?: number;
  readonly failuresMax?: number;
  readonly settleMs?: number;
}

export interface EffectsOptions {
  readonly tables: ReadModel;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly config: Config;
  readonly instance: Instance;
  readonly world: () => ReadonlyWorld;
  readonly mail: Post;
  readonly site: () => string;
  readonly onAlarm: (reason: string) => void;
  readonly pace?: EffectsPace | undefined;
}

export class Effects {
  /** What people are told, live. */
  readonly feed: NoticeFeed;
  readonly #options: EffectsOptions;
  readonly #tools: Tools;
  readonly #deliveries: Deliveries;
  readonly #pace: Required<EffectsPace>;
  readonly #wants: Wants;
  readonly #leave: (() => void)[] = [];
  readonly #crews: Crew[] = [];
  readonly #working = new Set<Promise<void>>();
  #queues: JobQueues | undefined;
  #opening: Promise<void> | undefined;
  #tick: ReturnType<typeof setInterval> | undefined;
  #isStopped = false;

  constructor(options: EffectsOptions) {
    const { tables, vault, clock, world, onAlarm } = options;
    this.#options = options;
    this.feed = new NoticeFeed(tables);
    this.#pace = { ...EFFECTS, ...options.pace };
    const onTold = (): void => this.#wake();
    const wishes = (): readonly Wish[] => wishesOf(vault);
    const notices = new Notices({ tables, clock, wishes, onTold });
    const marksInVault = options.config.journalUrl === undefined;
    this.#tools = { tables, vault, clock, world, notices, marksInVault, onAlarm };
    this.#deliveries = new Deliveries(this.#carrier());
    const queues = [...this.#deliveryQueues(), ...taskQueues];
    this.#wants = new Wants({ tables, vault, queues, settleMs: this.#pace.settleMs });
  }

  /** The jobs there are, once their database is open. */
  get queues(): JobQueues | undefined {
    return this.#queues;
  }

  /** Whether this node tells people anything. */
  get isOurs(): boolean {
    return isOurs(this.#options.instance);
  }

  /** Before the tables go on from where they are. */
  begin(): void {
    const { tables, vault } = this.#options;
    this.#wants.begin();
    this.#leave.push(
      tables.onTold(({ rung }) => {
        this.#wake();
        this.#do(this.#dropRung(rung));
      }),
      vault.onErased((account) => this.#do(this.#forget(account))),
    );
  }

  /** Once the node listens. */
  start(): void {
    if (!this.isOurs) this.#options.onAlarm(strangerSays(this.#options.instance));
    this.#opening = this.#open();
  }

  /** Ends what is under way; the tables are closed next. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const leave of this.#leave) leave();
    this.#wants.stop();
    clearInterval(this.#tick);
    await Promise.all([this.#opening, this.feed.stop()]);
    await Promise.all([...this.#crews.map((crew) => crew.stop()), ...this.#working]);
    if (!this.#queues) return;
    await raiseMark(this.#tools).catch(() => undefined);
    await this.#queues.close();
  }

  /** Once the tables know what people want now. */
  heard(): Promise<void> {
    return this.#wants.heard();
  }

  /** Once more, under the same id, whatever became of it. */
  async again(channel: Channel, id: string): Promise<void> {
    await this.#options.tables.write(asked(AGAIN, id));
    await this.#queues?.sendAgain(channel, id);
    this.#wake();
  }

  /** A job that failed for good; false where it is none. */
  async retry(id: string): Promise<boolean> {
    await this.#options.tables.write(asked(AGAIN_IF_FAILED, id));
    const isThere = (await this.#queues?.retry(id)) === true;
    this.#wake();
    return isThere;
  }

  get notices(): Notices {
    return this.#tools.notices;
  }

  /** Does one of the tasks now. */
  doNow(task: keyof typeof TASKS, now?: number): Promise<void> {
    return doTask(task, this.#tools, now);
  }

  #carrier(): Carrier {
    const { tables, vault, clock, mail, site, config, world } = this.#options;
    return {
      tables,
      vault,
      clock,
      mail,
      site,
      titleOf: (market) => titleOf(world(), vault, market),
      allowsInside: config.webhooksLocal,
      failuresMax: this.#pace.failuresMax,
      marksInVault: this.#tools.marksInVault,
      onOff: (account, webhook, url) => {
        const data = { webhook, url };
        const facts = { kind: 'webhook_disabled', market: null, about: clock.now(), data } as const;
        return this.#tools.notices.tell([{ account, ...facts }]);
      },
    };
  }

  /** Again and again until the database is there. */
  async #open(): Promise<void> {
    const { tables, onAlarm } = this.#options;
    const execute = tables.run.bind(tables);
    while (!this.#isStopped) {
      try {
        if (tables.status.state === 'opening') throw new NotYet();
        this.#queues = await JobQueues.open(execute, {
          onAlarm,
          maintainSeconds: this.#pace.maintainSeconds,
        });
        if (this.#tools.marksInVault) await this.#queues.takeUp();
        this.#work(this.#queues);
        return;
      } catch (error) {
        if (!(error instanceof NotYet))
          onAlarm(`The jobs cannot be opened: ${error instanceof Error ? error.message : ''}`);
        await sleep(error instanceof NotYet ? EFFECTS.settleMs : EFFECTS.againMs);
      }
    }
  }

  #work(queues: JobQueues): void {
    const { onAlarm } = this.#options;
    const { lookMs } = this.#pace;
    const crew = (queue: string, atOnce: number, work: (id: string) => Promise<void>): void =>
      void this.#crews.push(new Crew({ queues, queue, atOnce, lookMs, work, onAlarm }));
    if (!this.isOurs) return;
    for (const channel of CHANNELS)
      crew(channel, EFFECTS.atOnce[channel], (id) => this.#deliver(queues, channel, id));
    for (const { name } of taskQueues)
      if (isTask(name)) crew(name, 1, () => doTask(name, this.#tools));
    const tick = (): void => {
      for (const [name, seconds] of Object.entries(TASKS))
        this.#do(queues.sendOnceEvery(name, seconds));
    };
    this.#tick = setInterval(tick, EFFECTS.tickMs);
    this.#tick.unref();
    tick();
  }

  #deliver(queues: JobQueues, channel: Channel, id: string): Promise<void> {
    return this.#deliveries.deliver(queues, channel, id);
  }

  /** What goes on beside all else: nobody waits for it but a stop. */
  #do(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => {
        const what = error instanceof Error ? error.message : String(error);
        if (!this.#isStopped) this.#options.onAlarm(`Behind the scenes: ${what}`);
      })
      .finally(() => this.#working.delete(done));
    this.#working.add(done);
  }

  async #dropRung(rung: readonly string[]): Promise<void> {
    const { wishes } = this.#options.vault;
    for (const id of rung) {
      const alert = wishes.alertBy(id);
      if (alert) await wishes.drop(id, alert.account);
    }
  }

  async #forget(account: string): Promise<void> {
    const { tables } = this.#options;
    await tables.write(...FORGET.map((statement) => asked(statement, account)));
  }

  #wake(): void {
    this.feed.look();
    for (const crew of this.#crews) crew.wake();
  }

  #deliveryQueues(): readonly Queue[] {
    const { retryLimit, retryDelay, expireSeconds } = this.#pace;
    return CHANNELS.map((name) => ({ name, retryLimit, retryDelay, expireSeconds }));
  }
}

class NotYet extends Error {}
