export { points } from './amounts.js';
export { createClient } from './client.js';
export type { Client, ClientOptions } from './client.js';
export { formatCursor, parseCursor } from './cursor.js';
export type { Cursor } from './cursor.js';
export {
  FairgroundError,
  FairgroundFault,
  FairgroundForked,
  FairgroundInvalid,
  FairgroundNotNow,
  FairgroundRefusal,
  FairgroundUnknown,
} from './errors.js';
export type { Code, Detail, RefusalFields } from './errors.js';
export { Fields } from './fields.js';
export type { EventFrame, Frame, StateFrame } from './frames.js';
export type { JournalOptions } from './journal.js';
export { LIVE } from './live.js';
export type { Live, LiveOptions, Notice, OnFrame } from './notices.js';
export type { Fetch, LiveSocket, Platform, SocketConstructor } from './platform.js';
export { readFact, readMarket, readMe, readOrder, readPosition, readQuote } from './readers.js';
export { MARKET_SORTS } from './requests.js';
export type { BuyRequest, MarketQuery, PageQuery, QuoteRequest, SellRequest } from './requests.js';
export { RETRIES } from './retry.js';
export type { CallOptions, WriteOptions } from './retry.js';
export type {
  Fact,
  Head,
  Holding,
  Market,
  MarketDetail,
  Me,
  NewUser,
  Order,
  OutcomePrice,
  Page,
  PlacedOrder,
  Position,
  Quote,
  Receipt,
} from './views.js';
