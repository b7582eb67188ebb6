/**
 * What entries tell to people, written in the transaction that carries them into the tables: the notices, and for
 * whoever wants them by mail or webhook a job each. Above the mark alone, which rises in that same transaction.
 */
import { type Entry, formatTime, type ReadonlyWorld } from '@fairground/engine';
import { deliveryId, effectId } from '../effects/effect-id.js';
import type { Channel, NoticeKind } from '../effects/kinds.js';
import { type Alert, type Notice, noticesOf, ringing } from '../effects/notices.js';
import { ADD_DELIVERIES, ADD_NOTICES, markOf, RAISE_MARK } from './effect-tables.js';
import { volumeOf } from './figures.js';
import { type NewJob, sendJobs } from './job-queues.js';
import type { RunSql } from './sql-store.js';

/** Alerts are told after what the entry itself tells. */
const ALERTS_FROM = 20_000;
const ROWS_AT_ONCE = 1_000;

/** By one way, to somebody, of some kinds, since an entry. */
export interface Wish {
  readonly account: string;
  readonly channel: Channel;
  /** The webhook's id, or the account. */
  readonly receiver: string;
  readonly kinds: readonly NoticeKind[];
  readonly seq: number;
}

/** What the vault knows of it. */
export interface Wanted {
  /** Effects of entries up to there never go again. */
  readonly to: number;
  /** Above that, those that were delivered. */
  readonly done: readonly string[];
  readonly wishes: readonly Wish[];
  readonly alerts: readonly Alert[];
}

interface Told extends Notice {
  readonly id: string;
  readonly seq: number;
  readonly n: number;
  readonly at: number;
}

export interface Written {
  /** Ids of alerts that have rung. */
  readonly rung: readonly string[];
  readonly count: number;
}

export class EntryEffects {
  readonly #journal: string;
  readonly #wishes = new Map<string, Wish[]>();
  readonly #done = new Set<string>();
  #alerts: readonly Alert[] = [];
  readonly #byMarket = new Map<string, Alert[]>();
  #told: Told[] = [];
  #rung: string[] = [];
  /** The newest entry that was taken in and not written. */
  #seq = 0;

  constructor(journal: string, wanted: Wanted) {
    this.#journal = journal;
    this.hear(wanted);
  }

