/** A refusal is a legitimate no. This table is in order of precedence: the first that holds is given. */

export const REFUSALS = {
  malformed: 'The command is not well formed.',
  command_id_reused: 'This id was used before for another command.',
  command_expired: 'The command came after its time.',
  sealed: 'This exchange was sealed: it lives on elsewhere.',
  account_unknown: 'There is no such account.',
  account_frozen: 'This account is frozen.',
  not_allowed: 'This account may not do that.',
  account_exists: 'This account has been opened already.',
  market_exists: 'There is a market with this id already.',
  market_unknown: 'There is no such market.',
  outcome_unknown: 'The market has no such outcome.',
  not_supported: 'This kind of market has no such command.',
  fact_id_reused: 'This fact id was used before for another fact.',
  not_draft: 'Only a draft can be changed or opened.',
  not_open: 'The market is not open.',
  closed: 'The market is closed.',
  not_closed: 'The market must be closed first.',
  paused: 'The market is paused.',
  not_paused: 'The market is not paused.',
  halted: 'The price moved too far too fast: buying is halted for a while. Sales and merges pass.',
  final: 'The market has been resolved or cancelled; that is final.',
  no_proposal: 'There is no such proposal to confirm.',
  closes_by_hand: 'This market has no end of its own.',
  deadline_passed: 'A deadline must lie ahead, and the opening before the close.',
  fact_unknown: 'There is no such fact.',
  fact_undone: 'This fact has been undone already.',
  kind_unknown: 'The market has no rule for this kind of fact.',
  nothing_due: 'There is nothing to do.',
  over_grant_cap: 'The grant is over the cap for a call or a day.',
  already_so: 'It is so already.',
  too_small: 'The amount is too small.',
  rate_limited: 'This account has made as many trades as a minute allows.',
  position_limit: 'That is more than one account may hold in this market.',
  sold_out: 'There are not that many units left.',
  over_cap: 'That is more than one person may have.',
  pledge_is_binding: 'A pledge is binding: it does not shrink, and its end does not move.',
  price_moved: 'The price is now outside the limit you set.',
  insufficient_shares: 'There are not enough shares.',
  insufficient_points: 'There are not enough Points.',
  treasury_short: 'The treasury cannot pay for that.',
  out_of_range: 'A figure would leave its bounds.',
} as const satisfies Record<string, string>;

export type RefusalCode = keyof typeof REFUSALS;

export interface Refusal {
  readonly kind: 'refused';
  readonly code: RefusalCode;
  /** What exactly was wrong, for people: a sentence without secrets. */
  readonly detail?: string;
}

export function refuse(code: RefusalCode, detail?: string): Refusal {
  return detail === undefined ? { kind: 'refused', code } : { kind: 'refused', code, detail };
}
