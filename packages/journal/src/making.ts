/** The group that is being made while the one before it is on its way to the disk. */
import type { Group, Head, Predecessor } from './journal.js';
import { GROUP_LIMITS } from './journal.js';
import { TRACE_LIMITS } from './traces.js';

export class Making {
  readonly #lines: string[] = [];
  #chars = 0;
  #meta = '';

  get count(): number {
    return this.#lines.length;
  }

  get chars(): number {
    return this.#chars;
  }

  /** Whether the largest entry there can be still fits. */
  get hasRoom(): boolean {
    const { bytesMax, entryBytesMax, entriesMax } = GROUP_LIMITS;
    return this.#lines.length < entriesMax && this.#chars + entryBytesMax + 1 <= bytesMax;
  }

  add(line: string): void {
    this.#lines.push(line);
    this.#chars += line.length + 1;
  }

  /** Keeps the context of a command in it; a batch of them names its own once. */
  addTrace(trace: string): void {
    if (this.#meta.endsWith(trace)) return;
    const meta = this.#meta === '' ? trace : `${this.#meta} ${trace}`;
    if (meta.length <= TRACE_LIMITS.metaBytesMax) this.#meta = meta;
  }

  /** The group that follows `head`, ending at `hash`. */
  groupAfter(head: Head, hash: string): { group: Group; prev: Predecessor } {
    const { term, lastSeq } = head;
    const firstSeq = lastSeq + 1;
    const lines = `${this.#lines.join('\n')}\n`;
    const group: Group = {
      grp: head.grp + 1,
      term,
      firstSeq,
      lastSeq: lastSeq + this.count,
      hash,
      lines,
      ...(this.#meta !== '' && { meta: this.#meta }),
    };
    return { group, prev: { term, lastSeq, hash: head.hash } };
  }
}
