export type { Chain, Difference, FoldedCount, Proof, RefusalCode } from '@fairground/engine';
export type {
  Audited,
  Funds,
  Grant,
  Jobs,
  MarketConfirm,
  MarketEnd,
  NewFact,
  NewHandle,
  Person,
  Written,
} from './admin.js';
export { points } from './amounts.js';
export { BATCH_MAX } from './batch.js';
export type { BatchItem, BatchOrder, PlacedBatch } from './batch.js';
export { createClient } from './client.js';
export type { Client, ClientOptions } from './client.js';
export { formatCursor, parseCursor } from './cursor.js';
export type { Cursor, HeadStore } from './cursor.js';
export type { NewCpmm, NewCurve, NewLmsr, NewMarket, NewRally } from './drafts.js';
export {
  FairgroundError,
  FairgroundFault,
  FairgroundForked,
  FairgroundInvalid,
  FairgroundNotNow,
  FairgroundRefusal,
  FairgroundUnknown,
} from './errors.js';
export { EDGE_CODES, type EdgeCode } from './edge-codes.js';
export type { Code, Detail, RefusalFields } from './errors.js';
export { Fields } from './fields.js';
export type { EventFrame, Frame, StateFrame } from './frames.js';
export type { JournalOptions } from './journal.js';
export { LIVE } from './live.js';
export type { LettersNow, OnBeside } from './beside.js';
export type { LiveMatch, MatchCalls } from './matches.js';
export type { Live, LiveOptions, Notice, OnFrame } from './notices.js';
export type { Fetch, LiveSocket, Platform, SocketConstructor } from './platform.js';
export {
  readFact,
  readMarket,
  readMe,
  readOrder,
  readPosition,
  readQuote,
  readRallyState,
  readTiers,
} from './readers.js';
export type {
  Leaderboard,
  Leg,
  MadeKey,
  OwnKey,
  Place,
  Player,
  PlayerHolding,
  Worth,
  WorthHistory,
} from './people-views.js';
export type {
  Alert,
  Delivery,
  MadeWebhook,
  NewAlert,
  NewWebhook,
  Notification,
  Notifications,
  OwnSession,
  Told,
  Webhook,
} from './told-views.js';
export type {
  Puller,
  PullerCalls,
  PullerTrial,
  RejectedItem,
  TriedCount,
  TriedItem,
} from './pullers.js';
export type {
  DeadLetter,
  DeadLetterCalls,
  Ingested,
  LatestTick,
  LetterFilter,
  NewTick,
  ReplayedLetters,
  Tick,
  TickCalls,
  TickCandle,
  TickCandleQuery,
  TickQuery,
  Untaken,
} from './ticks.js';
export { MARKET_SORTS } from './requests.js';
export type {
  BuyRequest,
  CandleQuery,
  LeaderboardQuery,
  MarketQuery,
  PageQuery,
  QuoteRequest,
  ReceiptQuery,
  SellRequest,
} from './requests.js';
export { RETRIES } from './retry.js';
export type { CallOptions, WriteOptions } from './retry.js';
export type { Verification, VerifyOptions } from './verify.js';
export type {
  Candle,
  DoneMarket,
  Fact,
  Head,
  Holding,
  Market,
  MarketDetail,
  Me,
  Member,
  NewUser,
  NodeState,
  Order,
  OutcomePrice,
  Page,
  PlacedOrder,
  Position,
  Quote,
  Rally,
  RallyReceipt,
  RallyState,
  Receipt,
  Tier,
} from './views.js';
