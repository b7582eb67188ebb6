/** What the routes of dead letters and pullers send, as docs/api.md says it. */
import type { LiveMatch } from '../wire-outside.js';

/** Something that was sent and could not be taken. */
export interface DeadLetter {
  readonly id: string;
  readonly at: string;
  readonly reason: string;
  readonly message: string;
  /** As it came. */
  readonly payload: string;
  readonly source: string | null;
  readonly symbol: string | null;
  readonly state: 'open' | 'replayed' | 'dropped';
  readonly changed: string;
}

export interface Letters {
  readonly items: readonly DeadLetter[];
  readonly open: number;
  readonly cursor?: string;
}

export interface Replayed {
  readonly replayed: number;
  /** Of these, how many had got through before. */
  readonly repeated: number;
  readonly refused: readonly { readonly id: string; readonly message: string }[];
  readonly cursor?: string;
}

/** Which market: an id with fields of the item in braces, or a table by one field. */
export type MarketRef =
  | string
  | { readonly path: string; readonly is: Readonly<Record<string, string>> };

export interface Mapping {
  readonly items: string;
  readonly item: string;
  readonly names: readonly string[];
  readonly minute?: string;
  readonly status?: {
    readonly path: string;
    readonly scheduled: readonly string[];
    readonly live: readonly string[];
    readonly finished: readonly string[];
  };
  readonly counts: readonly {
    readonly count: string;
    readonly path: string;
    readonly market?: MarketRef;
    readonly kind?: string;
    readonly max: number;
    readonly rise_max: number;
    readonly fall_max: number;
  }[];
  readonly markets: readonly {
    readonly market: MarketRef;
    readonly pauses: boolean;
    readonly resolves?: { readonly path: string; readonly is: Readonly<Record<string, string>> };
  }[];
  readonly hold_s: number;
  readonly falls_after: number;
}

/** What an item would come to. */
export interface TriedItem
  extends Pick<LiveMatch, 'item' | 'names' | 'status' | 'minute' | 'markets' | 'ends'> {
  readonly counts: readonly (LiveMatch['counts'][number] & {
    readonly kind: string | null;
    readonly records: number;
    readonly takes_back: number;
  })[];
}

export interface Trial {
  readonly items: readonly TriedItem[];
  readonly refused: readonly { readonly item: string | null; readonly reason: string }[];
  readonly error: string | null;
}

/** Who looks at an address every so often, and makes facts of what it counts. */
export interface Puller {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly every_s: number;
  readonly source: string;
  readonly by: string;
  readonly on: boolean;
  /** Of what is sent along, the names. */
  readonly headers: readonly string[];
  readonly mapping: Mapping;
  readonly pulled_at: string | null;
  readonly error: string | null;
  readonly items: number;
  readonly rejected: readonly {
    readonly at: string;
    readonly item: string | null;
    readonly reason: string;
    readonly times: number;
  }[];
}
