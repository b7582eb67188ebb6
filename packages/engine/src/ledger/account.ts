/** Account names are readable paths; an id inside one never holds a `:`. */

/** Who may own Points and shares of his own. */
export type Holder = `player:${string}` | 'house:treasury';

export type AccountName =
  | Holder
  | `pool:${string}`
  | `escrow:${string}`
  | `fees:${string}`
  | 'house:fees'
  | 'mint';

/** `points`, `M1:YES` (an outcome of a market) or `P-ARG-10` (a stock, named by its market). */
export type AssetName = string;

export const POINTS = 'points';
export const MINT = 'mint';
export const TREASURY = 'house:treasury';
export const HOUSE_FEES = 'house:fees';

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const OUTCOME = /^[A-Z0-9_-]{1,16}$/;
/** Fact ids and kinds come from feeds, which like dots and colons. */
const FACT = /^[A-Za-z0-9._:-]{1,64}$/;

export const isId = (text: string): boolean => ID.test(text);
export const isOutcome = (text: string): boolean => OUTCOME.test(text);
export const isFactId = (text: string): boolean => FACT.test(text);

export const playerAccount = (id: string): Holder => `player:${id}`;

/** The id behind `player:<id>`, or undefined for any other account. */
export function playerOf(account: AccountName): string | undefined {
  return account.startsWith('player:') ? account.slice('player:'.length) : undefined;
}

export const isHolder = (account: AccountName): account is Holder =>
  account === TREASURY || account.startsWith('player:');
