/**
 * Long because clients, faults and the audit draw from one seed in one order.
 * Clients that lose answers, a store that fails, nodes that die, from one seed: and an auditor who compares
 * what was said with what is there. A canary is a wrong wrapper that the auditor must catch.
 */
import {
  type Command,
  decodeEntry,
  type Entry,
  micro,
  ONE,
  stateHash,
  type Wish,
} from '@fairground/engine';
import type { Answer } from '../src/answer.js';
import { commandIdOf } from '../src/command-id.js';
import { type Journal, StoreFailure } from '../src/journal.js';
import type { MemoryJournal, MemoryStore } from '../src/memory.js';
import { linesOf, recover } from '../src/recover.js';
import { makeSnapshot } from '../src/snapshot-make.js';
import { Sequencer } from '../src/sequencer.js';
import { draft, memoryStore, NOW, OPENING, PlayedTimer, provenLines, settle } from './played.js';

export interface Canary {
  /** The journal as the sequencer sees it. */
  journal?(journal: MemoryJournal, store: MemoryStore): Journal;
  /** What a client sends. */
  sent?(command: Command, attempt: number): { command: Command; attempt: number };
  /** The lines as the auditor finds them. */
  lines?(lines: string[]): string[];
}

/** One wish of one client, and all that it was told. Its content is like no other's. */
interface Intent {
  readonly number: number;
  readonly command: Command;
  attempts: number;
  /** Whether an attempt is out whose fate nobody knows. */
  unsure: boolean;
  waiting: boolean;
  said?: Extract<Answer, { kind: 'done' | 'refused' }>;
}

export interface Played {
  readonly seed: number;
  readonly entries: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly guarded: number;
  readonly unknown: number;
  readonly restarts: number;
  readonly failures: number;
}

export class Wrong extends Error {}

const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Wrong(what);
};

export class Simulation {
  readonly #seed: number;
  readonly #canary: Canary;
  readonly #timer = new PlayedTimer();
  readonly #store = memoryStore();
  readonly #intents: Intent[] = [];
  /** Attempts that are still on their way to the node. */
  readonly #delayed: { readonly intent: Intent; readonly attempt: number }[] = [];
  readonly #hangs: (() => void)[] = [];
  readonly #count = { unknown: 0, restarts: 0, failures: 0 };
  #random: number;
  #sequencer!: Sequencer;
  /** Whoever hears from an older node hears nothing. */
  #life = 0;
  /** What was wrong in an answer. */
  #heard: Error | undefined;
  /** While it is off the store does what it is asked to. */
  #faults = true;

  constructor(seed: number, canary: Canary = {}) {
    this.#seed = seed;
    this.#canary = canary;
    this.#random = (seed * 2_654_435_761) % 2_147_483_647 || 1;
  }

  async run(steps: number): Promise<Played> {
    await this.#start();
    for (const wish of OPENING) await this.#settled(this.#intend({ by: 'system', wish }));
    for (let step = 0; step < steps; step++) {
      await this.#step();
      await settle();
      if (this.#heard !== undefined) throw this.#heard;
    }
    await this.#finish();
    if (this.#heard !== undefined) throw this.#heard;
    const refused = this.#intents.filter(({ said }) => said?.kind === 'refused');
    return {
      seed: this.#seed,
      entries: this.#entries().length,
      acknowledged: this.#intents.filter(({ said }) => said?.kind === 'done').length,
      refused: refused.length,
      guarded: refused.filter(({ attempts }) => attempts > 1).length,
      ...this.#count,
    };
  }

  #below(most: number): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random % most;
  }

  async #step(): Promise<void> {
    const dice = this.#below(100);
    if (dice < 45) this.#send(this.#intend(this.#wish()));
    else if (dice < 65) this.#retry();
    else if (dice < 75) this.#deliver();
    else if (dice < 85) this.#hangs.splice(this.#below(3), 1)[0]?.();
    else if (dice < 97)
      await this.#timer.advance(this.#below(4) === 0 ? this.#below(6_000) : this.#below(60));
    else await this.#restart();
  }

