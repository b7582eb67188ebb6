/** A fact as it is told: what happened, and how far it moved the fundamental. */
import type { Entry, EventOf } from '../event.js';
import { formatAmount } from '../math/amount.js';
import { formatTime } from './time.js';

export interface FactView {
  readonly market: string;
  readonly fact: string;
  readonly kind?: string;
  readonly happened_at?: string;
  readonly source: string;
  readonly asked: string;
  readonly applied: string;
  /** F after it. */
  readonly fundamental: string;
  readonly seq: number;
  readonly at: string;
  readonly undoes?: string;
}

type FactMoved = EventOf<'fact_recorded'> | EventOf<'fact_undone'>;

export function factView(entry: Entry, event: FactMoved, fundamental: bigint): FactView {
  return {
    market: event.market,
    fact: event.fact,
    ...(event.type === 'fact_undone'
      ? {}
      : { kind: event.kind, happened_at: formatTime(event.happenedAt) }),
    source: event.source,
    asked: formatAmount(event.asked),
    applied: formatAmount(event.applied),
    fundamental: formatAmount(fundamental),
    seq: entry.seq,
    at: formatTime(entry.at),
    ...(event.type === 'fact_undone' ? { undoes: event.undoes } : {}),
  };
}
