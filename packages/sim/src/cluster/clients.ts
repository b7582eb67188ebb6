/**
 * Those who ask a cluster, as careful as a client should be: a fate that is unknown is asked for again under the same
 * key, counting attempts; what was told is never forgotten. Whoever was told `not now` from the first may give up.
 */
import type { Command, Wish } from '@fairground/engine';
import { type Answer, commandIdOf } from '@fairground/journal';
import type { Luck } from '../faults.js';
import { isPoison } from '../planted.js';
import { must } from '../wrong.js';
import type { ClusterNode } from './node.js';
import type { ClusterFault } from './swarm.js';

export interface Intent {
  readonly number: number;
  readonly command: Command;
  attempts: number;
  /** How often it was handed to a node. */
  sent: number;
  isUnsure: boolean;
  /** The number of the sending that is waited for; 0: none. */
  waits: number;
  hasGivenUp: boolean;
  said?: Extract<Answer, { kind: 'done' | 'refused' | 'fault' }>;
}

interface Delayed {
  readonly intent: Intent;
  readonly attempt: number;
}

export interface ClientParts {
  readonly nodes: readonly ClusterNode[];
  readonly luck: Luck<ClusterFault>;
  readonly wait: (ms: number) => Promise<void>;
  readonly onWrong: (error: unknown) => void;
}

/** Who waits longer has hung up. */
const PATIENCE_MS = 12_000;

export class Clients {
  readonly intents: Intent[] = [];
  readonly #parts: ClientParts;
  readonly #delayed: Delayed[] = [];
  readonly counts = new Map<string, number>();
  /** The newest seq that anybody was told of. */
  acknowledged = 0;
  /** Refusals whose seq is below what somebody was told of before they were asked for. */
  readonly olds: { readonly intent: Intent; readonly seq: number }[] = [];

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  get open(): readonly Intent[] {
    return this.intents.filter(({ said, hasGivenUp }) => !said && !hasGivenUp);
  }

  intend(by: string, wish: Wish, validUntil: number): Intent {
    const number = this.intents.length;
    const command = { by, id: commandIdOf(by, `intent ${number}`), validUntil, wish };
    const rest = { attempts: 0, sent: 0, isUnsure: false, waits: 0, hasGivenUp: false };
    const intent: Intent = { number, command, ...rest };
    this.intents.push(intent);
    return intent;
  }

  send(intent: Intent): void {
    const { luck } = this.#parts;
    intent.attempts = intent.isUnsure ? intent.attempts + 1 : Math.max(1, intent.attempts);
    const attempt = intent.attempts;
    if (luck.happens('request_lost')) return void (intent.isUnsure = true);
    if (luck.happens('request_delayed')) {
      this.#delayed.push({ intent, attempt });
      intent.isUnsure = true;
      return;
    }
    this.#hand({ intent, attempt }, true);
  }

  retry(): void {
    const waiting = this.open.filter(({ waits, attempts }) => waits === 0 && attempts > 0);
    const intent = this.#parts.luck.dice.pick(waiting);
    if (intent) this.send(intent);
  }

  /** One that took longer on its way than its sender waited. */
  deliver(): void {
    const { dice } = this.#parts.luck;
    const [late] = this.#delayed.splice(dice.below(Math.max(1, this.#delayed.length)), 1);
    if (late) this.#hand(late, false);
  }

  get delayed(): number {
    return this.#delayed.length;
  }

  told(seq: number): void {
    this.acknowledged = Math.max(this.acknowledged, seq);
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  #hand({ intent, attempt }: Delayed, listens: boolean): void {
    const { nodes, luck, wait, onWrong } = this.#parts;
    const open = nodes.filter((node) => node.open !== undefined);
    const node = luck.dice.pick(open);
    // Nobody listens: this attempt did nothing.
    if (!node?.open) return;
    const life = node.open;
    const sending = ++intent.sent;
    if (listens) intent.waits = sending;
    const isHeard = (): boolean => listens && intent.waits === sending;
    const before = this.acknowledged;
    const answered = async (): Promise<void> => {
      await life.process.awake();
      const answer = await node.submit(life, intent.command, attempt);
      await life.process.awake();
      if (!isHeard()) return;
      intent.waits = 0;
      if (luck.happens('answer_lost')) intent.isUnsure = true;
      else this.#hear(intent, answer, before);
    };
    void answered().catch(onWrong);
    if (!listens) return;
    void wait(PATIENCE_MS).then(() => {
      if (!isHeard()) return;
      intent.waits = 0;
      intent.isUnsure = true;
    });
  }

  #hear(intent: Intent, answer: Answer, before: number): void {
    const { number, command } = intent;
    const { kind } = answer;
    this.count(kind === 'not_now' || kind === 'refused' ? answer.code : kind);
    if (kind === 'unknown') intent.isUnsure = true;
    if (kind === 'not_now') {
      const mayGiveUp = !intent.isUnsure && intent.attempts === 1;
      intent.hasGivenUp = mayGiveUp && this.#parts.luck.dice.chance(300);
    }
    if (kind === 'not_now' || kind === 'unknown') return;
    const { said } = intent;
    must(
      !said || said.kind === kind,
      'answers',
      () => `intent ${number}: ${said?.kind ?? ''}, now ${kind}`,
    );
    must(kind !== 'fault' || isPoison(command), 'answers', () => `intent ${number} is a fault`);
    intent.said = answer;
    if (kind === 'fault') return;
    const seq = kind === 'done' ? answer.entry.seq : answer.seq;
    if (kind === 'refused' && seq < before) this.olds.push({ intent, seq });
    this.told(seq);
  }
}
