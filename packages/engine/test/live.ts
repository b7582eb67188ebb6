/** A world that keeps its journal: what was accepted is encoded, read back, folded, and every law is checked. */
import { expect } from 'vitest';
import {
  type Actor,
  chain,
  checkInvariants,
  type Command,
  createWorld,
  decide,
  type Decision,
  decodeEntry,
  encodeBody,
  ENTRY_VERSION,
  type Event,
  fold,
  hashZero,
  type Instant,
  payoutsDue,
  sealBody,
  sha256Text,
  stateHash,
  tickDue,
  watch,
  type Wish,
  type World,
} from '../src/index.js';

/** 2026-11-21, midnight UTC. */
export const DAY: Instant = Date.UTC(2026, 10, 21);
export const NOON: Instant = DAY + 12 * 3_600_000;

/** The hash that stands for a text in the journal. */
export const textOf = (text: string): string => sha256Text(text);

/** The id of a key in one account's hands: another account's same key is another id. */
export const idOf = (by: Actor, key: string): string => sha256Text(`${by}${key}`).slice(0, 32);

export class Live {
  world: World = createWorld();
  at: Instant = NOON;
  /** The journal so far. */
  readonly lines: string[] = [];
  hash: string;
  #keys = 0;
  #last: Command | undefined;

  /** `journal` is the journal's id, which seeds its chain. */
  constructor(journal = 'a story') {
    this.hash = hashZero(journal);
  }

  /** A command under a key of its own. */
  command(
    by: Actor,
    wish: Wish,
    key = `key ${++this.#keys}`,
    validUntil = this.at + 60_000,
  ): Command {
    return { by, id: idOf(by, key), validUntil, wish };
  }

  /** Decides; what is accepted becomes an entry. */
  submit(command: Command): Decision {
    this.#last = command;
    const decision = decide(this.world, command, this.at);
    if (decision.kind === 'accepted') this.record(command, decision.events);
    return decision;
  }

  /** Makes an entry of the refusal that was just given: it takes the id. */
  note(decision: Decision): void {
    if (decision.kind !== 'refused' || !this.#last) throw new Error('nothing was refused');
    this.record(this.#last, [{ type: 'refused', code: decision.code }]);
  }

  /** Makes an entry of these events, as the sequencer does. */
  record(command: Command, events: readonly Event[]): void {
    const { world, at } = this;
    const seq = world.seq + 1;
    const body = encodeBody({ v: ENTRY_VERSION, seq, at, rules: world.rules, command, events });
    this.hash = chain(this.hash, body);
    const line = sealBody(body, this.hash);
    this.lines.push(line);
    const entry = decodeEntry(line);
    const breaches = watch(world, entry);
    fold(world, entry);
    expect(breaches()).toEqual([]);
    this.check();
  }

  try(by: Actor, wish: Wish): Decision {
    return this.submit(this.command(by, wish));
  }

  /** It must be accepted. */
  run(by: Actor, wish: Wish): this {
    const decision = this.try(by, wish);
    if (decision.kind !== 'accepted') throw new Error(`${wish.type}: ${JSON.stringify(decision)}`);
    return this;
  }

  /** Runs the deadlines that are due, as the sequencer would before anything else. */
  tick(): this {
    for (let tick = tickDue(this.world, this.at); tick; tick = tickDue(this.world, this.at)) {
      const { kind } = this.submit(tick);
      if (kind !== 'accepted') throw new Error('a tick that was due did nothing');
    }
    return this;
  }

  /** Runs every payout under way to its end, a chunk of each in turn. */
  payAll(): this {
    for (let due = [...payoutsDue(this.world)]; due.length > 0; due = [...payoutsDue(this.world)]) {
      for (const chunk of due) expect(this.submit(chunk).kind).toBe('accepted');
    }
    return this;
  }

  /** Every law of the exchange holds. */
  check(): void {
    const broken = checkInvariants(this.world).filter(({ detail }) => detail !== undefined);
    if (broken.length > 0) throw new Error(`a law is broken: ${JSON.stringify(broken)}`);
  }

  /** The world folded anew from the journal, up to an entry. */
  refold(lines: readonly string[] = this.lines): World {
    const world = createWorld();
    for (const line of lines) fold(world, decodeEntry(line));
    return world;
  }

  /** Live and replay are one world. */
  checkReplay(): void {
    expect(stateHash(this.refold())).toBe(stateHash(this.world));
  }
}
