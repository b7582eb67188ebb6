/** What goes on outside, as the server's pullers have seen it; anybody may look. */
import type { Client } from './client.js';
import type { Fields } from './fields.js';
import { getPage } from './get.js';
import { queryText } from './requests.js';
import type { CallOptions } from './retry.js';
import type { Wire } from './wire.js';

export interface LiveMatch {
  readonly puller: string;
  /** How that puller is called. */
  readonly source: string;
  readonly item: string;
  readonly names: readonly string[];
  readonly status: string;
  readonly minute: string | undefined;
  readonly counts: readonly {
    readonly count: string;
    readonly value: number;
    readonly market: string | undefined;
  }[];
  readonly markets: readonly {
    readonly market: string;
    readonly pauses: boolean;
    readonly resolves: boolean;
  }[];
  /** What it comes to, from when on that is final, and what became of it. */
  readonly ends: readonly { readonly market: string; readonly outcome: string }[];
  readonly resolvesAt: number | undefined;
  readonly verdict: string | undefined;
  readonly updatedAt: number;
  /** The entry of its newest fact; 0 where there is none. */
  readonly seq: number;
}

export interface MatchCalls {
  /** Live ones first, then those that changed last. */
  list(
    of?: { readonly status?: 'scheduled' | 'live' | 'finished' | undefined },
    options?: CallOptions,
  ): Promise<readonly LiveMatch[]>;
}

export const matchesOf = (wire: Wire): Pick<Client, 'matches'> => ({
  matches: {
    list: async (of, how) =>
      (await getPage(wire, `/v1/matches${queryText({ ...of })}`, readMatch, how)).items,
  },
});

/** What an answer says of an item, pulled or only tried out. */
export const readItem = (from: Fields) => ({
  item: from.text('item'),
  names: from.texts('names'),
  status: from.text('status'),
  minute: from.maybeText('minute'),
  markets: from.list('markets', (each) => ({
    market: each.text('market'),
    pauses: each.flag('pauses'),
    resolves: each.flag('resolves'),
  })),
  ends: from.list('ends', (each) => ({
    market: each.text('market'),
    outcome: each.text('outcome'),
  })),
});

export const readMatch = (from: Fields): LiveMatch => ({
  puller: from.text('puller'),
  source: from.text('source'),
  ...readItem(from),
  counts: from.list('counts', (each) => ({
    count: each.text('count'),
    value: each.count('value'),
    market: each.maybeText('market'),
  })),
  resolvesAt: from.maybeInstant('resolves_at'),
  verdict: from.maybeText('verdict'),
  updatedAt: from.instant('updated_at'),
  seq: from.count('seq'),
});
