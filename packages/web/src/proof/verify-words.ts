/** What the page and the worker that verifies tell each other. */

export interface VerifyWish {
  /** Where the journal is read. */
  readonly url: string;
  /** The last head that this browser saw: the journal must contain it. */
  readonly seen?: { readonly seq: number; readonly hash: string };
}

/** What came of it, without the world itself. */
export interface Verified {
  readonly agrees: boolean;
  readonly entries: number;
  /** Entries whose command was decided again, and those that were only folded. */
  readonly redecided: number;
  readonly folded: number;
  readonly undecided: readonly {
    readonly version: string;
    readonly why: string;
    readonly entries: number;
  }[];
  readonly head: { readonly seq: number; readonly hash: string };
  readonly published: { readonly seq: number; readonly hash: string };
  readonly journal: string;
  readonly differences: readonly { readonly seq: number; readonly what: string }[];
  /** Laws that do not hold. */
  readonly broken: readonly { readonly name: string; readonly detail: string }[];
  readonly laws: number;
}

export type VerifyWord =
  | { readonly is: 'progress'; readonly entries: number; readonly of: number }
  | { readonly is: 'done'; readonly verified: Verified }
  /** The history is another one: the head seen before is gone. */
  | { readonly is: 'forked'; readonly says: string }
  | { readonly is: 'failed'; readonly says: string };
