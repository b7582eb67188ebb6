/** Spans by OpenTelemetry: contexts are handed on by value, so nothing hangs on what runs when. */
import {
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  type Span as OtelSpan,
  trace as api,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import type { CommandSteps } from '@fairground/journal';
import type { Facts, Span, Traces, TracesOptions, TracesParts } from './traces.js';

const LIMITS = {
  /** Spans that wait to be sent; beyond that they are dropped. */
  queuedMax: 4_096,
  /** How often they are sent. */
  everyMs: 1_000,
  /** How long one sending may take, and so how long a node waits for the last. */
  sendMsMax: 2_000,
  /** Less is the two clocks not being read at once: spans of one request must not overlap by it. */
  setMs: 100,
} as const;

/** Version, trace, span, flags. A later version may say more behind them. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.{0,200})?$/;

export class Collected implements Traces {
  readonly #provider: NodeTracerProvider;
  readonly #tracer: Tracer;
  readonly #steady: () => number;
  readonly #wall: () => number;
  #offset: number;

  constructor({ url, sample, service }: TracesOptions, { steady, wall, onAlarm }: TracesParts) {
    this.#steady = steady;
    this.#wall = wall;
    this.#offset = wall() - steady();
    const exporter = telling(
      new OTLPTraceExporter({ url, timeoutMillis: LIMITS.sendMsMax }),
      onAlarm,
    );
    this.#provider = new NodeTracerProvider({
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sample) }),
      resource: resourceOf({ 'service.name': service }),
      spanProcessors: [
        new BatchSpanProcessor(exporter, {
          maxQueueSize: LIMITS.queuedMax,
          scheduledDelayMillis: LIMITS.everyMs,
          exportTimeoutMillis: LIMITS.sendMsMax,
        }),
      ],
    });
    this.#tracer = this.#provider.getTracer('fairground');
  }

  request(name: string, traceparent: string | undefined): Span {
    return this.#begin(name, contextOf(traceparent), SpanKind.SERVER);
  }

  step(name: string, trace: string): Span {
    return this.#begin(name, contextOf(trace), SpanKind.INTERNAL);
  }

  command(steps: CommandSteps): void {
    const { trace, cameAt, takenAt, decidedAt, seq, sentAt, durableAt } = steps;
    const facts: Facts = seq === undefined ? {} : { 'fairground.seq': seq };
    const to = durableAt ?? decidedAt;
    const whole = this.#past('sequencer', contextOf(trace), { from: cameAt, to, facts });
    const inside = api.setSpan(ROOT_CONTEXT, whole);
    this.#past('waiting', inside, { from: cameAt, to: takenAt });
    this.#past('deciding', inside, { from: takenAt, to: decidedAt });
    if (sentAt === undefined || durableAt === undefined) return;
    this.#past('gathering', inside, { from: decidedAt, to: sentAt });
    this.#past('appending', inside, { from: sentAt, to: durableAt });
  }

  projected(traces: readonly string[], tookMs: number, seq: number): void {
    const to = this.#steady();
    const facts = { 'fairground.seq': seq };
    for (const trace of new Set(traces))
      this.#past('projecting', contextOf(trace), { from: to - tookMs, to, facts });
  }

  close(): Promise<void> {
    return this.#provider.shutdown();
  }

  /** Steady time as that of the wall; where the wall is set, all that comes is. */
  #at(steady: number): number {
    const offset = this.#wall() - this.#steady();
    if (Math.abs(offset - this.#offset) > LIMITS.setMs) this.#offset = offset;
    return this.#offset + steady;
  }

  #begin(name: string, context: Context, kind: SpanKind): Span {
    const startTime = this.#at(this.#steady());
    const span = this.#tracer.startSpan(name, { kind, startTime }, context);
    return {
      trace: span.isRecording() ? traceparentOf(span) : undefined,
      end: (facts) => {
        if (facts) span.setAttributes(facts);
        span.end(this.#at(this.#steady()));
      },
    };
  }

  #past(name: string, context: Context, { from, to, facts = {} }: Past): OtelSpan {
    const startTime = this.#at(from);
    const span = this.#tracer.startSpan(name, { startTime, attributes: facts }, context);
    span.end(startTime + Math.max(0, to - from));
    return span;
  }
}

interface Past {
  readonly from: number;
  readonly to: number;
  readonly facts?: Facts;
}

function contextOf(traceparent = ''): Context {
  const [, version, traceId = '', spanId = '', flags = '0', more] =
    TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === '' || (version === '00' && more !== undefined)) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & 1;
  return api.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function traceparentOf(span: OtelSpan): string {
  const { traceId, spanId } = span.spanContext();
  return `00-${traceId}-${spanId}-01`;
}

type Resource = NonNullable<
  NonNullable<ConstructorParameters<typeof NodeTracerProvider>[0]>['resource']
>;

/** What is said of every span of this node: its service, and nothing that was found on this machine. */
function resourceOf(attributes: Readonly<Record<string, string>>): Resource {
  const resource: Resource = {
    attributes,
    merge: () => resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource;
}

/** An operator hears once that a collector cannot be reached, and once more when it fails anew. */
function telling(inner: SpanExporter, onAlarm: (reason: string) => void): SpanExporter {
  let isTold = false;
  return {
    export: (spans, done) =>
      inner.export(spans, ({ code, error }) => {
        if (code !== 0 && !isTold) {
          const why = error && 'code' in error ? ` (${String(error.code)})` : '';
          onAlarm(`Traces do not reach their collector${why}: they are dropped until it is back.`);
        }
        isTold = code !== 0;
        done({ code: 0 });
      }),
    shutdown: () => inner.shutdown(),
    forceFlush: async () => inner.forceFlush?.(),
  };
}
