/**
 * Clients who lose requests and answers, give up, ask again and count their attempts; and what must be true of all they
 * were told: done is there, once, as it was said; refused is not there, and never will be.
 */
import { type Command, encodeWish, type Entry, type RefusalCode } from '@fairground/engine';
import { type Answer, commandIdOf } from '@fairground/journal';
import type { Asked } from './actors/scene.js';
import type { Canary } from './canary.js';
import type { Luck } from './faults.js';
import type { SimulatedNode } from './node.js';
import { isPoison } from './planted.js';
import { must, Wrong } from './wrong.js';

type Said =
  | { readonly kind: 'done'; readonly entry: Entry }
  | {
      readonly kind: 'refused';
      readonly code: RefusalCode;
      readonly seq: number;
      readonly hash: string;
    }
  | { readonly kind: 'fault' };

export interface Intent {
  readonly number: number;
  readonly key: string;
  readonly command: Command;
  readonly content: string;
  /** Another command of the same account has this id, or had it before. */
  readonly sharesId: boolean;
  attempts: number;
  /** An attempt is out whose fate nobody knows. */
  isUnsure: boolean;
  isWaiting: boolean;
  said?: Said;
}

/** Of these a client only knows that nothing can come of it any more: an earlier attempt may have been done. */
const SAYS_NOTHING_OF_EARLIER: ReadonlySet<RefusalCode> = new Set(['command_expired', 'malformed']);

export interface ClientParts {
  readonly node: SimulatedNode;
  readonly luck: Luck;
  readonly canary: Canary | undefined;
  readonly hears: (what: string) => void;
}

export class Clients {
  readonly intents: Intent[] = [];
  readonly #parts: ClientParts;
  readonly #byId = new Map<string, Intent>();
  /** Attempts that are still on their way. */
  readonly #mail: { readonly intent: Intent; readonly attempt: number }[] = [];
  #wrong: Wrong | undefined;

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  get delayed(): number {
    return this.#mail.length;
  }

  get open(): readonly Intent[] {
    return this.intents.filter(({ said }) => said === undefined);
  }

  check(): void {
    if (this.#wrong) throw this.#wrong;
  }

  intend({ by, wish, reuses }: Asked, validUntil: number): Intent {
    const number = this.intents.length;
    const key = this.#keyFor(by, reuses) ?? `key ${number}`;
    const id = commandIdOf(by, key);
    // A time that is later than the first one's would make it a new command once the first is forgotten.
    const known = this.#byId.get(id);
    const until = known?.command.validUntil ?? validUntil;
    const command = { by, id, validUntil: until, wish };
    const content = `${by} ${encodeWish(wish)}`;
    const sharesId = known !== undefined;
    const intent = {
      number,
      key,
      command,
      content,
      sharesId,
      attempts: 0,
      isUnsure: false,
      isWaiting: false,
    };
    this.intents.push(intent);
    this.#byId.set(id, intent);
    return intent;
  }

  #keyFor(by: string, reuses: Asked['reuses']): string | undefined {
    if (reuses === undefined) return undefined;
    const isOwn = reuses === 'own';
    const others = this.intents.filter(({ command }) => (command.by === by) === isOwn);
    return isOwn ? others.at(-1)?.key : this.#parts.luck.dice.pick(others)?.key;
  }

  /** One more attempt. It may get lost, be late, or be done without anybody hearing of it. */
  send(intent: Intent): void {
    const { luck } = this.#parts;
    intent.attempts = intent.isUnsure ? intent.attempts + 1 : Math.max(1, intent.attempts);
    const attempt = intent.attempts;
    if (luck.happens('request_lost')) {
      intent.isUnsure = true;
    } else if (luck.happens('request_delayed')) {
      intent.isUnsure = true;
      this.#mail.push({ intent, attempt });
    } else if (luck.happens('answer_lost')) {
      intent.isUnsure = true;
      this.#submit(intent, attempt, false);
      if (luck.happens('request_copied')) this.#mail.push({ intent, attempt });
    } else {
      this.#submit(intent, attempt, true);
    }
  }

  retry(): void {
    const { dice } = this.#parts.luck;
    const intent = dice.pick(
      this.open.filter(({ isWaiting, attempts }) => !isWaiting && attempts > 0),
    );
    if (intent) this.send(intent);
  }

  /** What was delayed arrives, perhaps long after its sender has heard of another attempt. */
  deliver(): void {
    const [late] = this.#mail.splice(this.#parts.luck.dice.below(this.#mail.length), 1);
    if (late) this.#submit(late.intent, late.attempt, false);
  }

