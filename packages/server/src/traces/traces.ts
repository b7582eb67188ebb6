/**
 * What happens to a request, told to a collector: where it was and for how long, never what it said. Names are ours
 * (routes, codes, numbers of entries): no address, no query, no header, no text and nobody's id stands in a span.
 */
import type { CommandSteps } from '@fairground/journal';

export interface TracesOptions {
  /** Where the collector takes spans, `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  /** Which part of what comes without a context of its own is recorded, 0 to 1. */
  readonly sample: number;
  /** What this node is called there. */
  readonly service: string;
}

/** Figures and words of ours. */
export type Facts = Readonly<Record<string, string | number>>;

/** Something that is going on. */
export interface Span {
  /** Its context as a `traceparent`; absent where nobody records it. */
  readonly trace: string | undefined;
  end(facts?: Facts): void;
}

export interface Traces {
  /** A request from outside: its own context is honoured, without one the dice are thrown. */
  request(name: string, traceparent: string | undefined): Span;
  /** A step of what is recorded already. */
  step(name: string, trace: string): Span;
  /** The sequencer's steps of one command. */
  command(steps: CommandSteps): void;
  /** Groups that were carried into the tables just now: of one span for each context in them. */
  projected(traces: readonly string[], tookMs: number, seq: number): void;
  /** Sends what is left, for a few seconds at most. */
  close(): Promise<void>;
}

export interface TracesParts {
  readonly steady: () => number;
  readonly wall: () => number;
  readonly onAlarm: (reason: string) => void;
}

/** Undefined where nothing is recorded; what speaks to the collector is loaded only where there is one. */
export async function openTraces(
  options: TracesOptions | undefined,
  parts: TracesParts,
): Promise<Traces | undefined> {
  if (!options) return undefined;
  const { Collected } = await import('./collected.js');
  return new Collected(options, parts);
}
