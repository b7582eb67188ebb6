/** The exchange as a pure function of its journal. */
export {
  type AccountId,
  type Actor,
  type Closing,
  type Command,
  type CommandId,
  type CpmmTerms,
  type CurveTerms,
  type Draft,
  type FactRule,
  type Hash,
  type Instant,
  type LimitChange,
  type LmsrTerms,
  type MarketId,
  type RallyTerms,
  type Resolution,
  type Risk,
  type Role,
  ROLES,
  type Side,
  SYSTEM,
  type Terms,
  type Tier,
  type Trade,
  type Verdict,
  type Wish,
  type WishOf,
} from './command.js';
export { decide, type Decision } from './decide.js';
export type { Entry, Event, EventOf, MechanismId, Prices, Traded } from './event.js';
export { fold } from './evolve.js';
export { payoutsDue, tickDue } from './exchange.js';
export { type Chain, chain, hashZero, sha256, sha256Text } from './hash.js';
export { CommandIds } from './ids.js';
export { checkInvariants, type Finding, INVARIANTS } from './invariants.js';
export {
  type AccountName,
  type AssetName,
  type Holder,
  HOUSE_FEES,
  isFactId,
  isId,
  isOutcome,
  MINT,
  playerAccount,
  playerOf,
  POINTS,
  TREASURY,
} from './ledger/account.js';
export type { ReadonlyBooks } from './ledger/book.js';
export type { Transfer } from './ledger/transfer.js';
export { BOUNDS, LIMIT_RANGES, type LimitName, LIMITS, type Limits } from './limits.js';
export {
  deadlineOf,
  endOf,
  type MarketNames,
  type MarketState,
  type Position,
  type ReadonlyMarket,
  stateAt,
} from './market/market.js';
export { type Quote, quoteTrade } from './market/trade.js';
export { type Amount, formatAmount, micro, ONE, parseAmount, whole } from './math/amount.js';
export type {
  AnyMechanism,
  Fill,
  Mechanism,
  PledgeMechanism,
  Pool,
} from './mechanism/mechanism.js';
export { mechanismOf } from './mechanism/registry.js';
export type { TermsView } from './mechanism/terms-view.js';
export { type Refusal, type RefusalCode, REFUSALS, refuse } from './refusal.js';
export { ENTRY_VERSION, RETIRED, RULES } from './rules.js';
export { SNAPSHOT_FORMAT, snapshotLines } from './snapshot.js';
export { NotASnapshot, SnapshotReader } from './snapshot-reader.js';
export { worldDigest } from './digest.js';
export { hashLines, stateHash } from './state.js';
export { type Breach, ENTRY_LAWS, watch } from './watch.js';
export {
  type Difference,
  type FactCount,
  type FoldedCount,
  type Proof,
  Verifier,
} from './verify.js';
export { type Undecided, undecidedRules, unreadable } from './versions.js';
export {
  decodeCommand,
  decodeEntry,
  encodeBody,
  encodeCommand,
  encodeEntry,
  encodeWish,
  type EntryBody,
  HASH_TAIL_CHARS,
  NotAnEntry,
  sealBody,
} from './wire.js';
export { createWorld, type ReadonlyAccount, type ReadonlyWorld, type World } from './world.js';
export { accountView, meView, positionView } from './view/account.js';
export { type FactView, factView } from './view/fact.js';
export { type GlobalView, globalView } from './view/global.js';
export {
  accountTopic,
  GLOBAL,
  happeningsOf,
  happeningView,
  marketTopic,
} from './view/happening.js';
export { type LeaderboardView, leaderboardView } from './view/leaderboard.js';
export {
  holderView,
  marketDetailView,
  type MarketView,
  marketView,
  pricesOf,
} from './view/market.js';
export { orderSeq, type OrderView, orderView } from './view/order.js';
export { type RallyState, rallyState, type ReceiptView, receiptView } from './view/rally.js';
export { quoteView, type QuoteView } from './view/quote.js';
export { type Preview, previewOf, saleAt, type SaleView } from './view/preview.js';
export { type PricedView, quoteShown, type Shown } from './view/quote-shown.js';
export { verdictView } from './view/terms.js';
export { formatTime, parseTime } from './view/time.js';
