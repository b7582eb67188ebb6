/** What the living world was made of, entry by entry: after each, every law holds, and the auditor had it so. */
import {
  checkInvariants,
  type Command,
  encodeEntry,
  type Entry,
  type ReadonlyWorld,
  type RefusalCode,
} from '@fairground/engine';
import { Auditor } from './auditor.js';
import { Wrong } from './wrong.js';

export class Lived {
  lines: string[] = [];
  entries: Entry[] = [];
  /** How often all laws were checked. */
  checks = 0;
  readonly #blame: (wrong: Wrong) => void;
  #auditor = new Auditor();

  constructor(blame: (wrong: Wrong) => void) {
    this.#blame = blame;
  }

  hashAt(seq: number): string | undefined {
    return this.lines[seq - 1]?.slice(-66, -2);
  }

  /** Entries that were never durable are gone: the world goes on without them. */
  backTo(seq: number): void {
    if (seq === this.entries.length) return;
    this.lines = this.lines.slice(0, seq);
    this.entries = this.entries.slice(0, seq);
    this.#auditor = new Auditor(this.#auditor.memory);
    for (const entry of this.entries) this.#auditor.write(entry);
  }

  /** The living world has one more entry. */
  fold(entry: Entry, world: ReadonlyWorld): void {
    const line = encodeEntry(entry);
    if (entry.seq <= this.entries.length) {
      // The world is folded anew, from the journal.
      if (line !== this.lines[entry.seq - 1])
        this.#blame(new Wrong('rebuild', `entry ${entry.seq}`));
      return;
    }
    this.lines.push(line);
    this.entries.push(entry);
    this.#noting(() => this.#judge(entry, world));
  }

  /** Somebody is told no, by the world as it is now. */
  refuse(command: Command, at: number, code: RefusalCode): void {
    this.#noting(() => this.#auditor.refused(command, at, code));
  }

  #noting(look: () => void): void {
    try {
      look();
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      this.#blame(error);
    }
  }

  #judge(entry: Entry, world: ReadonlyWorld): void {
    this.#auditor.write(entry);
    const differs = this.#auditor.differs(world);
    const where = `after entry ${entry.seq}, ${entry.command.wish.type}`;
    if (differs !== undefined) throw new Wrong('auditor', `${where}: ${differs}`);
    this.checks++;
    for (const { name, detail } of checkInvariants(world)) {
      if (detail !== undefined) throw new Wrong(`invariant ${name}`, `${where}: ${detail}`);
    }
  }
}
