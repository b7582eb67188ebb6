/**
 * Proof: reads a journal line by line, re-decides every command, and says where the journal and the rules
 * disagree. Double entry, applied to the code itself. The same in Node and in a browser.
 */
import { decide, type Decision } from './decide.js';
import type { Entry, Event } from './event.js';
import { fold } from './evolve.js';
import { type Chain, chain as ownChain, hashZero } from './hash.js';
import { checkInvariants, type Finding } from './invariants.js';
import { isFoldable } from './mechanism/registry.js';
import { type Undecided, undecidedEntry } from './versions.js';
import { watch } from './watch.js';
import { decodeEntry, encodeBody, HASH_TAIL_CHARS } from './wire.js';
import { createWorld, type ReadonlyWorld, type World } from './world.js';

export interface Difference {
  readonly seq: number;
  readonly what: string;
}

/** What happened to the facts of one kind. */
export interface FactCount {
  recorded: number;
  undone: number;
  /** How many raised their stock, and how many lowered it. */
  raised: number;
  lowered: number;
}

/** Entries of one version that this build does not decide by, and why it does not. */
export interface FoldedCount extends Undecided {
  readonly entries: number;
}

export interface Proof {
  readonly entries: number;
  /** Entries whose command was decided again, and those that were only folded. */
  readonly redecided: number;
  readonly folded: number;
  /** The folded ones by version, in order of first appearance. */
  readonly undecided: readonly FoldedCount[];
  readonly head: { readonly seq: number; readonly hash: string };
  readonly differences: readonly Difference[];
  readonly invariants: readonly Finding[];
  readonly facts: ReadonlyMap<string, Readonly<FactCount>>;
  readonly world: ReadonlyWorld;
}

/** More differences than this say nothing new. */
const DIFFERENCES_MAX = 20;

export class Verifier {
  readonly #chain: Chain;
  readonly #world: World = createWorld();
  readonly #differences: Difference[] = [];
  readonly #facts = new Map<string, FactCount>();
  readonly #undecided = new Map<string, FoldedCount>();
  #hash: string;
  #redecided = 0;
  #broken = false;

  /** `journal` is the journal's id, which seeds the chain. */
  constructor(journal: string, chain: Chain = ownChain) {
    this.#chain = chain;
    this.#hash = hashZero(journal);
  }

  /** Entries so far. */
  get entries(): number {
    return this.#world.seq;
  }

  /** False once nothing after this line can be checked: a line that is none, or does not follow. */
  add(line: string): boolean {
    if (this.#broken) return false;
    const seq = this.#world.seq + 1;
    try {
      this.#check(line, seq);
    } catch (error) {
      this.#broken = true;
      this.#differ(seq, error instanceof Error ? error.message : String(error));
    }
    return !this.#broken;
  }

  report(): Proof {
    const entries = this.#world.seq;
    return {
      entries,
      redecided: this.#redecided,
      folded: entries - this.#redecided,
      undecided: [...this.#undecided.values()],
      head: { seq: entries, hash: this.#hash },
      differences: this.#differences,
      invariants: checkInvariants(this.#world),
      facts: this.#facts,
      world: this.#world,
    };
  }

  #check(line: string, seq: number): void {
    const entry = decodeEntry(line);
    if (entry.seq !== seq) throw new Error(`entry ${entry.seq} stands in its place`);
    const hash = this.#chain(this.#hash, line.slice(0, -HASH_TAIL_CHARS));
    if (hash !== entry.hash) throw new Error('its hash does not continue the chain');
    for (const event of entry.events) {
      const isUnknown = event.type === 'market_created' && !isFoldable(event.mechanism);
      if (isUnknown) throw new Error(`the mechanism ${event.mechanism} is unknown to this build`);
    }
    const { rules } = this.#world;
    // Rules change by `adopt_rules` alone: an entry cannot pick those it would like to be judged by.
    if (entry.rules !== rules)
      this.#differ(seq, `it says rules ${entry.rules}, but rules ${rules} are in force`);
    const undecided = undecidedEntry(this.#world, entry);
    if (undecided) this.#leave(undecided);
    else this.#redecide(entry);
    const breaches = watch(this.#world, entry);
    fold(this.#world, entry);
    for (const { name, detail } of breaches()) this.#differ(seq, `${name}: ${detail}`);
    this.#hash = entry.hash;
    this.#count(entry);
  }

  #leave(undecided: Undecided): void {
    const { version } = undecided;
    const entries = (this.#undecided.get(version)?.entries ?? 0) + 1;
    this.#undecided.set(version, { ...undecided, entries });
  }

  #redecide(entry: Entry): void {
    const { seq, command } = entry;
    this.#redecided++;
    const decision = this.#decide(entry);
    if (!decision) return;
    if (decision.kind === 'repeated')
      return this.#differ(seq, `it was done before, in ${decision.seq}`);
    const { kind } = decision;
    const events: readonly Event[] =
      kind === 'refused' ? [{ type: 'refused', code: decision.code }] : decision.events;
    if (encodeBody({ ...entry, events }) === encodeBody(entry)) return;
    const isRefused = kind === 'refused';
    const { type } = command.wish;
    this.#differ(
      seq,
      isRefused ? `it would be refused: ${decision.code}` : `${type} would have other events`,
    );
  }

  /** A throw has changed nothing, so it is a difference, and what comes after can still be looked at. */
  #decide({ seq, at, command }: Entry): Decision | undefined {
    try {
      return decide(this.#world, command, at);
    } catch (fault) {
      this.#differ(seq, `it cannot be decided again: ${String(fault)}`);
      return undefined;
    }
  }

  #differ(seq: number, what: string): void {
    if (this.#differences.length < DIFFERENCES_MAX) this.#differences.push({ seq, what });
  }

  #count({ events }: Entry): void {
    for (const event of events) {
      if (event.type !== 'fact_recorded' && event.type !== 'fact_undone') continue;
      const kind =
        event.type === 'fact_recorded' ? event.kind : this.#kindOf(event.market, event.undoes);
      let count = this.#facts.get(kind);
      if (!count)
        this.#facts.set(kind, (count = { recorded: 0, undone: 0, raised: 0, lowered: 0 }));
      if (event.type === 'fact_undone') count.undone++;
      else {
        count.recorded++;
        if (event.applied > 0n) count.raised++;
        if (event.applied < 0n) count.lowered++;
      }
    }
  }

  #kindOf(market: string, fact: string): string {
    return this.#world.markets.get(market)?.facts.get(fact)?.kind ?? 'unknown';
  }
}
