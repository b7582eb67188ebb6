/** From the wire's JSON to the SDK's views, one reader for each. */
import type { Side } from '@fairground/engine';
import { FairgroundFault } from './errors.js';
import { Fields } from './fields.js';
import type {
  Candle,
  Fact,
  Head,
  Market,
  MarketDetail,
  Me,
  NewUser,
  NodeState,
  Order,
  Page,
  Position,
  Quote,
  Rally,
  RallyReceipt,
  RallyState,
  Receipt,
  Tier,
} from './views.js';

export function readMarket(from: Fields): Market {
  return {
    id: from.text('id'),
    number: from.count('number'),
    mechanism: from.text('mechanism'),
    status: from.text('status'),
    title: from.maybeText('title'),
    category: from.maybeText('category'),
    outcomes: from.list('outcomes', (each) => ({
      outcome: each.maybeText('outcome'),
      price: each.amount('price'),
      held: each.maybeAmount('held'),
    })),
    price: from.maybeAmount('price'),
    openingPrice: from.maybeAmount('opening_price'),
    volume: from.amount('volume'),
    trades: from.count('trades'),
    holders: from.count('holders'),
    opensAt: from.maybeInstant('opens_at'),
    closesAt: from.maybeInstant('closes_at'),
    endsAt: from.maybeInstant('ends_at'),
    sponsor: from.text('sponsor'),
    feeBps: from.count('fee_bps'),
    fundamental: from.maybeAmount('fundamental'),
    supply: from.maybeAmount('supply'),
    rally: from.maybe('rally', readRally),
    escrow: from.amount('escrow'),
    seq: from.count('seq'),
  };
}

const readTier = (from: Fields): Tier => ({
  units: from.count('units'),
  price: from.amount('price'),
});

const readRally = (from: Fields): Rally => ({
  units: from.count('units'),
  minimum: from.count('minimum'),
  maximum: from.count('maximum'),
  perPerson: from.count('per_person'),
  next: from.maybe('next', readTier),
});

export function readRallyState(from: Fields): RallyState {
  return {
    id: from.text('id'),
    status: from.text('status'),
    price: from.amount('price'),
    ...readRally(from),
    members: from.count('members'),
    endsAt: from.maybeInstant('ends_at'),
    seq: from.count('seq'),
  };
}

export function readRallyReceipt(from: Fields): RallyReceipt {
  const outcome = from.text('outcome');
  if (outcome !== 'sold' && outcome !== 'refunded') {
    throw new FairgroundFault(`The answer holds a rally that ended in “${outcome}”.`);
  }
  return {
    market: from.text('market'),
    outcome,
    units: from.count('units'),
    price: from.amount('price'),
    sum: from.amount('sum'),
    fee: from.amount('fee'),
    seller: from.text('seller'),
    sellerGets: from.amount('seller_gets'),
    members: from.list('members', (each) => ({
      account: each.text('account'),
      units: each.count('units'),
      held: each.amount('held'),
      pays: each.amount('pays'),
      back: each.amount('back'),
      seq: each.count('seq'),
    })),
    seq: from.count('seq'),
    cursor: from.maybeText('cursor'),
  };
}

/** The tiers of a rally, of a market's `terms`. */
export const readTiers = (terms: unknown): readonly Tier[] =>
  new Fields(terms, 'terms').list('tiers', readTier);

export function readMarketDetail(from: Fields): MarketDetail {
  return {
    ...readMarket(from),
    terms: from.raw('terms'),
    pool: from.raw('pool'),
    text: from.raw('text'),
    resolution: from.raw('resolution'),
    refund: from.raw('refund'),
    proposal: from.raw('proposal'),
  };
}

export function readQuote(from: Fields): Quote {
  return {
    market: from.text('market'),
    side: readSide(from.text('side')),
    outcome: from.maybeText('outcome'),
    pays: from.amount('pays'),
    gets: from.amount('gets'),
    average: from.amount('average'),
    priceBefore: from.amount('price_before'),
    priceAfter: from.amount('price_after'),
    impact: from.change('impact'),
    fee: from.amount('fee'),
    merged: from.maybeAmount('merged'),
    cannotProfit: from.flag('cannot_profit'),
    getsMin: from.maybeAmount('gets_min'),
    paysMax: from.maybeAmount('pays_max'),
    seq: from.count('seq'),
  };
}

