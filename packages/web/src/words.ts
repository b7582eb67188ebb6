/** What codes, states and kinds are called on the screen. */
import { ApiError } from './api.js';
import { count, day, points } from './figures.js';
import type { Market, MarketDetail, Resolution, Status } from './wire.js';

export const STATUS_WORDS = {
  draft: 'Draft',
  open: 'Open',
  paused: 'Paused',
  closed: 'Closed',
  resolved: 'Paying out',
  cancelled: 'Cancelled',
  settled: 'Settled',
  refunded: 'Refunded',
} as const satisfies Record<Status, string>;

const STATUS_SAYS = {
  draft: 'Not open yet.',
  open: '',
  paused: 'Trading is paused; the price stands still.',
  closed: 'Trading has ended. The result is not named yet.',
  resolved: 'The result is named; holders are being paid.',
  cancelled: 'Cancelled. Everyone gets back what the market took.',
  settled: 'Over. Everyone has been paid.',
  refunded: 'Cancelled and over. Everyone got back what the market took.',
} as const satisfies Record<Status, string>;

const RALLY_SAYS: Partial<Readonly<Record<Status, string>>> = {
  paused: 'Joining is paused; the clock runs on.',
  resolved: 'The price stands; the difference goes back to each.',
  settled: 'Over. Everyone has paid the same price.',
  cancelled: 'Called off, or too few joined. Everything goes back.',
  refunded: 'Called off, or too few joined. Everyone got back all they put in.',
};

/** One sentence about where a market stands. */
export function statusSentence(market: Market): string {
  if (market.status === 'draft' && market.opens_at) return `Opens ${day(market.opens_at)}.`;
  const end = market.ends_at ?? market.closes_at;
  if (market.status === 'open' && end) {
    return `${market.rally ? 'Joining' : 'Trading'} until ${day(end)}.`;
  }
  return (market.rally ? RALLY_SAYS[market.status] : undefined) ?? STATUS_SAYS[market.status];
}

/** How it ended, in the market's own words; undefined while it has not. */
export function resultSentence(market: MarketDetail): string | undefined {
  if (market.refund) return refundSentence(market.refund);
  const { price, payout, units } = market.resolution ?? {};
  if (units !== undefined) {
    return `Sold: ${count(units)} units at ${points(market.price)} Points each, the same for all.`;
  }
  if (price !== undefined) return `Final price: each share is paid ${points(price)} Points.`;
  if (!payout) return undefined;
  const won = wonIn(market, payout);
  if (won !== undefined) return `The result is ${won}: each ${won} share is paid 1 Point.`;
  return `The result is shared. Each share is paid, in Points: ${partsOf(market, payout)}.`;
}

const wonIn = ({ outcomes }: MarketDetail, payout: readonly string[]): string | undefined =>
  outcomes[payout.indexOf('1')]?.outcome;

const partsOf = ({ outcomes }: MarketDetail, payout: readonly string[]): string =>
  outcomes
    .map((one, index) => ({ name: one.outcome ?? '', part: payout[index] ?? '0' }))
    .filter(({ part }) => outcomes.length <= 2 || part !== '0')
    .map(({ name, part }) => `${name} ${part}`)
    .join(', ');

/** What a resolution would be, behind "has proposed". */
export function payoutWords(market: MarketDetail, { payout, price }: Resolution): string {
  if (price !== undefined) return `a final price of ${points(price)} Points a share`;
  if (!payout) return 'to end it';
  const won = wonIn(market, payout);
  return won === undefined ? `a shared result: ${partsOf(market, payout)}` : `the result ${won}`;
}

const refundSentence = (refund: { readonly due: string; readonly funds: string }): string =>
  refund.due === refund.funds
    ? `Given back: ${points(refund.due)} Points, all that was due.`
    : `Given back: ${points(refund.funds)} of the ${points(refund.due)} Points that were due.`;

const KIND_WORDS: Readonly<Record<string, string>> = {
  goal: 'Goal',
  penalty_goal: 'Goal (penalty)',
  penalty: 'Goal (penalty)',
  own_goal: 'Own goal',
  yellow: 'Yellow card',
  red: 'Red card',
  second_yellow: 'Second yellow card',
  start: 'Starts',
  sub: 'Comes on',
  win: 'Team wins',
};

export const kindWord = (kind: string | undefined): string => {
  if (kind === undefined) return 'Fact';
  const plain = kind.replace(/_/g, ' ');
  return KIND_WORDS[kind] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
};

const KIND_MARKS: Readonly<Record<string, string>> = {
  penalty_goal: 'Goal',
  penalty: 'Goal',
  yellow: 'Yellow',
  red: 'Red',
  second_yellow: 'Red',
};

/** The shortest word for a kind, to stand on a chart. */
export const kindMark = (kind: string | undefined): string =>
  KIND_MARKS[kind ?? ''] ?? kindWord(kind);

const ERROR_WORDS: Readonly<Record<string, string>> = {
  account_frozen: 'This account is frozen.',
  not_open: 'This market is not open.',
  closed: 'This market has closed.',
  paused: 'This market is paused; try again when it trades.',
  halted: 'The price moved fast, so buying rests for half a minute. Selling goes on.',
  final: 'This market is over.',
  too_small: 'That is too little. Try a larger amount.',
  price_moved:
    'The price moved past your limit, so nothing was traded. Look at the new price and try again.',
  insufficient_points: 'You do not have enough Points.',
  insufficient_shares: 'You do not have that many shares.',
  treasury_short: 'The treasury cannot pay for that now.',
  sold_out: 'There are not that many units left.',
  over_cap: 'That is more than one person may have.',
  pledge_is_binding: 'You have pledged for more already: a pledge only grows.',
  not_allowed: 'This account may not do that.',
  out_of_range: 'That is more than this market can take.',
  command_expired: 'The order’s time ran out, so nothing was traded.',
  scope_missing: 'This API key may not do that.',
  key_unknown: 'This API key is not known here.',
  session_unknown: 'You have been signed out. Sign in again.',
  unauthorized: 'Sign in first.',
  sign_in_wrong: 'The e-mail or the password is wrong.',
  origin_refused: 'The node takes no writes from this address.',
  unreachable: 'The node cannot be reached.',
  too_many_requests: 'Too many requests; wait a moment.',
  rate_limited: 'You have traded as often as a minute allows.',
  position_limit: 'You may not hold more than that in this market.',
  forked: 'The history here is not the one this page saw before. Reload the page.',
  fault: 'Something is wrong with the node; nothing was traded.',
};

/** What a code is called here; else what the node says of it. */
export const codeWords = (code: string, says: string): string => ERROR_WORDS[code] ?? says;

export function errorWords(error: unknown): string {
  if (error instanceof ApiError) return codeWords(error.code, error.message);
  if (error instanceof Error && error.name === 'Stranded') return error.message;
  return 'Something went wrong on this page.';
}