  /** Mostly trades that are like no other; some that are refused now and accepted later. */
  #wish(): { by: string; wish: Wish } {
    const n = this.#intents.length;
    const by = this.#below(2) === 0 ? 'ana' : 'bob';
    const dice = this.#below(20);
    const reason = n.toString(16).padStart(64, '0');
    if (dice === 0) return { by: 'system', wish: { type: 'freeze_account', account: by, reason } };
    if (dice < 4) return { by: 'system', wish: { type: 'unfreeze_account', account: by, reason } };
    if (dice < 6) return { by: 'system', wish: { type: 'open_account', account: `p${n}` } };
    if (dice === 6) {
      const opensAt = NOW + this.#timer.now() + 1 + this.#below(3_000);
      const closesAt = opensAt + 1 + this.#below(3_000);
      const wish: Wish = {
        type: 'create_market',
        market: `D${n}`,
        sponsor: 'treasury',
        draft: draft({ opensAt, closesAt, deposit: micro(ONE) }),
      };
      return { by: 'system', wish };
    }
    const side = dice < 9 ? 'sell' : 'buy';
    const size = micro(ONE + BigInt(n));
    const amount = side === 'sell' ? { shares: size } : { spend: size };
    return { by, wish: { type: 'trade', market: 'M1', side, outcome: 'YES', ...amount } };
  }

  #intend({ by, wish }: { by: string; wish: Wish }): Intent {
    const number = this.#intents.length;
    const id = commandIdOf(by, `intent ${number}`);
    const validUntil = NOW + this.#timer.now() + 500_000;
    const intent = {
      number,
      command: { by, id, validUntil, wish },
      attempts: 0,
      unsure: false,
      waiting: false,
    };
    this.#intents.push(intent);
    return intent;
  }

  /** Another attempt; sometimes it takes a detour, and its sender gives up before it arrives. */
  #send(intent: Intent): void {
    intent.attempts = intent.unsure ? intent.attempts + 1 : Math.max(1, intent.attempts);
    const attempt = intent.attempts;
    if (this.#below(8) === 0) {
      this.#delayed.push({ intent, attempt });
      intent.unsure = true;
      this.#count.unknown++;
      return;
    }
    this.#submit(intent, attempt, true);
  }

  #submit(intent: Intent, attempt: number, listens: boolean): void {
    const life = this.#life;
    const sent = this.#canary.sent?.(intent.command, attempt) ?? {
      command: intent.command,
      attempt,
    };
    intent.waiting ||= listens;
    void this.#sequencer
      .submit(sent.command, sent.attempt)
      .then((answer) => {
        if (!listens || life !== this.#life) return;
        intent.waiting = false;
        this.#hear(intent, answer);
      })
      .catch((error: Error) => (this.#heard ??= error));
  }

  #hear(intent: Intent, answer: Answer): void {
    switch (answer.kind) {
      case 'done':
      case 'refused':
        this.#contradicts(intent, answer);
        intent.said = answer;
        return;
      case 'unknown':
        intent.unsure = true;
        this.#count.unknown++;
        return;
      case 'not_now':
        return;
      case 'fault':
        throw new Wrong(`intent ${intent.number} is a fault`);
    }
  }

  #contradicts({ number, said }: Intent, answer: NonNullable<Intent['said']>): void {
    if (said)
      must(said.kind === answer.kind, `intent ${number} was ${said.kind}, now ${answer.kind}`);
  }

  #retry(): void {
    const open = this.#intents.filter(
      ({ said, waiting, attempts }) => !said && !waiting && attempts > 0,
    );
    const intent = open[this.#below(Math.max(1, open.length))];
    if (intent) this.#send(intent);
  }

  /** A delayed attempt arrives, perhaps long after its sender has had another answer. */
  #deliver(): void {
    const [late] = this.#delayed.splice(this.#below(Math.max(1, this.#delayed.length)), 1);
    if (late) this.#submit(late.intent, late.attempt, false);
  }

  async #settled(intent: Intent): Promise<void> {
    for (let turn = 0; !intent.said; turn++) {
      must(turn < 200, `intent ${intent.number} is never answered`);
      if (!intent.waiting) this.#send(intent);
      if (intent.attempts > 1) this.#deliver();
      for (const release of this.#hangs.splice(0)) release();
      await this.#timer.advance(700);
      if (this.#sequencer.status === 'stopped') await this.#restart();
    }
  }

  async #start(): Promise<void> {
    const handle = this.#store.open({
      before: async ({ verb }) => {
        if (verb !== 'append' || !this.#faults) return;
        const dice = this.#below(12);
        if (dice === 0) this.#fail('busy');
        if (dice === 1) this.#fail('storage_full');
        if (dice < 4) await this.#hang();
      },
      after: async ({ verb }) => {
        if (verb === 'append' && this.#faults && this.#below(10) === 0) await this.#hang();
      },
    });
    // Every other seed leaves the proofreading to the store, as the file journal does.
    Object.assign(handle, { proofreads: this.#seed % 2 === 0 });
    this.#sequencer = await Sequencer.start({
      journal: this.#canary.journal?.(handle, this.#store) ?? handle,
      clock: () => NOW + this.#timer.now(),
      timer: this.#timer,
      checksEach: true,
    });
  }

  #fail(code: StoreFailure['code']): never {
    this.#count.failures++;
    throw new StoreFailure(code, 'told to fail');
  }

  #hang(): Promise<void> {
    this.#count.failures++;
    return new Promise((resolve) => this.#hangs.push(resolve));
  }

  /** The node dies: nobody hears of what it was doing, and its bytes may still be on their way. */
  async #restart(): Promise<void> {
    this.#life++;
    this.#count.restarts++;
    for (const intent of this.#intents) {
      if (intent.waiting) intent.unsure = true;
      intent.waiting = false;
    }
    // The next one begins with a snapshot, or folds on from an older one, or from the first entry.
    const store = this.#store.open();
    if (this.#life % 3 === 2 && (await store.head()).lastSeq > 0) await makeSnapshot(store);
    await this.#start();
    await this.#audit();
  }

  async #finish(): Promise<void> {
    for (const intent of this.#intents) if (intent.attempts > 0) await this.#settled(intent);
    while (this.#delayed.length > 0) this.#deliver();
    this.#faults = false;
    for (const release of this.#hangs.splice(0)) release();
    // No deadline may come between draining and comparing.
    await this.#timer.advance(10_000);
    await this.#sequencer.drain();
    await this.#audit();
    for (const ignoresSnapshots of [true, false]) {
      const { world } = await recover(this.#store.open(), { ignoresSnapshots });
      must(
        stateHash(world) === stateHash(this.#sequencer.world),
        'the live world is not what recovery makes',
      );
    }
  }

  #entries(): Entry[] {
    const lines = this.#store.groups.flatMap((group) => [...linesOf(group.lines)]);
    return (this.#canary.lines?.(lines) ?? lines).map(decodeEntry);
  }

  /** What was said against what is there. */
  async #audit(): Promise<void> {
    const lines = this.#store.groups.flatMap((group) => [...linesOf(group.lines)]);
    await provenLines(this.#canary.lines?.(lines) ?? lines, this.#store.id);
    const entries = this.#entries();
    const effects = new Map<string, Entry[]>();
    for (const entry of entries) {
      if (entry.command.id === undefined || entry.events[0]?.type === 'refused') continue;
      const key = contentOf(entry.command);
      effects.set(key, [...(effects.get(key) ?? []), entry]);
    }
    for (const { number, command, said } of this.#intents) {
      const done = effects.get(contentOf(command)) ?? [];
      must(done.length <= 1, `intent ${number} was done ${done.length} times`);
      if (said?.kind === 'refused')
        must(done.length === 0, `intent ${number} was refused and done`);
      if (said?.kind !== 'done') continue;
      must(done.length === 1, `intent ${number} was acknowledged and is not there`);
      must(done[0]?.seq === said.entry.seq, `intent ${number} is elsewhere`);
      must(done[0]?.hash === said.entry.hash, `intent ${number} is another`);
    }
  }
}

/** What a command asks for: no two intents share it. */
const contentOf = ({ by, wish }: Command): string =>
  `${by} ${JSON.stringify(wish, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))}`;
