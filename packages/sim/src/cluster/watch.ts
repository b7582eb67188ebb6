/** What a node tells of its entries: each once, in order, and none that is not durable. */
import type { Entry } from '@fairground/engine';
import type { Member } from '@fairground/server';
import { must } from '../wrong.js';

export class Watch {
  readonly told = new Map<number, string>();
  #folded: Entry[] = [];
  #seq: number;

  constructor(member: Member) {
    this.#seq = member.head.seq;
    member.onFolded((entry) => this.#folded.push(entry));
    member.onDurable((seq) => this.#settle(seq));
    member.onReset((seq) => {
      this.#settle(seq);
      this.#folded = [];
    });
  }

  /** The node says that what it told is of another history. */
  rewound(seq: number): void {
    this.told.clear();
    this.#folded = [];
    this.#seq = seq;
  }

  #settle(seq: number): void {
    const told = this.#folded.filter((entry) => entry.seq <= seq);
    this.#folded = this.#folded.filter((entry) => entry.seq > seq);
    for (const { seq: next, hash } of told) {
      const due = this.#seq + 1;
      must(next === due, 'telling', () => `a node told entry ${next} where ${due} was due`);
      this.#seq = next;
      this.told.set(next, hash);
    }
  }
}
