/**
 * What people want to be told of, and which of it they were told: as the vault's rows say. The mark up to which
 * nothing goes again only rises.
 */
import { randomBytes } from 'node:crypto';
import type { NoticeKind } from '../effects/kinds.js';
import {
  type AlertRow,
  type Row,
  type SeenRow,
  type SettingsRow,
  type WebhookRow,
  WishRow,
} from './rows.js';

export const WISHES = { alertsMax: 50, webhooksMax: 5 } as const;

type DoneRow = WishRow & { type: 'done' };
type OffRow = WishRow & { type: 'webhook_off' };

export class Wishes {
  readonly #keep: (row: WishRow) => Promise<void>;
  readonly #settings = new Map<string, SettingsRow>();
  readonly #alerts = new Map<string, AlertRow>();
  readonly #webhooks = new Map<string, WebhookRow>();
  readonly #off = new Map<string, OffRow>();
  readonly #seen = new Map<string, SeenRow>();
  readonly #done = new Map<string, DoneRow>();
  readonly #listeners = new Set<() => void>();
  #to: number | undefined;
  #instance: string | undefined;
  /** Rows in the store that newer ones have replaced. */
  #overRows = 0;

  /** `keep` resolves when the row is durable and was applied. */
  constructor(keep: (row: WishRow) => Promise<void>) {
    this.#keep = keep;
  }

  /** Told of every change of what somebody wants. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get instance(): string | undefined {
    return this.#instance;
  }

  /** Effects of entries up to there never go again; undefined where there never were any. */
  get effectsTo(): number | undefined {
    return this.#to;
  }

  nameInstance(name: string): Promise<void> {
    return this.#keep({ type: 'instance', name });
  }

