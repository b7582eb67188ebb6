/**
 * The private, erasable half of the exchange: who is who, their keys, and every text. Whatever is here is
 * durable before the command that refers to it, so the journal never points at nothing.
 */
import { createHash, hash as hashOnce, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Lines, VaultCorrupt } from './lines.js';
import {
  type KeyRow,
  type MarketText,
  readMarketText,
  Row,
  type Scope,
  type TextRow,
  type UserRow,
} from './rows.js';

export const hashOfKey = (key: string): string => hashOnce('sha256', key);

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

/** One command may have been tried with several texts; only one of them was journaled. */
const placeOf = ({ command, text }: Pick<NewText, 'command' | 'text'>): string =>
  `${command} ${hashOfKey(text)}`;

export class Vault {
  readonly #lines: Lines;
  readonly #users = new Map<string, UserRow>();
  readonly #handles = new Map<string, UserRow>();
  readonly #opened = new Set<string>();
  readonly #keys = new Map<string, KeyRow>();
  readonly #keysByHash = new Map<string, KeyRow>();
  readonly #texts = new Map<string, TextRow>();
  readonly #textsByCommand = new Map<string, TextRow>();
  readonly #readTexts = new Map<string, MarketText>();
  readonly #onRevoked = new Set<(keyId: string) => void>();

  private constructor(lines: Lines) {
    this.#lines = lines;
  }

  static async open(dataDir: string): Promise<Vault> {
    const path = join(dataDir, 'vault.ndjson');
    const { lines, rows } = await Lines.open(path);
    const vault = new Vault(lines);
    rows.forEach((row, n) => {
      const read = Row.safeParse(row);
      if (!read.success) throw new VaultCorrupt(path, n + 1, 'this row is of no known kind');
      vault.#apply(read.data);
    });
    return vault;
  }

  close(): Promise<void> {
    return this.#lines.close();
  }

  /** False where the handle is taken (letter case does not tell handles apart). */
  async addUser(user: Omit<UserRow, 'type'>): Promise<boolean> {
    if (this.#handles.has(user.handle.toLowerCase())) return false;
    await this.#keep({ type: 'user', ...user });
    return true;
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
    await this.#keep(row);
    return { id, key };
  }

  keyOf(key: string): KeyRow | undefined {
    return this.#keysByHash.get(hashOfKey(key));
  }

  keysOf(account: string): readonly KeyRow[] {
    return [...this.#keys.values()].filter((key) => key.account === account);
  }

  /** At once here; durable when this resolves. */
  async revokeKey(id: string): Promise<boolean> {
    if (!this.#keys.has(id)) return false;
    await this.#keep({ type: 'revoked', id });
    return true;
  }

  onRevoked(listener: (keyId: string) => void): () => void {
    this.#onRevoked.add(listener);
    return () => this.#onRevoked.delete(listener);
  }

  /** Keeps a text for a command. The same command with the same text finds what was kept for it before. */
  async putText(text: NewText): Promise<TextRow> {
    const known = this.#textsByCommand.get(placeOf(text));
    if (known) {
      // A retry may overtake the first attempt's sync.
      await this.#lines.settled();
      return known;
    }
    const salt = randomBytes(16).toString('hex');
    const hash = createHash('sha256').update(salt).update(text.text).digest('hex');
    const row: TextRow = { type: 'text', ...text, hash, salt };
    await this.#keep(row);
    return row;
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
    const user = this.#users.get(account);
    if (!user) return false;
    this.#users.delete(account);
    this.#handles.delete(user.handle.toLowerCase());
    for (const key of this.keysOf(account)) this.#apply({ type: 'revoked', id: key.id });
    for (const row of this.#texts.values()) if (row.by === account) this.#dropText(row);
    await this.#lines.rewrite(this.#rows());
    return true;
  }

  *#rows(): Iterable<Row> {
    yield* this.#users.values();
    for (const account of this.#opened) yield { type: 'opened', account };
    yield* this.#keys.values();
    yield* this.#texts.values();
  }

  /** In memory first, so that two sign-ups at once cannot take one handle; told only when it is on disk. */
  async #keep(row: Row): Promise<void> {
    this.#apply(row);
    await this.#lines.append(row);
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
        this.#textsByCommand.set(placeOf(row), row);
        return;
    }
  }

  #dropKey(id: string): void {
    const key = this.#keys.get(id);
    if (!key) return;
    this.#keys.delete(id);
    this.#keysByHash.delete(key.hash);
    for (const listener of this.#onRevoked) listener(id);
  }

  #dropText(row: TextRow): void {
    this.#texts.delete(row.hash);
    this.#textsByCommand.delete(placeOf(row));
    this.#readTexts.delete(row.hash);
  }
}
