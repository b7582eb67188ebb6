/** What the node sends of what comes from outside, as docs/api.md says it. */

/** A price from outside, as it came; up to 18 digits on either side of the point. */
export interface Tick {
  readonly n: number;
  readonly time: string;
  readonly source: string;
  readonly symbol: string;
  readonly price: string;
  readonly size: string;
  readonly side: string | null;
  readonly id: string | null;
  /** Its time is before what its source had sent till then. */
  readonly late: boolean;
}

/** The newest tick of a symbol by its time, and how many there are. */
export interface LatestTick extends Omit<Tick, 'late'> {
  readonly ticks: number;
}

/** What goes on outside, as a puller has seen it. */
export interface LiveMatch {
  readonly puller: string;
  readonly source: string;
  readonly item: string;
  readonly names: readonly string[];
  readonly status: 'scheduled' | 'live' | 'finished';
  readonly minute: string | null;
  readonly counts: readonly {
    readonly count: string;
    readonly value: number;
    readonly market: string | null;
  }[];
  readonly markets: readonly {
    readonly market: string;
    readonly pauses: boolean;
    readonly resolves: boolean;
  }[];
  readonly ends: readonly { readonly market: string; readonly outcome: string }[];
  readonly resolves_at: string | null;
  readonly verdict: 'veto' | 'resolve' | null;
  readonly updated_at: string;
  readonly seq: number;
}

export interface MatchesState {
  readonly items: readonly LiveMatch[];
}

/** By name, the states that stand beside the journal. */
export interface BesideStates {
  readonly matches: MatchesState;
  readonly 'dead-letters': LettersState;
}

export type BesideTopic = keyof BesideStates | `ticks/${string}`;

/** The newest tick of a symbol; `n` counts all ticks of the node. */
interface TickFrame {
  readonly type: 'state';
  readonly topic: `ticks/${string}`;
  readonly n: number;
  readonly data: LatestTick;
}

/** How many dead letters wait; `n` is the number of the newest. Admins alone hear it. */
export interface LettersState {
  readonly open: number;
  readonly newest: string | null;
}

interface LettersFrame {
  readonly type: 'state';
  readonly topic: 'dead-letters';
  readonly n: number;
  readonly data: LettersState;
}

interface MatchesFrame {
  readonly type: 'matches';
  readonly topic: 'matches';
  readonly data: MatchesState;
}

export type BesideFrame = TickFrame | LettersFrame | MatchesFrame;