export function readOrder(from: Fields): Order {
  const side = from.maybeText('side');
  return {
    id: from.text('id'),
    seq: from.count('seq'),
    hash: from.text('hash'),
    at: from.instant('at'),
    type: from.text('type'),
    market: from.text('market'),
    account: from.text('account'),
    side: side === undefined ? undefined : readSide(side),
    outcome: from.maybeText('outcome'),
    pays: from.amount('pays'),
    gets: from.amount('gets'),
    fee: from.amount('fee'),
    merged: from.maybeAmount('merged'),
    units: from.maybeCount('units'),
  };
}

export function readPosition(from: Fields): Position {
  return {
    market: from.text('market'),
    title: from.maybeText('title'),
    status: from.text('status'),
    shares: from.list('shares', (each) => ({
      outcome: each.maybeText('outcome'),
      shares: each.amount('shares'),
      price: each.maybeAmount('price'),
      value: each.maybeAmount('value'),
    })),
    value: from.amount('value'),
    net: from.change('net'),
    profit: from.change('profit'),
    paid: from.maybeChange('paid'),
  };
}

export function readMe(from: Fields): Me {
  return {
    account: from.text('account'),
    handle: from.maybeText('handle'),
    roles: from.texts('roles'),
    frozen: from.flag('frozen'),
    points: from.amount('points'),
    seq: from.count('seq'),
  };
}

export function readNewUser(from: Fields): NewUser {
  return {
    account: from.text('account'),
    handle: from.text('handle'),
    key: from.text('key'),
    keyId: from.text('key_id'),
    scopes: from.texts('scopes'),
  };
}

export function readNodeState(from: Fields): NodeState {
  return {
    state: from.text('state'),
    status: from.text('status'),
    term: from.count('term'),
    holder: from.maybeText('holder'),
    node: from.maybeText('node'),
    seq: from.count('seq'),
    hash: from.text('hash'),
    lagMs: from.count('lag_ms'),
    sockets: from.count('sockets'),
    uptimeMs: from.count('uptime_ms'),
    now: from.instant('now'),
  };
}

export function readFact(from: Fields): Fact {
  return {
    market: from.text('market'),
    title: from.maybeText('title'),
    fact: from.text('fact'),
    kind: from.maybeText('kind'),
    happenedAt: from.maybeInstant('happened_at'),
    source: from.text('source'),
    asked: from.change('asked'),
    applied: from.change('applied'),
    fundamental: from.maybeAmount('fundamental'),
    seq: from.count('seq'),
    at: from.instant('at'),
    undoes: from.maybeText('undoes'),
  };
}

export const readHead = (from: Fields): Head => ({
  seq: from.count('seq'),
  hash: from.text('hash'),
  journal: from.text('journal'),
});

export function readReceipt(from: Fields): Receipt {
  const state = from.text('state');
  if (state === 'done') return { state, entry: from.raw('entry') };
  if (state === 'refused') return { state, code: from.text('code') };
  if (state === 'not_seen') return { state, seq: from.count('seq') };
  throw new FairgroundFault(`The answer holds a receipt in the unknown state “${state}”.`);
}

export const readCandle = (from: Fields): Candle => ({
  time: from.instant('time'),
  open: from.amount('open'),
  high: from.amount('high'),
  low: from.amount('low'),
  close: from.amount('close'),
  volume: from.amount('volume'),
});

export function readPage<T>(from: Fields, read: (each: Fields) => T): Page<T> {
  return { items: from.list('items', read), cursor: from.maybeText('cursor') };
}

function readSide(text: string): Side {
  if (text === 'buy' || text === 'sell') return text;
  throw new FairgroundFault(`The answer names the unknown side “${text}”.`);
}
