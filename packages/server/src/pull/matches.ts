/** What pullers have seen, as everybody may see it: a function of the vault's rows alone, so the same on every node. */
import { formatTime } from '@fairground/engine';
import type { PullItemRow } from '../vault/pull-rows.js';
import type { Pulls } from '../vault/pulls.js';

export const MATCHES = { shownMax: 100 } as const;

export interface MatchView {
  readonly puller: string;
  readonly source: string;
  readonly item: string;
  readonly names: readonly string[];
  readonly status: PullItemRow['status'];
  readonly minute: string | null;
  readonly counts: readonly { count: string; value: number; market: string | null }[];
  readonly markets: readonly { market: string; pauses: boolean; resolves: boolean }[];
  /** What it comes to, from when on that is final, and what became of it. */
  readonly ends: readonly { market: string; outcome: string }[];
  readonly resolves_at: string | null;
  readonly verdict: 'veto' | 'resolve' | null;
  readonly updated_at: string;
  /** The entry of its newest fact; 0 where there is none. */
  readonly seq: number;
}

const ORDER = { live: 0, scheduled: 1, finished: 2 } as const;

/** Live ones first, then those that changed last. Of a puller that is off nothing is shown: it would grow stale. */
export function matchesOf(pulls: Pulls): readonly MatchView[] {
  const shown = pulls.pullers().flatMap(({ id, name, on, mapping }) => {
    const rows = on ? pulls.itemsOf(id) : [];
    return rows.map((row) => ({ row, view: viewOf(pulls, row, name, mapping.hold_s) }));
  });
  shown.sort(({ row: a }, { row: b }) => ORDER[a.status] - ORDER[b.status] || b.at - a.at);
  return shown.slice(0, MATCHES.shownMax).map(({ view }) => view);
}

function viewOf(pulls: Pulls, row: PullItemRow, source: string, holdSeconds: number): MatchView {
  const { puller, item, names, status, minute, seq, verdict } = row;
  const taken = pulls.verdictOf(puller, item);
  const until = verdict && !taken ? verdict.since + holdSeconds * 1_000 : undefined;
  return {
    puller,
    source,
    item,
    names,
    status,
    minute,
    counts: row.counts.map(({ count, value, market }) => ({ count, value, market })),
    markets: row.markets.map(({ market, resolves, pause }) => {
      return { market, pauses: pause !== null, resolves };
    }),
    ends: taken?.act === 'resolve' ? taken.ends : (verdict?.ends ?? []),
    resolves_at: until === undefined ? null : formatTime(until),
    verdict: taken?.act ?? null,
    updated_at: formatTime(row.at),
    seq,
  };
}
