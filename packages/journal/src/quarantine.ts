/** Commands that broke the engine once are never tried again: one command must not fell the exchange twice. */
import { type Command, encodeWish } from '@fairground/engine';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** A command that stands there: its hash, and what it broke. */
export interface Quarantined {
  readonly hash: string;
  readonly reason: string;
}

export interface Quarantine {
  readonly size: number;
  /** In the order in which they came. */
  list(): readonly Quarantined[];
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

/** What it broke first, by the hash of a command. */
type Reasons = Map<string, string>;

const listed = (reasons: Reasons): readonly Quarantined[] =>
  [...reasons].map(([hash, reason]) => ({ hash, reason }));

function keep(reasons: Reasons, hash: string, reason: string): void {
  if (!reasons.has(hash)) reasons.set(hash, reason);
}

export class MemoryQuarantine implements Quarantine {
  readonly #reasons: Reasons = new Map();

  get size(): number {
    return this.#reasons.size;
  }

  list(): readonly Quarantined[] {
    return listed(this.#reasons);
  }

  has(hash: string): boolean {
    return this.#reasons.has(hash);
  }

  async add(hash: string, reason: string): Promise<void> {
    keep(this.#reasons, hash, reason);
  }
}

/** Inside a reason every quote is escaped, so a hash stands only where it was written. A crash tears off a reason. */
const LINE = /"hash":"([0-9a-f]{64})"(?:,"reason":("(?:[^"\\\n]|\\.)*")\})?/g;

function reasonIn(quoted: string | undefined): string {
  const said: unknown = quoted === undefined ? '' : JSON.parse(quoted);
  return typeof said === 'string' ? said : '';
}

/** One line a command in `quarantine.ndjson`, fsynced before the next command is judged. */
export class FileQuarantine implements Quarantine {
  readonly #file: string;
  readonly #reasons: Reasons = new Map();

  constructor(dir: string) {
    this.#file = path.join(dir, 'quarantine.ndjson');
    const text = fs.existsSync(this.#file) ? fs.readFileSync(this.#file, 'utf8') : '';
    // Not line by line: a line that a crash tore off has the next one in it.
    for (const [, hash = '', reason] of text.matchAll(LINE)) {
      keep(this.#reasons, hash, reasonIn(reason));
    }
  }

  get size(): number {
    return this.#reasons.size;
  }

  list(): readonly Quarantined[] {
    return listed(this.#reasons);
  }

  has(hash: string): boolean {
    return this.#reasons.has(hash);
  }

  async add(hash: string, reason: string): Promise<void> {
    keep(this.#reasons, hash, reason);
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
