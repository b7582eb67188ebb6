/** What the routes of dead letters and pullers send, as docs/api.md says it. */

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

/** Who looks at an address every so often, and makes facts of what it counts. */
export interface Puller {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly every_s: number;
  readonly source: string;
  readonly by: string;
  readonly on: boolean;
  readonly pulled_at: string | null;
  readonly error: string | null;
  readonly items: number;
  readonly rejected: readonly {
    readonly at: string;
    readonly item: string;
    readonly reason: string;
    readonly times: number;
  }[];
}