  async riseTo(seq: number): Promise<void> {
    if (this.#to === undefined || seq > this.#to) await this.#keep({ type: 'effects_to', seq });
  }

  isDone(id: string): boolean {
    return this.#done.has(id);
  }

  /** Of entries above `effectsTo`. */
  done(): readonly string[] {
    return [...this.#done.keys()];
  }

  async markDone(id: string, account: string, seq: number): Promise<void> {
    if (!this.#done.has(id)) await this.#keep({ type: 'done', id, account, seq });
  }

  mailOf(account: string): readonly NoticeKind[] {
    return this.#settings.get(account)?.mail ?? [];
  }

  settings(): Iterable<SettingsRow> {
    return this.#settings.values();
  }

  setMail(account: string, mail: readonly NoticeKind[], seq: number): Promise<void> {
    return this.#keep({ type: 'settings', account, mail: [...mail], seq });
  }

  alerts(): Iterable<AlertRow> {
    return this.#alerts.values();
  }

  /** The oldest first. */
  alertsOf(account: string): readonly AlertRow[] {
    return [...this.#alerts.values()].filter((row) => row.account === account);
  }

  async addAlert(alert: Omit<AlertRow, 'type' | 'id'>): Promise<AlertRow> {
    const row: AlertRow = { type: 'alert', id: newId('alr'), ...alert };
    await this.#keep(row);
    return row;
  }

  alertBy(id: string): AlertRow | undefined {
    return this.#alerts.get(id);
  }

  /** Those to which something goes. */
  *webhooks(): Iterable<WebhookRow> {
    for (const row of this.#webhooks.values()) if (!this.#off.has(row.id)) yield row;
  }

  webhooksOf(account: string): readonly WebhookRow[] {
    return [...this.#webhooks.values()].filter((row) => row.account === account);
  }

  webhookBy(id: string): WebhookRow | undefined {
    return this.#webhooks.get(id);
  }

  /** Since when nothing goes there. */
  offSince(id: string): number | undefined {
    return this.#off.get(id)?.at;
  }

  /** The secret is told once, to whoever made it. */
  async addWebhook(hook: Omit<WebhookRow, 'type' | 'id' | 'secret'>): Promise<WebhookRow> {
    const secret = `whsec_${randomBytes(24).toString('base64')}`;
    const row: WebhookRow = { type: 'webhook', id: newId('whk'), secret, ...hook };
    await this.#keep(row);
    return row;
  }

  async turnOff(id: string, at: number): Promise<void> {
    const row = this.#webhooks.get(id);
    if (!row || this.#off.has(id)) return;
    await this.#keep({ type: 'webhook_off', id, account: row.account, at });
  }

  /** An alert or a webhook. */
  async drop(id: string, account: string): Promise<void> {
    await this.#keep({ type: 'dropped', id, account });
  }

  seenBy(account: string): Pick<SeenRow, 'seq' | 'n'> {
    return this.#seen.get(account) ?? { seq: 0, n: 0 };
  }

  /** It never goes back. */
  async see(account: string, seq: number, n: number): Promise<void> {
    const row: SeenRow = { type: 'seen', account, seq, n };
    if (isAfter(row, this.seenBy(account))) await this.#keep(row);
  }

  apply(row: WishRow): void {
    switch (row.type) {
      case 'settings':
        this.#put(this.#settings, row.account, row);
        break;
      case 'alert':
        this.#put(this.#alerts, row.id, row);
        break;
      case 'webhook':
        this.#put(this.#webhooks, row.id, row);
        break;
      case 'webhook_off':
        if (this.#webhooks.has(row.id)) this.#put(this.#off, row.id, row);
        break;
      case 'dropped':
        this.#overRows += 2;
        for (const rows of [this.#alerts, this.#webhooks, this.#off]) rows.delete(row.id);
        break;
      case 'seen':
        if (isAfter(row, this.seenBy(row.account))) this.#put(this.#seen, row.account, row);
        return;
      case 'done':
        if (row.seq > (this.#to ?? 0)) this.#put(this.#done, row.id, row);
        return;
      case 'effects_to':
        this.#rise(row.seq);
        return;
      case 'instance':
        this.#instance = row.name;
        return;
    }
    for (const listener of this.#listeners) listener();
  }

  /** All that still counts, without what was one account's. */
  *rows(without?: string): Iterable<WishRow> {
    for (const rows of this.#tables())
      for (const row of rows.values()) if (row.account !== without) yield row;
    if (this.#to !== undefined) yield { type: 'effects_to', seq: this.#to };
    if (this.#instance !== undefined) yield { type: 'instance', name: this.#instance };
  }

  forget(account: string): void {
    for (const rows of this.#tables())
      for (const [key, row] of rows) if (row.account === account) rows.delete(key);
    for (const listener of this.#listeners) listener();
  }

  /** How many rows of the store count for nothing any more, told once. */
  sweep(): number {
    const count = this.#overRows;
    this.#overRows = 0;
    return count;
  }

  #put<T>(rows: Map<string, T>, key: string, row: T): void {
    if (rows.has(key)) this.#overRows++;
    rows.set(key, row);
  }

  #rise(seq: number): void {
    if (this.#to !== undefined) this.#overRows++;
    this.#to = Math.max(this.#to ?? 0, seq);
    for (const [id, row] of this.#done) {
      if (row.seq > this.#to) continue;
      this.#done.delete(id);
      this.#overRows++;
    }
  }

  #tables(): readonly Map<string, Exclude<WishRow, { type: 'effects_to' | 'instance' }>>[] {
    return [
      this.#settings,
      this.#alerts,
      this.#webhooks,
      this.#off,
      this.#seen,
      this.#done,
    ] as const;
  }
}

const KINDS: ReadonlySet<string> = new Set(WishRow.options.map(({ shape }) => shape.type.value));

export const isWish = (row: Row): row is WishRow => KINDS.has(row.type);

const isAfter = (a: Pick<SeenRow, 'seq' | 'n'>, b: Pick<SeenRow, 'seq' | 'n'>): boolean =>
  a.seq > b.seq || (a.seq === b.seq && a.n > b.n);

const newId = (kind: string): string => `${kind}_${randomBytes(12).toString('hex')}`;
