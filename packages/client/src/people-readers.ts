/** From the wire's JSON to what is shown of people. */
import type { Fields } from './fields.js';
import type {
  Leaderboard,
  Leg,
  MadeKey,
  OwnKey,
  Player,
  Worth,
  WorthHistory,
} from './people-views.js';

export const readLeg = (from: Fields): Leg => ({
  seq: from.count('seq'),
  leg: from.count('leg'),
  at: from.instant('at'),
  event: from.text('event'),
  market: from.maybeText('market'),
  asset: from.text('asset'),
  change: from.change('change'),
  with: from.text('with'),
});

const readWorth = (from: Fields): Worth => ({
  at: from.instant('at'),
  points: from.amount('points'),
  equity: from.amount('equity'),
  profit: from.change('profit'),
});

export const readHistory = (from: Fields): WorthHistory => ({
  now: from.maybe('now', readWorth),
  items: from.list('items', readWorth),
  cursor: from.maybeText('cursor'),
});

export const readLeaderboard = (from: Fields): Leaderboard => ({
  by: from.text('by'),
  window: from.text('window'),
  items: from.list('items', (each) => ({
    rank: each.count('rank'),
    account: each.text('account'),
    handle: each.text('handle'),
    profit: each.change('profit'),
    return: each.change('return'),
  })),
  cursor: from.maybeText('cursor'),
});

export const readPlayer = (from: Fields): Player => ({
  account: from.text('account'),
  handle: from.text('handle'),
  ...readWorth(from),
  positions: from.list('positions', (each) => ({
    market: each.text('market'),
    asset: each.text('asset'),
    shares: each.amount('shares'),
    price: each.amount('price'),
  })),
});

export const readOwnKey = (from: Fields): OwnKey => ({
  id: from.text('id'),
  name: from.text('name'),
  scopes: from.texts('scopes'),
  last4: from.text('last4'),
  created: from.instant('created'),
  used: from.maybeInstant('used'),
});

export const readMadeKey = (from: Fields): MadeKey => ({
  id: from.text('id'),
  key: from.text('key'),
  name: from.text('name'),
  scopes: from.texts('scopes'),
});
