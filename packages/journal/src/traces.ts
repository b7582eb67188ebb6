/**
 * Trace contexts beside the commands they came with. They are framing: kept with the group, never hashed, never
 * exported, and what is not well-formed, not sampled or too much is dropped without a word.
 */

export const TRACE_LIMITS = {
  /** Of one group: some 290 contexts. */
  metaBytesMax: 16 * 1024,
} as const;

/** As the W3C writes it: version, trace, span, flags; the last bit of which says that somebody records it. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f][13579bdf]$/;

/** Whether this is a well-formed context that somebody records. */
export const isSampled = (trace: string): boolean => TRACEPARENT.test(trace);

/** The contexts in a group's `meta`. */
export function tracesIn(meta = ''): readonly string[] {
  return meta === '' ? [] : meta.split(' ').filter(isSampled);
}

/** When a command came, was decided, sent on its way and durable, by the sequencer's timer. */
export interface CommandSteps {
  readonly trace: string;
  readonly cameAt: number;
  readonly takenAt: number;
  readonly decidedAt: number;
  /** Absent where it is no entry: it was refused, or an answer was given again. */
  readonly seq?: number;
  readonly sentAt?: number;
  readonly durableAt?: number;
}

type Decided = CommandSteps & { readonly seq: number };

/** Commands with a context whose entries are not durable yet. */
export class TracedCommands {
  readonly #tell: (steps: CommandSteps) => void;
  #decided: Decided[] = [];
  #sent: Decided[] = [];

  constructor(tell: (steps: CommandSteps) => void) {
    this.#tell = tell;
  }

  decided(steps: CommandSteps): void {
    const { seq } = steps;
    if (seq === undefined) this.#tell(steps);
    else this.#decided.push({ ...steps, seq });
  }

  /** The group that is sent, after the one before it is stored. */
  sent(sentAt: number): void {
    if (this.#decided.length === 0) return;
    this.#sent = this.#decided.map((steps) => ({ ...steps, sentAt }));
    this.#decided = [];
  }

  stored(durableAt: number): void {
    if (this.#sent.length === 0) return;
    for (const steps of this.#sent.splice(0)) this.#tell({ ...steps, durableAt });
  }

  /** What was decided and not sent is decided again. */
  vanished(): void {
    this.#decided = [];
  }
}