  /** The node has ended: whoever waited for it does not know. */
  nodeEnded(): void {
    for (const intent of this.intents) {
      if (intent.isWaiting) intent.isUnsure = true;
      intent.isWaiting = false;
    }
  }

  #submit(intent: Intent, attempt: number, listens: boolean): void {
    const { node, canary } = this.#parts;
    const { life, sequencer } = node;
    // Nobody is there: the connection is refused, and this attempt did nothing.
    if (!sequencer) return;
    const sent = canary?.sent?.(intent.command, attempt) ?? { command: intent.command, attempt };
    intent.isWaiting ||= listens;
    sequencer.submit(sent.command, sent.attempt).then(
      (answer) => {
        if (!listens || life.isOver) return;
        intent.isWaiting = false;
        this.#hear(intent, answer);
      },
      (error: unknown) => (this.#wrong ??= new Wrong('answers', `submit threw ${String(error)}`)),
    );
  }

  #hear(intent: Intent, answer: Answer): void {
    this.#parts.hears('code' in answer ? answer.code : answer.kind);
    switch (answer.kind) {
      case 'unknown':
        intent.isUnsure = true;
        return;
      case 'not_now':
        return;
      case 'fault':
        if (!isPoison(intent.command)) {
          this.#wrong ??= new Wrong('fault', `${intent.content} broke the engine`);
        }
        intent.said = answer;
        return;
      case 'done':
      case 'refused':
        intent.said = answer;
        this.#haunt(intent);
    }
  }

  /** A copy of what was answered comes round again. Of a first attempt that was refused nobody keeps one. */
  #haunt(intent: Intent): void {
    const { luck } = this.#parts;
    const mayExecute = intent.said?.kind === 'refused' && intent.attempts === 1;
    if (mayExecute || !luck.happens('request_copied')) return;
    this.#mail.push({ intent, attempt: 1 + luck.dice.below(intent.attempts) });
  }

  /** What was said against what is there. Only durable entries count. */
  audit(): void {
    const { node } = this.#parts;
    const done = new Map<string, Entry>();
    for (const entry of node.entries.slice(0, node.durable)) {
      const { id } = entry.command;
      if (id === undefined) continue;
      const first = done.get(id);
      if (first) throw new Wrong('answers', `an id was done in ${first.seq} and in ${entry.seq}`);
      must(this.#byId.has(id), 'answers', () => `entry ${entry.seq} was asked for by nobody`);
      done.set(id, entry);
    }
    for (const intent of this.intents) this.#judge(intent, done.get(intent.command.id ?? ''));
  }

  #judge({ number, content, said, attempts, sharesId }: Intent, entry: Entry | undefined): void {
    if (!said) return;
    const isEffect = entry !== undefined && entry.events[0]?.type !== 'refused';
    const isHis = isEffect && `${entry.command.by} ${encodeWish(entry.command.wish)}` === content;
    const name = `intent ${number} (${content.slice(0, 80)})`;
    switch (said.kind) {
      case 'fault':
        return must(!isHis, 'answers', () => `${name} broke the engine and is there`);
      case 'done':
        return this.#mustBeThere(name, content, said.entry);
      case 'refused': {
        const { node } = this.#parts;
        must(
          said.seq > node.durable || node.hashAt(said.seq) === said.hash,
          'answers',
          () => `${name} was refused by a world that never was`,
        );
        if (!isHis || sharesId) return;
        const mayBeEarlier = attempts > 1 && SAYS_NOTHING_OF_EARLIER.has(said.code);
        const before = mayBeEarlier && (said.code === 'malformed' || entry.seq <= said.seq);
        must(
          before,
          'answers',
          () => `${name} was refused (${said.code}) and done in ${entry.seq}`,
        );
      }
    }
  }

  /** At its seq, as it was told. A pledge or a fact may have been told under another id: it acts once all the same. */
  #mustBeThere(name: string, content: string, { seq, hash }: Entry): void {
    const { node } = this.#parts;
    const there = seq <= node.durable ? node.entries[seq - 1] : undefined;
    must(there?.hash === hash, 'answers', () => `${name} was acknowledged and is not there`);
    const isHis = there && `${there.command.by} ${encodeWish(there.command.wish)}` === content;
    must(isHis === true, 'answers', () => `${name} was given another's answer`);
  }
}
