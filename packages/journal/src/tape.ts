/** Reading what is durable: one entry, its hash, or lines from a place on. */
import { decodeEntry, type Entry, hashZero } from '@fairground/engine';
import type { JournalReader } from './journal.js';
import { linesOf } from './recover.js';

const GROUPS_AT_ONCE = 64;

export class JournalTape {
  readonly #journal: JournalReader;

  constructor(journal: JournalReader) {
    this.#journal = journal;
  }

  get id(): string {
    return this.#journal.id;
  }

  /** The line of an entry, without its newline; undefined where it is not durable. */
  async lineAt(seq: number): Promise<string | undefined> {
    const group = await this.#journal.groupOf(seq);
    if (!group) return undefined;
    let at = group.firstSeq;
    for (const line of linesOf(group.lines)) if (at++ === seq) return line;
    return undefined;
  }

  async entryAt(seq: number): Promise<Entry | undefined> {
    const line = await this.lineAt(seq);
    return line === undefined ? undefined : decodeEntry(line);
  }

  /** The hash at a seq; of 0 what the first entry continues. */
  async hashAt(seq: number): Promise<string | undefined> {
    if (seq === 0) return hashZero(this.#journal.id);
    return (await this.lineAt(seq))?.slice(-66, -2);
  }

  /** Whole lines from `seq` on, each ended by a newline, a few groups at a time; at most `limit` of them. */
  async *linesFrom(seq: number, limit = Number.POSITIVE_INFINITY): AsyncIterableIterator<string> {
    const first = await this.#journal.groupOf(Math.max(1, seq));
    if (!first) return;
    let left = limit;
    let after = first.grp - 1;
    for (;;) {
      const groups = await this.#journal.read(after, GROUPS_AT_ONCE);
      const last = groups.at(-1);
      if (!last) return;
      after = last.grp;
      const lines: string[] = [];
      for (const group of groups) {
        let at = group.firstSeq;
        for (const line of linesOf(group.lines)) if (at++ >= seq && left-- > 0) lines.push(line);
      }
      if (lines.length > 0) yield `${lines.join('\n')}\n`;
      if (left <= 0) return;
    }
  }
}
