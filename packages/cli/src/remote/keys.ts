/** Keys of accounts, made when they are first needed and kept beside the demo's clock. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, FairgroundRefusal } from '@fairground/client';

const FILE = 'keys.json';
const SAVE_MS = 500;
/** The engine decides by roles; a seller needs the widest to choose his rally's id. */
const SCOPES = ['read', 'trade', 'admin'] as const;

export class Keys {
  readonly #file: string;
  readonly #operator: Client;
  readonly #keys: Map<string, Promise<string>>;
  readonly #known = new Map<string, string>();
  #saving: NodeJS.Timeout | undefined;

  private constructor(file: string, operator: Client, known: ReadonlyMap<string, string>) {
    this.#file = file;
    this.#operator = operator;
    this.#known = new Map(known);
    this.#keys = new Map([...known].map(([account, key]) => [account, Promise.resolve(key)]));
  }

  /** What cannot be read says nothing: keys can be made anew. */
  static async open(dir: string, operator: Client): Promise<Keys> {
    const file = join(dir, FILE);
    const text = await readFile(file, 'utf8').catch(() => '{}');
    return new Keys(file, operator, parse(text));
  }

  /** Of an account that is there; the handle is its name. */
  of(account: string): Promise<string> {
    const known = this.#keys.get(account);
    if (known) return known;
    const made = this.#operator
      .createKey({ handle: account, scopes: SCOPES })
      .then(({ key }) => this.#keep(account, key));
    return this.#remember(account, made);
  }

  /** Opens the account, and has its first key; where somebody was faster, or an answer was lost, another one. */
  async open(account: string): Promise<void> {
    await this.#remember(account, this.#opened(account));
  }

  async #opened(account: string): Promise<string> {
    try {
      const user = { handle: account, account, scopes: SCOPES };
      return this.#keep(account, (await this.#operator.createUser(user)).key);
    } catch (error) {
      if (!(error instanceof FairgroundRefusal) || error.code !== 'handle_taken') throw error;
      const { key } = await this.#operator.createKey({ handle: account, scopes: SCOPES });
      return this.#keep(account, key);
    }
  }

  /** What failed is tried again by whoever asks next. */
  #remember(account: string, made: Promise<string>): Promise<string> {
    this.#keys.set(account, made);
    made.catch(() => this.#keys.delete(account));
    return made;
  }

  #keep(account: string, key: string): string {
    this.#known.set(account, key);
    this.#saving ??= setTimeout(() => void this.save().catch(() => undefined), SAVE_MS);
    return key;
  }

  async save(): Promise<void> {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    const text = JSON.stringify(Object.fromEntries(this.#known));
    await writeFile(`${this.#file}.new`, text, { mode: 0o600 });
    await rename(`${this.#file}.new`, this.#file);
  }
}

function parse(text: string): ReadonlyMap<string, string> {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found !== 'object' || found === null) return new Map();
    const pairs = Object.entries(found);
    return new Map(pairs.flatMap(([name, key]) => (typeof key === 'string' ? [[name, key]] : [])));
  } catch {
    return new Map();
  }
}
