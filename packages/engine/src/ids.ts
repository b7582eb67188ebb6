/**
 * A command id is done once. Ids are remembered until their `validUntil` has passed, and the last million in
 * any case; when four million are held the earliest to expire of the older ones go, and a command no later
 * than those counts as expired. Packed arrays, about 50 bytes an id: a Map takes ten times that.
 */
import { assert } from './assert.js';
import type { CommandId, Instant } from './command.js';
import { BOUNDS } from './limits.js';

/** Where a command was done, and a digest of what it asked. */
export interface Done {
  readonly seq: number;
  readonly digest: Digest;
}

/** 64 bits of a command's content. A player who forges a collision only gets his own first answer again. */
export type Digest = readonly [number, number];

export interface ReadonlyCommandIds {
  get(id: CommandId): Done | undefined;
  readonly size: number;
  /** Commands valid no longer than this may have been forgotten. */
  readonly forgottenUntil: Instant;
  /** Of this entry and all after it every id is remembered; 0: of all there ever were. */
  readonly wholeFrom: number;
  /** Everything remembered, oldest first: for snapshots and the state hash. */
  all(): IterableIterator<readonly [CommandId, Digest, number, Instant]>;
}

const WORDS = 6;

export class CommandIds implements ReadonlyCommandIds {
  /** A ring of records, oldest first: id (4 words), digest (2 words). */
  #words = new Uint32Array(1024 * WORDS);
  #seqs = new Float64Array(1024);
  #untils = new Float64Array(1024);
  /** Open addressing by the id's first word: ring places + 1; 0 is free. */
  #index = new Int32Array(2048);
  /** Always a power of two, so that a place wraps round by a mask. */
  #capacity = 1024;
  #first = 0;
  #size = 0;
  #forgottenUntil: Instant = 0;
  readonly #keep: number;
  readonly #most: number;

