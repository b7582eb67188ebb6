/** The newest groups as this process knows them: what a store that lost its end can be healed with. */
import { followChain } from './chain.js';
import { type Group, type Head } from './journal.js';

export class RecentGroups {
  readonly #bytesMax: number;
  readonly #groups = new Map<number, Group>();
  #bytes = 0;
  #lowest = 0;
  #newest = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The newest group that is known here. */
  get newest(): Group | undefined {
    return this.#groups.get(this.#newest);
  }

  get(grp: number): Group | undefined {
    return this.#groups.get(grp);
  }

  /** Keeps the newest; where there is no room an older one than all there are is not taken in. */
  add(group: Group): void {
    const size = sizeOf(group);
    const isOldest = this.#groups.size > 0 && group.grp < this.#lowest;
    if (isOldest && this.#bytes + size > this.#bytesMax) return;
    this.#remove(group.grp);
    if (this.#groups.size === 0 || isOldest) this.#lowest = group.grp;
    this.#groups.set(group.grp, group);
    this.#bytes += size;
    this.#newest = Math.max(this.#newest, group.grp);
    while (this.#bytes > this.#bytesMax) this.#remove(this.#lowest++);
    if (this.#groups.size === 0) this.#newest = 0;
  }

  forget(): void {
    this.#groups.clear();
    this.#bytes = 0;
    this.#newest = 0;
  }

  /**
   * The groups behind `head` up to the newest, checked byte by byte: undefined where they do not continue it, or
   * one is not here any more.
   */
  after(head: Head): readonly Group[] | undefined {
    const groups: Group[] = [];
    let at = head;
    for (let grp = head.grp + 1; grp <= this.#newest; grp++) {
      const group = this.#groups.get(grp);
      if (!group || !continues(at, group)) return undefined;
      groups.push(group);
      at = group;
    }
    return groups;
  }

  #remove(grp: number): void {
    const group = this.#groups.get(grp);
    if (!group) return;
    this.#groups.delete(grp);
    this.#bytes -= sizeOf(group);
  }
}

/** What a group takes, lines and all around them. */
const sizeOf = ({ lines }: Group): number => lines.length + 256;

/** Whether a group follows another: number, seq, term, and every line's hash. */
export function continues(before: Head, group: Group): boolean {
  const { grp, term, firstSeq, lastSeq, lines } = group;
  if (grp !== before.grp + 1 || firstSeq !== before.lastSeq + 1 || term < before.term) return false;
  if (lines === '') {
    return lastSeq === before.lastSeq && group.hash === before.hash && term > before.term;
  }
  const bytes = Buffer.from(lines, 'latin1');
  const run = followChain(bytes, before.hash);
  const isWhole = run.bytes === bytes.length && run.lines === lastSeq - firstSeq + 1;
  return isWhole && run.hash === group.hash && term === before.term;
}
