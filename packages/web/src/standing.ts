/** Where a market stands for somebody who would act in it: what he may do now, and why not more. */
import { clock, day } from './figures.js';
import type { Market, MarketDetail, Status } from './wire.js';
import { payoutWords } from './words.js';

export interface Standing {
  /** `leave`: what lessens a position passes, what adds to it does not. */
  readonly may: 'all' | 'leave' | 'nothing';
  /** Undefined where nothing stands in the way. */
  readonly says?: string;
  /** When it ends by itself. */
  readonly until?: string;
}

const STANDS = {
  draft: 'Trading has not begun.',
  paused: 'Trading is paused. The price stands still, and nobody can buy or sell until it goes on.',
  closed: 'Trading has ended. The market waits for its result; you keep what you hold until then.',
  resolved: 'The result is named, and holders are being paid. There is nothing to trade any more.',
  settled: 'This market is over. Everyone who held the result has been paid.',
  cancelled: 'This market was cancelled. What it took is being given back.',
  refunded: 'This market was cancelled, and what it took was given back.',
} as const satisfies Partial<Record<Status, string>>;

const RALLY_STANDS = {
  draft: 'Joining has not begun.',
  paused: 'Joining is paused. The clock runs on, and every pledge stands.',
  closed: 'Joining has ended. The rally waits for its end.',
  resolved: 'Sold. Everybody pays the same price, and the difference is on its way back.',
  settled: 'Sold. Everybody has paid the same price.',
  cancelled: 'Nothing is sold here. Everything is on its way back.',
  refunded: 'Nothing was sold here. Everyone got back all that was put in.',
} as const satisfies Record<Exclude<Status, 'open'>, string>;

const isPast = (time: string | undefined, at: number): boolean =>
  time !== undefined && at >= Date.parse(time);

/** Of somebody who is in: a frozen account acts nowhere. */
export function standingOf(market: Market, isFrozen: boolean, at: number): Standing {
  const { status, rally, ends_at: end, opens_at: opens, halted_until: halted } = market;
  const stands = rally ? RALLY_STANDS : STANDS;
  if (status === 'draft' && opens !== undefined) {
    return { may: 'nothing', says: `${stands.draft} It opens ${day(opens)}.`, until: opens };
  }
  if (status !== 'open') return { may: 'nothing', says: stands[status] };
  if (isPast(end, at)) return { may: 'nothing', says: stands.closed };
  if (isFrozen) {
    const says = 'Your account is frozen. You keep what you hold and are paid; you cannot trade.';
    return { may: 'nothing', says };
  }
  if (halted === undefined || isPast(halted, at)) return { may: 'all' };
  const says = `The price moved fast, so buying rests until ${clock(halted)}. Selling goes on.`;
  return { may: 'leave', says, until: halted };
}

/** What one admin proposes and a second one has to confirm. */
export function proposalSentence(market: MarketDetail): string | undefined {
  const { proposal, two_person: isForTwo, status } = market;
  if (proposal) {
    const what =
      proposal.act === 'cancel'
        ? 'to cancel this market'
        : payoutWords(market, proposal.resolution ?? {});
    return `An admin has proposed ${what}. It counts once a second one has confirmed it.`;
  }
  if (isForTwo === true && status === 'closed') {
    return 'Two people have to name the result: one proposes, another confirms.';
  }
  return undefined;
}
