/**
 * The private, erasable half of the exchange: who is who, their keys, and every text. Whatever is here is
 * durable, and so before the command that refers to it: the journal never points at nothing.
 *
 * Long because its rows are told in one order, and one place must see all of them.
 */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { LinesOptions } from './lines.js';
import { Logins } from './logins.js';
import {
  type KeyRow,
  type MarketText,
  placeOfText,
  readMarketText,
  type Row,
  type Scope,
  type TextRow,
  type UserRow,
} from './rows.js';
import { isPull, Pulls } from './pulls.js';
import { hashOfSecret } from './secret.js';
import { SharedStore, type SharedOptions } from './shared-store.js';
import { TickSources } from '../ticks/sources.js';
import { FileStore, PlaceTaken, type VaultStore } from './store.js';
import { Taking } from './taking.js';
import { isWish, Wishes } from './wishes.js';

export const hashOfKey = hashOfSecret;

/** About 10 MB. */
const KEYS_SEEN_MAX = 50_000;

export interface NewKey {
  readonly account: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly created: number;
}

export interface NewText {
  readonly command: string;
  readonly by: string;
  readonly text: string;
  readonly subject?: string;
}

export class Vault {
  readonly #store: VaultStore;
  readonly #users = new Map<string, UserRow>();
  readonly #handles = new Map<string, UserRow>();
  readonly #opened = new Set<string>();
  readonly #keys = new Map<string, KeyRow>();
  readonly #keysByHash = new Map<string, KeyRow>();
  /** Keys as they were shown, in memory alone: hashed once and not with every request. */
  readonly #keysSeen = new Map<string, KeyRow>();
  readonly #texts = new Map<string, TextRow>();
  readonly #textsByCommand = new Map<string, TextRow>();
  readonly #readTexts = new Map<string, MarketText>();
  readonly #onRevoked = new Set<(id: string) => void>();
  readonly #onErased = new Set<(account: string) => void>();
  /** Rows on their way to the disk, so that no two of them take the same place. */
  readonly #handlesTaken = new Taking();
  readonly #textsMade = new Map<string, Promise<TextRow>>();
  readonly #keysMade = new Map<string, number>();
  /** Rows in the store that count for nothing any more, as far as is known here. */
  #overRows = 0;
  /** How people sign in. */
  readonly logins = new Logins({
    keep: (row) => this.#keep(row),
    onEnded: (id) => this.#tellRevoked(id),
  });
  /** What people want to be told of, and what they were told. */
  readonly wishes = new Wishes((row) => this.#keep(row));
  /** Who looks elsewhere for facts, and what was seen there. */
  readonly pulls = new Pulls((row) => this.#keep(row));

  /** Where ticks may come from. */
  readonly sources = new TickSources((row) => this.#keep(row));

  private constructor(store: VaultStore) {
    this.#store = store;
  }

  /** The vault of one node, in its directory. */
  static async open(dataDir: string, options: LinesOptions = {}): Promise<Vault> {
    return Vault.#over(await FileStore.open(join(dataDir, 'vault.ndjson'), options));
  }

  /** The vault of several nodes, in their database. */
  static async openShared(options: SharedOptions): Promise<Vault> {
    return Vault.#over(await SharedStore.open(options));
  }

  static async #over(store: VaultStore): Promise<Vault> {
    const vault = new Vault(store);
    try {
      await store.follow((row) => vault.#apply(row));
      return vault;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** False where keys may have been revoked elsewhere without a word reaching this node. */
  get isCurrent(): boolean {
    return this.#store.isCurrent;
  }

  /** Whether there may be more now than there was: what was kept on another node a moment ago. */
  refresh(): Promise<boolean> {
    return this.#store.refresh();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** False where the handle is taken (letter case does not tell handles apart). */
  async addUser(user: Omit<UserRow, 'type'>): Promise<boolean> {
    const handle = user.handle.toLowerCase();
    const isHad = (): boolean => this.#handles.has(handle);
    return this.#handlesTaken.take(handle, isHad, () => this.#keep({ type: 'user', ...user }));
  }

  /** Sign-ups whose account may not have been opened yet. */
  pendingUsers(): readonly UserRow[] {
    return [...this.#users.values()].filter(({ account }) => !this.#opened.has(account));
  }

  async markOpened(account: string): Promise<void> {
    if (!this.#opened.has(account)) await this.#keep({ type: 'opened', account });
  }

  userOf(handle: string): UserRow | undefined {
    return this.#handles.get(handle.toLowerCase());
  }

  userBy(account: string): UserRow | undefined {
    return this.#users.get(account);
  }

  isOpened(account: string): boolean {
    return this.#opened.has(account);
  }

  handleOf(account: string): string | undefined {
    return this.#users.get(account)?.handle;
  }

  /** Makes a key; it is told once, here, and kept only as a hash. */
  async addKey({ account, name, scopes, created }: NewKey): Promise<{ id: string; key: string }> {
    const key = `fg_${randomBytes(24).toString('base64url')}`;
    const id = `key_${randomBytes(12).toString('hex')}`;
    const row: KeyRow = {
      type: 'key',
      id,
      hash: hashOfKey(key),
      account,
      name,
      scopes: [...scopes],
      last4: key.slice(-4),
      created,
    };
    this.#keysMade.set(account, (this.#keysMade.get(account) ?? 0) + 1);
    try {
      await this.#keep(row);
    } finally {
      const left = (this.#keysMade.get(account) ?? 1) - 1;
      if (left === 0) this.#keysMade.delete(account);
      else this.#keysMade.set(account, left);
    }
    return { id, key };
  }

  keyOf(key: string): KeyRow | undefined {
    const seen = this.#keysSeen.get(key);
    if (seen) return seen;
    const row = this.#keysByHash.get(hashOfKey(key));
    // What was never a key is hashed each time: else strangers would fill this.
    if (row) {
      if (this.#keysSeen.size >= KEYS_SEEN_MAX) this.#keysSeen.clear();
      this.#keysSeen.set(key, row);
    }
    return row;
  }

  keysOf(account: string): readonly KeyRow[] {
    return [...this.#keys.values()].filter((key) => key.account === account);
  }

  /** Those he has, and those on their way to the disk. */
  keyCountOf(account: string): number {
    return this.keysOf(account).length + (this.#keysMade.get(account) ?? 0);
  }

  /** Useless when this resolves, and for ever; where it could not be kept the key still works. */
  async revokeKey(id: string): Promise<boolean> {
    if (!this.#keys.has(id)) return false;
    await this.#keep({ type: 'revoked', id });
    return true;
  }

  /** Told of each key and each session that is of no use any more. */
  onRevoked(listener: (id: string) => void): () => void {
    this.#onRevoked.add(listener);
    return () => this.#onRevoked.delete(listener);
  }

  /** Told of each account whose owner is forgotten. */
  onErased(listener: (account: string) => void): () => void {
    this.#onErased.add(listener);
    return () => this.#onErased.delete(listener);
  }

  /** Keeps a text for a command. The same command with the same text finds what was kept for it before. */
  async putText(text: NewText): Promise<TextRow> {
    const place = placeOfText(text);
    const known = this.#textsByCommand.get(place);
    if (known) return known;
    // A retry may overtake the first attempt's sync.
    const made = this.#textsMade.get(place);
    if (made) return made;
    const row = this.#makeText(text);
    this.#textsMade.set(place, row);
    return row.finally(() => this.#textsMade.delete(place));
  }

  async #makeText(text: NewText): Promise<TextRow> {
    const salt = randomBytes(16).toString('hex');
    const hash = createHash('sha256').update(salt).update(text.text).digest('hex');
    const row: TextRow = { type: 'text', ...text, hash, salt };
    try {
      await this.#keep(row);
      return row;
    } catch (error) {
      const other = this.#textsByCommand.get(placeOfText(text));
      if (error instanceof PlaceTaken && other) return other;
      throw error;
    }
  }

  /** The text some hash in the journal stands for; undefined once it was erased. */
  textOf(hash: string): TextRow | undefined {
    return this.#texts.get(hash);
  }

  marketTextOf(hash: string): MarketText | undefined {
    const read = this.#readTexts.get(hash);
    if (read) return read;
    const row = this.#texts.get(hash);
    const text = row && readMarketText(row.text);
    if (text) this.#readTexts.set(hash, text);
    return text;
  }

  /** Forgets a person: handle, keys, texts and salts are gone from the file too. The journal keeps an id. */
  async erase(account: string): Promise<boolean> {
    if (!this.#users.has(account)) return false;
    await this.#store.erase(account, () => this.#rowsWithout(account));
    return true;
  }

  /** Forgets what was over before, and takes it out of the store; true where there was something. */
  async sweep(before: number): Promise<boolean> {
    this.#overRows += this.logins.sweep(before) + this.wishes.sweep();
    this.#overRows += this.sources.sweep() + this.pulls.sweep(before);
    if (this.#overRows === 0) return false;
    await this.#store.sweep(before, () => this.#rowsWithout());
    this.#overRows = 0;
    return true;
  }

  /** When keys and sessions were used, kept now and then. */
  keepUsed(now: number): Promise<void> {
    return this.logins.keepUsed((id) => this.#keys.get(id)?.account, now);
  }

  *#rowsWithout(account?: string): Iterable<Row> {
    yield* this.logins.rows(account);
    yield* this.wishes.rows(account);
    yield* this.sources.rows();
    yield* this.pulls.rows();
    for (const user of this.#users.values()) if (user.account !== account) yield user;
    for (const opened of this.#opened) yield { type: 'opened', account: opened };
    for (const key of this.#keys.values()) if (key.account !== account) yield key;
    for (const text of this.#texts.values()) if (text.by !== account) yield text;
  }

  /** Durable first: what could not be written was never here. */
  #keep(row: Row): Promise<void> {
    return this.#store.append(row);
  }

  #apply(row: Row): void {
    switch (row.type) {
      case 'user':
        this.#users.set(row.account, row);
        this.#handles.set(row.handle.toLowerCase(), row);
        return;
      case 'opened':
        this.#opened.add(row.account);
        return;
      case 'key':
        this.#keys.set(row.id, row);
        this.#keysByHash.set(row.hash, row);
        return;
      case 'revoked':
        this.#dropKey(row.id);
        return;
      case 'text':
        this.#texts.set(row.hash, row);
        this.#textsByCommand.set(placeOfText(row), row);
        return;
      case 'erased':
        this.#forget(row.account);
        return;
      case 'tick_source':
      case 'tick_source_gone':
        this.sources.apply(row);
        return;
      default:
        if (isWish(row)) this.wishes.apply(row);
        else if (isPull(row)) this.pulls.apply(row);
        else this.logins.apply(row);
    }
  }

  #forget(account: string): void {
    const user = this.#users.get(account);
    if (user) this.#handles.delete(user.handle.toLowerCase());
    this.#users.delete(account);
    this.logins.forget(account);
    this.wishes.forget(account);
    for (const key of this.keysOf(account)) this.#dropKey(key.id);
    for (const row of this.#texts.values()) if (row.by === account) this.#dropText(row);
    for (const listener of this.#onErased) listener(account);
  }

  #dropKey(id: string): void {
    const key = this.#keys.get(id);
    if (!key) return;
    this.#keys.delete(id);
    this.#keysByHash.delete(key.hash);
    this.#keysSeen.clear();
    this.#tellRevoked(id);
  }

  #tellRevoked(id: string): void {
    for (const listener of this.#onRevoked) listener(id);
  }

  #dropText(row: TextRow): void {
    this.#texts.delete(row.hash);
    this.#textsByCommand.delete(placeOfText(row));
    this.#readTexts.delete(row.hash);
  }
}