  /** What people want has changed. */
  hear({ wishes, done, alerts }: Wanted): void {
    this.#wishes.clear();
    for (const wish of wishes) {
      const mine = this.#wishes.get(wish.account) ?? [];
      this.#wishes.set(wish.account, [...mine, wish]);
    }
    for (const id of done) this.#done.add(id);
    this.#alerts = alerts;
    this.#byMarket.clear();
    const rung = new Set(this.#rung);
    for (const alert of alerts) if (!rung.has(alert.id)) this.#watch(alert);
  }

  /** Takes in an entry, while its world stands there. */
  add(entry: Entry, world: ReadonlyWorld): void {
    const { seq, at } = entry;
    this.#seq = seq;
    noticesOf(entry, world).forEach((notice, n) => {
      const { kind, account, market } = notice;
      const receiver = market === null ? `${account} ${n}` : `${account} ${market}`;
      this.#told.push({ ...notice, id: this.#id(seq, kind, receiver), seq, n, at });
    });
    const moved = new Set<string>();
    for (const event of entry.events)
      if ('market' in event && volumeOf(event) !== undefined) moved.add(event.market);
    let n = ALERTS_FROM;
    for (const market of moved) {
      const alerts = this.#byMarket.get(market);
      if (!alerts) continue;
      for (const { alert, notice } of ringing(alerts, seq, world)) {
        // The same however late it is found to ring.
        const id = this.#id(alert.seq, notice.kind, alert.id);
        this.#told.push({ ...notice, id, seq, n: n++, at });
        this.#rung.push(alert.id);
        this.#drop(alert);
      }
    }
  }

  /** The statements of all of it; what it comes to is known once they have run. */
  end(): (run: RunSql) => Promise<Written> {
    const [told, rung, seq] = [this.#told, this.#rung, this.#seq];
    this.#told = [];
    this.#rung = [];
    this.#seq = 0;
    return async (run) => {
      const mark = await markOf(run, true);
      if (mark === undefined || seq === 0) return { rung: [], count: 0 };
      for (let at = 0; at < told.length; at += ROWS_AT_ONCE)
        await this.#write(run, told.slice(at, at + ROWS_AT_ONCE), mark);
      if (seq > mark) await run(RAISE_MARK, [seq]);
      return { rung, count: told.length };
    };
  }

  /** Forgets what was taken in and not written. */
  reset(): void {
    this.#told = [];
    this.#rung = [];
    this.#seq = 0;
    this.#byMarket.clear();
    for (const alert of this.#alerts) this.#watch(alert);
  }

  async #write(run: RunSql, told: readonly Told[], mark: number): Promise<void> {
    const rows = told.map(({ data, ...row }) => ({ ...row, data: JSON.stringify(data) }));
    await run(ADD_NOTICES, [JSON.stringify(rows)]);
    const wanted = told.flatMap((notice) => (notice.seq > mark ? this.#deliveriesOf(notice) : []));
    await sendDeliveries(run, wanted);
  }

  #deliveriesOf(notice: Told): Delivery[] {
    const wishes = this.#wishes.get(notice.account) ?? [];
    return wishes.flatMap(({ channel, receiver, kinds, seq }) => {
      if (!kinds.includes(notice.kind) || notice.seq <= seq) return [];
      const delivery = deliveryOf(notice, channel, receiver);
      return this.#done.has(delivery.id) ? [] : [delivery];
    });
  }

  #watch(alert: Alert): void {
    const alerts = this.#byMarket.get(alert.market) ?? [];
    alerts.push(alert);
    this.#byMarket.set(alert.market, alerts);
  }

  #drop({ id, market }: Alert): void {
    const left = (this.#byMarket.get(market) ?? []).filter((one) => one.id !== id);
    if (left.length === 0) this.#byMarket.delete(market);
    else this.#byMarket.set(market, left);
  }

  #id(seq: number, kind: string, receiver: string): string {
    return effectId({ journal: this.#journal, seq, kind, receiver });
  }
}

export interface Delivery {
  readonly id: string;
  readonly account: string;
  readonly channel: Channel;
  readonly receiver: string;
  readonly kind: string;
  readonly seq: number;
  readonly made_at: number;
  /** What a webhook is sent, to the byte and at each attempt the same. */
  readonly body: string;
}

/** One way of one notice. */
export function deliveryOf(
  {
    id: notification,
    account,
    kind,
    seq,
    n,
    at,
    market,
    data,
  }: Omit<Told, 'kind'> & { kind: string },
  channel: Channel,
  receiver: string,
): Delivery {
  const id = deliveryId(notification, channel, receiver);
  const time = formatTime(at);
  const named = market === null ? {} : { market };
  const said = { id: notification, cursor: `${seq}.${n}`, seq, at: time, ...named, ...data };
  const body = JSON.stringify({ type: kind, timestamp: time, data: said });
  return { id, account, channel, receiver, kind, seq, made_at: at, body };
}

/** Those that were not sent before, each as a job under its own id. */
export async function sendDeliveries(run: RunSql, wanted: readonly Delivery[]): Promise<void> {
  if (wanted.length === 0) return;
  const { rows } = await run(ADD_DELIVERIES, [JSON.stringify(wanted)]);
  const fresh = new Set(rows.map(([id]) => id));
  const jobs = wanted.flatMap(({ id, channel }): NewJob[] =>
    fresh.has(id) ? [{ id, name: channel, data: {} }] : [],
  );
  await sendJobs(run, jobs);
}