  /** The bounds are arguments so that a test can reach them. */
  constructor(keep: number = BOUNDS.idsKept, most: number = BOUNDS.idsMax) {
    assert(most > keep, 'ids: what is kept must fit in what is held');
    this.#keep = keep;
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  get forgottenUntil(): Instant {
    return this.#forgottenUntil;
  }

  /** By the ids that are kept in any case: what goes sooner depends on when each of the others expires. */
  get wholeFrom(): number {
    if (this.#size < this.#keep) return 0;
    return this.#seqs[(this.#first + this.#size - this.#keep) & (this.#capacity - 1)] ?? 0;
  }

  get(id: CommandId): Done | undefined {
    const place = this.#find(wordsOf(id));
    if (place < 0) return undefined;
    const at = place * WORDS;
    const digest: Digest = [this.#words[at + 4] ?? 0, this.#words[at + 5] ?? 0];
    return { seq: this.#seqs[place] ?? 0, digest };
  }

  add(id: CommandId, digest: Digest, seq: number, validUntil: Instant): void {
    const words = wordsOf(id);
    assert(this.#find(words) < 0, 'ids: an id is done once');
    if (this.#size === this.#capacity) this.#rebuild(this.#capacity * 2, () => true);
    const place = (this.#first + this.#size) & (this.#capacity - 1);
    const at = place * WORDS;
    for (let word = 0; word < 4; word++) this.#words[at + word] = words[word] ?? 0;
    this.#words[at + 4] = digest[0];
    this.#words[at + 5] = digest[1];
    this.#seqs[place] = seq;
    this.#untils[place] = validUntil;
    this.#size++;
    this.#link(place);
  }

  /** Lets go of what need not be remembered at `at`. */
  forget(at: Instant): void {
    while (this.#size > this.#keep && (this.#untils[this.#first] ?? 0) < at) this.#dropFirst();
    if (this.#size > this.#most) this.#dropEarliest();
  }

  *all(): IterableIterator<readonly [CommandId, Digest, number, Instant]> {
    for (let n = 0; n < this.#size; n++) {
      const place = (this.#first + n) & (this.#capacity - 1);
      const words = this.#words.subarray(place * WORDS, place * WORDS + WORDS);
      const digest: Digest = [words[4] ?? 0, words[5] ?? 0];
      yield [hexOf(words), digest, this.#seqs[place] ?? 0, this.#untils[place] ?? 0];
    }
  }

  /** Refills from a snapshot. */
  restore(records: Iterable<readonly [CommandId, Digest, number, Instant]>, until: Instant): void {
    for (const [id, digest, seq, validUntil] of records) this.add(id, digest, seq, validUntil);
    this.#forgottenUntil = until;
  }

  /** Drops an eighth of all but the last ones, those that expire first, so that this is rare. */
  #dropEarliest(): void {
    const old = this.#size - this.#keep;
    const untils = Float64Array.from({ length: old }, (_, n) => {
      return this.#untils[(this.#first + n) & (this.#capacity - 1)] ?? 0;
    }).sort();
    const last = untils[Math.floor(old / 8)] ?? 0;
    this.#rebuild(this.#capacity, (n, until) => n >= old || until > last);
    this.#forgottenUntil = Math.max(this.#forgottenUntil, last);
  }

  #find(words: Uint32Array): number {
    const mask = this.#index.length - 1;
    for (let slot = (words[0] ?? 0) & mask; ; slot = (slot + 1) & mask) {
      const place = (this.#index[slot] ?? 0) - 1;
      if (place < 0) return -1;
      const at = place * WORDS;
      if (
        this.#words[at] === words[0] &&
        this.#words[at + 1] === words[1] &&
        this.#words[at + 2] === words[2] &&
        this.#words[at + 3] === words[3]
      ) {
        return place;
      }
    }
  }

  #link(place: number): void {
    const mask = this.#index.length - 1;
    let slot = (this.#words[place * WORDS] ?? 0) & mask;
    while (this.#index[slot] !== 0) slot = (slot + 1) & mask;
    this.#index[slot] = place + 1;
  }

  #dropFirst(): void {
    this.#unlink(this.#first);
    this.#first = (this.#first + 1) & (this.#capacity - 1);
    this.#size--;
  }

  /** Frees a slot and moves back what had been pushed past it, so that no search stops too early. */
  #unlink(place: number): void {
    const mask = this.#index.length - 1;
    let hole = (this.#words[place * WORDS] ?? 0) & mask;
    while (this.#index[hole] !== place + 1) hole = (hole + 1) & mask;
    for (let slot = (hole + 1) & mask; this.#index[slot] !== 0; slot = (slot + 1) & mask) {
      const there = this.#index[slot] ?? 0;
      const home = (this.#words[(there - 1) * WORDS] ?? 0) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      this.#index[hole] = there;
      hole = slot;
    }
    this.#index[hole] = 0;
  }

  /** Moves what stays into a ring of its own, in order; without a detour over hex, for there are millions. */
  #rebuild(capacity: number, stays: (n: number, until: Instant) => boolean): void {
    const [words, seqs, untils] = [this.#words, this.#seqs, this.#untils];
    const [before, first, size] = [this.#capacity, this.#first, this.#size];
    this.#words = new Uint32Array(capacity * WORDS);
    this.#seqs = new Float64Array(capacity);
    this.#untils = new Float64Array(capacity);
    this.#index = new Int32Array(capacity * 2);
    this.#capacity = capacity;
    this.#first = 0;
    this.#size = 0;
    for (let n = 0; n < size; n++) {
      const from = (first + n) & (before - 1);
      if (!stays(n, untils[from] ?? 0)) continue;
      const place = this.#size++;
      this.#words.set(words.subarray(from * WORDS, from * WORDS + WORDS), place * WORDS);
      this.#seqs[place] = seqs[from] ?? 0;
      this.#untils[place] = untils[from] ?? 0;
      this.#link(place);
    }
  }
}

/** Murmur-like mixing in two lanes of 32 bits; content is ASCII. */
export function digestOf(content: string): Digest {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (let n = 0; n < content.length; n++) {
    const code = content.charCodeAt(n);
    a = Math.imul(a ^ code, 0xcc9e2d51);
    b = Math.imul(b ^ code, 0x1b873593);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return [a >>> 0, b >>> 0];
}

/** The id whose words were asked for last: deciding and folding one command both ask. */
let lastId: CommandId | undefined;
const lastWords = new Uint32Array(4);

/** Four words of 32 bits; good until the next id is asked for. */
function wordsOf(id: CommandId): Uint32Array {
  if (id === lastId) return lastWords;
  for (let word = 0, n = 0; word < 4; word++) {
    let value = 0;
    for (const end = n + 8; n < end; n++) {
      const code = id.charCodeAt(n);
      value = (value << 4) | (code < 58 ? code - 48 : code - 87);
    }
    lastWords[word] = value;
  }
  lastId = id;
  return lastWords;
}

function hexOf(words: Uint32Array): CommandId {
  let id = '';
  for (let n = 0; n < 4; n++) id += (words[n] ?? 0).toString(16).padStart(8, '0');
  return id;
}
