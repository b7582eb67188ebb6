/** What is asked of the load generator of `ingest`, and the rows both sides speak of. */
export interface IngestShot {
  readonly url: string;
  readonly path: string;
  readonly key: string;
  /** Makes its ticks other ones than those of the shots before. */
  readonly run: string;
  /** Single posts for so long … */
  readonly seconds?: number;
  readonly connections: number;
  /** … or so many ticks in batches of lines. */
  readonly ticks?: number;
  readonly batch?: number;
}

export interface IngestResult {
  /** Ticks a second that were answered as taken. */
  readonly rate: number;
  readonly p99Ms: number;
  /** Answers that were anything else, and errors. */
  readonly other: number;
}

const AT = 1_723_161_255_342_000;
const SYMBOLS = 6;

/** As a feed of trades sends them: six symbols, in order of time. */
export const tickOf = (run: string, n: number): Readonly<Record<string, string | number>> => ({
  source: 'bench',
  symbol: `SYMBOL-${n % SYMBOLS}`,
  time: AT + n * 1_000,
  price: `${60_000 + ((n * 7_919) % 500)}.${10 + (n % 89)}`,
  size: `0.${100 + (n % 899)}`,
  side: n % 3 === 0 ? 'sell' : 'buy',
  id: `${run}-${n}`,
});
