/** What no world could make right: ids, amounts and times that are not well formed. */
import {
  type Command,
  type Instant,
  type LimitChange,
  ROLES,
  SYSTEM,
  type Trade,
  type Wish,
} from './command.js';
import { isFactId, isId, isOutcome, POINTS } from './ledger/account.js';
import { BOUNDS, LIMIT_RANGES } from './limits.js';
import { faultOfDraft, faultOfSponsor } from './market/life.js';
import { FIGURE_MAX } from './math/amount.js';
import { RULES } from './rules.js';

const COMMAND_ID = /^[0-9a-f]{32}$/;
const HASH = /^[0-9a-f]{64}$/;

/** The system's own housekeeping: the world's state makes it harmless to repeat, so it needs no id. */
const NEEDS_NO_ID: ReadonlySet<Wish['type']> = new Set([
  'tick',
  'pay_out',
  'adopt_rules',
  'sealed',
]);

/** A sentence on what is wrong, or undefined. */
export function faultOfCommand(
  { by, id, validUntil, wish }: Command,
  at: Instant,
): string | undefined {
  if (by !== SYSTEM && !isId(by)) return 'by must be an account id';
  if (id === undefined) {
    if (by !== SYSTEM || !NEEDS_NO_ID.has(wish.type)) return 'the command needs an id';
  } else if (!COMMAND_ID.test(id)) {
    return 'a command id has 32 hex digits';
  } else if (validUntil === undefined || !isInstant(validUntil)) {
    return 'a command with an id needs valid_until';
  } else if (validUntil > at + BOUNDS.validMsMax) {
    return 'valid_until lies more than 10 minutes ahead';
  }
  return faultOfWish(wish);
}

const NO_MARKET_ID = 'a market id has 1 to 64 of A-Z a-z 0-9 _ -';

function faultOfWish(wish: Wish): string | undefined {
  // Most commands are trades: they need not be asked for what no trade has.
  if (wish.type === 'trade') return isId(wish.market) ? faultOfTrade(wish) : NO_MARKET_ID;
  if ('market' in wish && !isId(wish.market)) return NO_MARKET_ID;
  if ('amount' in wish && !isFigure(wish.amount)) return 'the amount is out of range';
  if ('reason' in wish && !HASH.test(wish.reason)) return 'the reason is a hash of 64 hex digits';
  switch (wish.type) {
    case 'fund':
      return isPrice(wish.priceMin) && isPrice(wish.priceMax)
        ? undefined
        : 'a price is 0 to 1 Point';
    case 'record_fact':
      if (!isFactId(wish.kind)) return 'a kind has 1 to 64 of A-Z a-z 0-9 . _ : -';
      if (!isInstant(wish.happenedAt)) return 'happened_at is a time';
      return isFactId(wish.fact) ? undefined : 'a fact id has 1 to 64 of A-Z a-z 0-9 . _ : -';
    case 'join_rally':
      return isUnits(wish.units) ? undefined : 'units is a whole number from 1 to 1000000000';
    case 'undo_fact':
      return isFactId(wish.fact) && isFactId(wish.undoes) && wish.fact !== wish.undoes
        ? undefined
        : 'an undoing names its own id and the fact it takes back';
    case 'create_market':
    case 'edit_draft':
      if (!HASH.test(wish.draft.text)) return 'the text is a hash of 64 hex digits';
      if (!isInstantOrNone(wish.draft.opensAt)) return 'opens_at is a time';
      if (!isInstantOrNone(wish.draft.closesAt)) return 'closes_at is a time';
      if (wish.type === 'create_market' && !isId(wish.sponsor)) return 'the sponsor is an account';
      // A stock's share is named like its market: a stock of that name would print Points.
      if (wish.market === POINTS) return 'that name is taken';
      if (wish.type === 'create_market') {
        return faultOfDraft(wish.draft) ?? faultOfSponsor(wish.sponsor, wish.draft);
      }
      return faultOfDraft(wish.draft);
    case 'extend':
      return isInstant(wish.closesAt) ? undefined : 'closes_at is a time';
    case 'confirm':
      return HASH.test(wish.verdict.reason) ? undefined : 'the reason is a hash of 64 hex digits';
    case 'open_account':
      // Both names mean something else where an account is named.
      if (wish.account === SYSTEM || wish.account === 'treasury') return 'that name is taken';
      return isId(wish.account) ? undefined : 'an account id has 1 to 64 of A-Z a-z 0-9 _ -';
    case 'grant':
      return isId(wish.to) ? undefined : 'to is an account or the treasury';
    case 'freeze_account':
    case 'unfreeze_account':
      return isId(wish.account) ? undefined : 'account is an account id';
    case 'grant_role':
    case 'revoke_role':
      return isId(wish.account) && ROLES.includes(wish.role)
        ? undefined
        : 'no such role or account';
    case 'set_limits':
      return faultOfLimits(wish.limits);
    case 'adopt_rules':
      return wish.rules > RULES || !isCount(wish.rules)
        ? 'this build has no such rules'
        : undefined;
    case 'pay_out':
      return isCount(wish.first) ? undefined : 'first is a position number';
    default:
      return undefined;
  }
}

function faultOfTrade(wish: Trade): string | undefined {
  const { side, outcome, spend, shares, getsMin, paysMax } = wish;
  if (outcome !== undefined && !isOutcome(outcome)) return 'an outcome has 1 to 16 of A-Z 0-9 _ -';
  const areFigures =
    isFigureOrNone(spend) &&
    isFigureOrNone(shares) &&
    isFigureOrNone(getsMin) &&
    isFigureOrNone(paysMax);
  if (!areFigures) return 'an amount is out of range';
  if (side !== 'buy' && side !== 'sell') return 'side is buy or sell';
  if ((spend === undefined) === (shares === undefined)) return 'name either spend or shares';
  if (side === 'sell' && shares === undefined) return 'a sale names shares';
  const byShares = side === 'buy' && shares !== undefined;
  if (byShares && getsMin !== undefined) return 'a buy of shares is bounded by pays_max';
  if (!byShares && paysMax !== undefined) return 'this order is bounded by gets_min';
  return undefined;
}

function faultOfLimits(limits: readonly LimitChange[]): string | undefined {
  const names = new Set(limits.map(([name]) => name));
  if (names.size !== limits.length || limits.length === 0) return 'name each limit once';
  for (const [name, value] of limits) {
    if (!Object.hasOwn(LIMIT_RANGES, name)) return `there is no limit ${name.slice(0, 40)}`;
    const [lowest, highest] = LIMIT_RANGES[name];
    if (value < lowest || value > highest) return `${name} is ${lowest} to ${highest}`;
  }
  return undefined;
}

const isFigure = (value: bigint): boolean => value >= 0n && value <= FIGURE_MAX;
const isFigureOrNone = (value: bigint | undefined): boolean =>
  value === undefined || isFigure(value);
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 1;
const isUnits = (n: number): boolean => isCount(n) && n <= BOUNDS.unitsMax;
const isInstant = (n: number): boolean =>
  Number.isSafeInteger(n) && n >= 0 && n <= BOUNDS.instantMax;
const isInstantOrNone = (n: number | undefined): boolean => n === undefined || isInstant(n);
const isPrice = (n: number | undefined): boolean =>
  n === undefined || (Number.isInteger(n) && n >= 0 && n <= 1_000_000);
