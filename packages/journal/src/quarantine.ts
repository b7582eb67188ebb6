/** Commands that broke the engine once are never tried again: one command must not fell the exchange twice. */
import { type Command, encodeWish } from '@fairground/engine';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

export interface Quarantine {
  readonly size: number;
  has(hash: string): boolean;
  /** Durable when it resolves. */
  add(hash: string, reason: string): Promise<void>;
}

/** Who asked and what, without the id: the same wish under another key is the same poison. */
export function poisonHash({ by, wish }: Command): string {
  return createHash('sha256')
    .update(`${by}\0${encodeWish(wish)}`)
    .digest('hex');
}

export class MemoryQuarantine implements Quarantine {
  readonly #hashes = new Set<string>();

  get size(): number {
    return this.#hashes.size;
  }

  has(hash: string): boolean {
    return this.#hashes.has(hash);
  }

  async add(hash: string): Promise<void> {
    this.#hashes.add(hash);
  }
}

/** Inside a reason every quote is escaped, so this stands only where it was written. */
const HASH = /"hash":"([0-9a-f]{64})"/g;

/** One line a command in `quarantine.ndjson`, fsynced before the next command is judged. */
export class FileQuarantine implements Quarantine {
  readonly #file: string;
  readonly #hashes: Set<string>;

  constructor(dir: string) {
    this.#file = path.join(dir, 'quarantine.ndjson');
    const text = fs.existsSync(this.#file) ? fs.readFileSync(this.#file, 'utf8') : '';
    // Not line by line: a line that a crash tore off has the next one in it.
    this.#hashes = new Set([...text.matchAll(HASH)].map(([, hash = '']) => hash));
  }

  get size(): number {
    return this.#hashes.size;
  }

  has(hash: string): boolean {
    return this.#hashes.has(hash);
  }

  async add(hash: string, reason: string): Promise<void> {
    this.#hashes.add(hash);
    const file = fs.openSync(this.#file, 'a', 0o600);
    try {
      fs.writeFileSync(file, `${JSON.stringify({ hash, reason })}\n`);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    // The first line makes the file, and a new name is durable only with its directory.
    const dir = fs.openSync(path.dirname(this.#file), 'r');
    try {
      fs.fsyncSync(dir);
    } finally {
      fs.closeSync(dir);
    }
  }
}
