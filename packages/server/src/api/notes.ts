/**
 * What the document says of each route beside its schemas: one line each, and a route without one fails a test.
 * Long because it is one table of one kind of thing.
 */
import type { RefusalCode } from '@fairground/engine';
import type { EdgeCode } from '../errors.js';
import type { AnswerName } from './answers.js';

export type Tag =
  | 'markets'
  | 'trading'
  | 'rallies'
  | 'facts'
  | 'ticks'
  | 'me'
  | 'people'
  | 'proof'
  | 'admin'
  | 'health';

export interface Note {
  readonly tag: Tag;
  readonly summary: string;
  readonly answer: AnswerName;
  readonly status?: 101 | 201 | 202;
  /** A command of the engine: `key` where it needs an Idempotency-Key, `free` where its state makes it harmless. */
  readonly write?: 'key' | 'free';
  readonly refusals?: readonly RefusalCode[];
  /** Nos of the edge that no other route has. */
  readonly nos?: readonly EdgeCode[];
  /** Answers with a text of this type instead of JSON. */
  readonly type?: string;
}

const TRADE: readonly RefusalCode[] = [
  'market_unknown',
  'outcome_unknown',
  'not_supported',
  'not_open',
  'closed',
  'paused',
  'halted',
  'final',
  'too_small',
  'rate_limited',
  'position_limit',
  'price_moved',
  'insufficient_shares',
  'insufficient_points',
  'out_of_range',
];
const STATES: readonly RefusalCode[] = [
  'market_unknown',
  'not_supported',
  'not_draft',
  'not_open',
  'closed',
  'not_closed',
  'paused',
  'not_paused',
  'halted',
  'final',
];
const PURSE: readonly RefusalCode[] = ['insufficient_points', 'treasury_short', 'out_of_range'];
const END: readonly RefusalCode[] = [...STATES, 'outcome_unknown', 'no_proposal', ...PURSE];
const DRAFT: readonly RefusalCode[] = ['deadline_passed', ...PURSE];
const FACTS: readonly RefusalCode[] = [
  ...STATES,
  'fact_id_reused',
  'fact_unknown',
  'fact_undone',
  'kind_unknown',
  ...PURSE,
];

const verb = (summary: string, refusals: readonly RefusalCode[] = STATES): Note => {
  return { tag: 'markets', summary, answer: 'of_market', write: 'free', refusals };
};
const end = (summary: string): Note => {
  return { tag: 'markets', summary, answer: 'ended', write: 'key', refusals: END };
};
const set = (summary: string): Note => {
  return { tag: 'trading', summary, answer: 'order', status: 201, write: 'key', refusals: TRADE };
};
const mine = (summary: string, answer: AnswerName): Note => ({ tag: 'me', summary, answer });
/** What a node without tables does not have. */
const tables = (note: Note): Note => ({ ...note, nos: [...(note.nos ?? []), 'route_unknown'] });
/** What a node without a place for ticks does not have. */
const feed = (summary: string, answer: AnswerName, nos: readonly EdgeCode[] = []): Note => {
  return { tag: 'ticks', summary, answer, nos: ['route_unknown', 'outcome_unknown', ...nos] };
};
/** Coming in and going out: what is said never tells whether an e-mail is known. */
const door = (summary: string, answer: AnswerName, nos: readonly EdgeCode[] = []): Note => {
  return { tag: 'people', summary, answer, nos: ['draining', 'busy', ...nos] };
};
const house = (summary: string, answer: AnswerName, refusals: readonly RefusalCode[]): Note => {
  return { tag: 'admin', summary, answer, write: 'free', refusals };
};
const puller = (summary: string, answer: AnswerName): Note => ({ tag: 'admin', summary, answer });

/** By method and address. */
export const NOTES: Readonly<Record<string, Note>> = {
  'GET /v1/markets': { tag: 'markets', summary: 'Markets, a page at a time', answer: 'markets' },
  'GET /v1/fees': {
    tag: 'markets',
    summary: 'The usual fee of a new market by its mechanism, in basis points',
    answer: 'fees',
  },
  'GET /v1/markets/:id': {
    tag: 'markets',
    summary: 'One market, with its terms, pool and text',
    answer: 'market',
    nos: ['market_unknown'],
  },
  'POST /v1/markets': {
    tag: 'markets',
    summary: 'Drafts a market',
    answer: 'of_market',
    status: 201,
    write: 'key',
    refusals: [...DRAFT, 'market_exists', 'not_supported', 'too_small'],
  },
  'PATCH /v1/markets/:id': {
    tag: 'markets',
    summary: 'Changes a draft, whole',
    answer: 'of_market',
    write: 'key',
    refusals: [...STATES, ...DRAFT, 'too_small'],
  },
  'POST /v1/markets/:id/open': verb('Opens a draft', [...STATES, ...DRAFT, 'too_small']),
  'POST /v1/markets/:id/pause': verb('Stops trading for a while'),
  'POST /v1/markets/:id/resume': verb('Lets trading go on'),
  'POST /v1/markets/:id/close': verb('Ends trading'),
  'POST /v1/markets/:id/extend': verb('Moves the end of trading', [
    ...STATES,
    'deadline_passed',
    'closes_by_hand',
    'pledge_is_binding',
  ]),
  'POST /v1/markets/:id/resolve': end('Ends a market with a result, or proposes it'),
  'POST /v1/markets/:id/confirm': end('Confirms what another person has proposed'),
  'POST /v1/markets/:id/cancel': end('Cancels a market: everybody gets his stake back'),
  'POST /v1/markets/:id/fund': {
    tag: 'markets',
    summary: 'Puts more into the pool',
    answer: 'of_market',
    write: 'key',
    refusals: [...TRADE, ...PURSE],
  },
  'POST /v1/markets/:id/mint': set('Complete sets for Points'),
  'POST /v1/markets/:id/merge': set('Points for complete sets'),
  'POST /v1/markets/:id/quote': {
    tag: 'trading',
    summary: 'What a trade would bring now: advice, nothing is done',
    answer: 'quote',
    refusals: [...TRADE, 'account_unknown', 'account_frozen', 'not_allowed'],
  },
  'GET /v1/markets/:id/candles': {
    tag: 'markets',
    summary: 'The price in boxes of time',
    answer: 'candles',
    nos: ['market_unknown'],
  },
  'GET /v1/markets/:id/trades': {
    tag: 'markets',
    summary: 'What was traded, newest first',
    answer: 'orders',
    nos: ['market_unknown'],
  },
  'POST /v1/orders': {
    tag: 'trading',
    summary: 'Buys or sells',
    answer: 'order',
    status: 201,
    write: 'key',
    refusals: TRADE,
  },
  'POST /v1/orders/batch': {
    tag: 'trading',
    summary: 'Up to 100 orders, each with its own answer',
    answer: 'batch',
    write: 'key',
  },
  'GET /v1/orders/:id': {
    tag: 'trading',
    summary: 'One order',
    answer: 'order',
    nos: ['order_unknown'],
  },
  'POST /v1/rallies/:id/join': {
    tag: 'rallies',
    summary: 'Pledges so many units in all',
    answer: 'order',
    status: 201,
    write: 'key',
    refusals: [...TRADE, 'sold_out', 'over_cap', 'pledge_is_binding'],
  },
  'GET /v1/rallies/:id/receipt': {
    tag: 'rallies',
    summary: 'What everybody paid, once it is over',
    answer: 'rally_receipt',
    nos: ['market_unknown', 'not_supported', 'not_over'],
  },
  'GET /v1/facts': { tag: 'facts', summary: 'What happened, newest first', answer: 'facts' },
  'POST /v1/facts': {
    tag: 'facts',
    summary: 'Tells a market what happened',
    answer: 'fact',
    status: 201,
    write: 'free',
    refusals: FACTS,
  },
  'POST /v1/facts/undo': {
    tag: 'facts',
    summary: 'Takes a fact back',
    answer: 'fact',
    status: 201,
    write: 'free',
    refusals: FACTS,
  },
  'POST /v1/ingest': feed('Takes ticks: one, an array, or a line for each (NDJSON)', 'ingested', [
    'key_required',
    'draining',
    'busy',
    'too_many_requests',
  ]),
  'GET /v1/ticks': feed('Ticks of a symbol; all of them as CSV or NDJSON with format', 'ticks'),
  'GET /v1/ticks/latest': feed('The newest tick of some symbols', 'latest_ticks'),
  'GET /v1/ticks/candles': feed('The price of a symbol in boxes of time', 'tick_candles'),
  'GET /v1/ticks/symbols': feed('Symbols, with the newest of each', 'tick_symbols'),
  'GET /v1/dead-letters': feed('What could not be taken, newest first', 'letters'),
  'POST /v1/dead-letters/:id/replay': feed(
    'Takes one after all, mended or as it came',
    'replayed_one',
    ['letter_unknown', 'letter_done', 'tick_refused', 'busy'],
  ),
  'POST /v1/dead-letters/replay': feed(
    'Takes what can be taken now, the oldest first',
    'replayed_many',
    ['letter_unknown', 'letter_done', 'busy'],
  ),
  'POST /v1/dead-letters/:id/drop': feed('Gives one up; it stays to be seen', 'dropped', [
    'letter_unknown',
    'letter_done',
    'busy',
  ]),
  'GET /v1/me': { ...mine('My account', 'me'), nos: ['account_unknown'] },
  'GET /v1/me/positions': { ...mine('What I hold', 'positions'), nos: ['account_unknown'] },
  'GET /v1/me/trades': mine('What I traded, newest first', 'orders'),
  'GET /v1/me/ledger': tables(
    mine('Every leg of the ledger that moved something of mine', 'ledger'),
  ),
  'GET /v1/me/portfolio/history': tables(
    mine('What I was worth, hour by hour, newest first', 'portfolio'),
  ),
  'GET /v1/leaderboard': tables({
    tag: 'people',
    summary: 'Who has gained most',
    answer: 'leaderboard',
  }),
  'GET /v1/players/:handle': tables({
    tag: 'people',
    summary: 'What everybody may know of a player',
    answer: 'player',
    nos: ['account_unknown'],
  }),
  'GET /v1/me/keys': mine('My keys, without their secret', 'keys'),
  'POST /v1/me/keys': { ...mine('Makes a key, shown once', 'key'), status: 201 },
  'DELETE /v1/me/keys/:id': { ...mine('Revokes a key', 'revoked'), nos: ['key_id_unknown'] },
  'GET /v1/me/sessions': mine('Where I am signed in', 'sessions'),
  'DELETE /v1/me/sessions/:id': {
    ...mine('Ends a session, with its sockets', 'session_ended'),
    nos: ['session_id_unknown'],
  },
  'DELETE /v1/me/sessions': mine('Ends all sessions but this one', 'sessions_ended'),
  'GET /v1/me/notifications': {
    ...mine('What I was told, newest first, and how much is unread', 'notices'),
    nos: ['route_unknown'],
  },
  'POST /v1/me/notifications/read': mine('I have read up to there', 'read_to'),
  'GET /v1/me/settings': mine('What of it is mailed to me', 'settings'),
  'PUT /v1/me/settings': mine('Says what of it is mailed to me', 'settings'),
  'GET /v1/me/alerts': mine('Prices I wait for', 'alerts'),
  'POST /v1/me/alerts': {
    ...mine('Tells me once when a price is there', 'alert'),
    status: 201,
    nos: ['market_unknown'],
  },
  'DELETE /v1/me/alerts/:id': { ...mine('Waits no more', 'dropped'), nos: ['alert_unknown'] },
  'GET /v1/me/webhooks': mine('My webhooks, without their secret', 'webhooks'),
  'POST /v1/me/webhooks': {
    ...mine('Calls an address of mine with what I am told; its secret is shown once', 'webhook'),
    status: 201,
    nos: ['route_unknown'],
  },
  'DELETE /v1/me/webhooks/:id': {
    ...mine('Calls it no more', 'dropped'),
    nos: ['webhook_unknown'],
  },
  'GET /v1/me/webhooks/:id/deliveries': {
    ...mine('What went there, newest first, and what became of it', 'deliveries'),
    nos: ['webhook_unknown', 'route_unknown'],
  },
  'POST /v1/me/webhooks/:id/deliveries/:delivery/replay': {
    ...mine('Sends it once more, under the same id', 'replayed'),
    status: 202,
    nos: ['webhook_unknown', 'delivery_unknown', 'route_unknown'],
  },
  'POST /v1/me/password': {
    ...mine('Changes the password, and ends every other session', 'entered'),
    nos: ['sign_in_wrong', 'busy'],
  },
  'DELETE /v1/me': {
    ...mine('Erases handle, e-mail, texts, keys and sessions', 'erased_me'),
    nos: ['sign_in_wrong', 'busy'],
  },
  'POST /v1/auth/sign-up': {
    ...door('Mails a link that opens an account', 'mailed', ['handle_taken', 'sealed']),
    status: 202,
  },
  'POST /v1/auth/confirm': door('Follows that link: opens the account and signs in', 'entered', [
    'link_unknown',
    'handle_taken',
    'email_taken',
    'sealed',
    'no_leader',
  ]),
  'POST /v1/auth/sign-in': door('Signs in: sets the session’s cookie', 'entered', [
    'sign_in_wrong',
  ]),
  'POST /v1/auth/sign-out': {
    tag: 'people',
    summary: 'Ends the session that asks',
    answer: 'signed_out',
  },
  'POST /v1/auth/forgot': {
    ...door('Mails a link to a new password', 'mailed'),
    status: 202,
  },
  'POST /v1/auth/reset': door('Follows that link: a new password, no session left', 'reset', [
    'link_unknown',
  ]),
  'GET /v1/journal': {
    tag: 'proof',
    summary: 'The journal’s lines, byte for byte',
    answer: 'lines',
    type: 'application/x-ndjson',
  },
  'GET /v1/head': {
    tag: 'proof',
    summary: 'The newest hash, or the one at a seq',
    answer: 'head',
    nos: ['entry_unknown'],
  },
  'GET /v1/receipts/:key': {
    tag: 'proof',
    summary: 'What became of one of my keys',
    answer: 'receipt',
  },
  'GET /v1/proof': { tag: 'proof', summary: 'Whether every law holds', answer: 'proof' },
  'GET /v1/stream': {
    tag: 'markets',
    summary: 'The live feed: a WebSocket',
    answer: 'lines',
    status: 101,
    nos: ['upgrade_required', 'draining'],
  },
  'GET /v1/stream/sse': {
    tag: 'markets',
    summary: 'The live feed as a stream of events',
    answer: 'lines',
    type: 'text/event-stream',
    nos: ['draining', 'topic_unknown', 'unauthorized', 'origin_refused'],
  },
  'GET /v1/asyncapi.json': {
    tag: 'health',
    summary: 'The live feed’s own description, AsyncAPI 3.0',
    answer: 'feed_document',
  },
  'GET /v1/openapi.json': { tag: 'health', summary: 'This document', answer: 'document' },
  'GET /healthz': { tag: 'health', summary: 'Whether the process lives', answer: 'status' },
  'GET /readyz': {
    tag: 'health',
    summary: 'Whether to send people here; 503 with the same body while not',
    answer: 'status',
  },
  'GET /metrics': {
    tag: 'health',
    summary: 'What a monitor counts, as Prometheus reads it',
    answer: 'metrics',
    type: 'text/plain',
    nos: ['unauthorized', 'scope_missing'],
  },
  'GET /v1/admin/audit': {
    tag: 'admin',
    summary: 'What admins and the operator did, newest first; as CSV with format=csv',
    answer: 'audit',
  },
  'GET /v1/admin/house': {
    tag: 'admin',
    summary: 'The purse and the limits, what rests, and what waits for a second person',
    answer: 'house',
  },
  'GET /v1/admin/accounts': { tag: 'admin', summary: 'Accounts, newest first', answer: 'accounts' },
  'GET /v1/admin/accounts/:handle': {
    tag: 'admin',
    summary: 'An account, by handle or id',
    answer: 'account',
    nos: ['account_unknown'],
  },
  'GET /v1/admin/quarantine': {
    tag: 'admin',
    summary: 'Commands that this node never decides again',
    answer: 'quarantine',
  },
  'GET /v1/admin/jobs': {
    tag: 'admin',
    summary: 'What is to be done behind the scenes, what failed, and what comes when',
    answer: 'jobs',
    nos: ['route_unknown'],
  },
  'POST /v1/admin/jobs/:id/retry': {
    tag: 'admin',
    summary: 'Tries a failed job again',
    answer: 'retried',
    status: 202,
    nos: ['job_unknown', 'route_unknown'],
  },
  'GET /v1/admin/node': { tag: 'admin', summary: 'What this node is doing', answer: 'node' },
  'POST /v1/admin/rebuild': tables({
    tag: 'admin',
    summary: 'Fills new tables beside those that are read',
    answer: 'rebuilding',
    status: 202,
    nos: ['rebuilding'],
  }),
  'GET /v1/admin/sources': { tag: 'admin', summary: 'Where ticks come from', answer: 'sources' },
  'PUT /v1/admin/sources/:name': {
    tag: 'admin',
    summary: 'Says which symbols a source may send',
    answer: 'source',
  },
  'DELETE /v1/admin/sources/:name': {
    tag: 'admin',
    summary: 'Forgets a source: it may send any symbol again',
    answer: 'dropped',
    nos: ['source_unknown'],
  },
  'GET /v1/matches': {
    tag: 'facts',
    summary: 'What goes on outside: live ones first, then those that changed last',
    answer: 'matches',
  },
  'GET /v1/admin/pullers': puller('Who looks elsewhere for facts, and how it went', 'pullers'),
  'POST /v1/admin/pullers': {
    ...puller('Looks at an address from time to time, and makes facts of it', 'puller'),
    status: 201,
    nos: ['account_unknown', 'puller_taken'],
  },
  'PATCH /v1/admin/pullers/:id': {
    ...puller('Changes one, or turns it off and on', 'puller'),
    nos: ['puller_unknown', 'account_unknown', 'puller_taken'],
  },
  'DELETE /v1/admin/pullers/:id': {
    ...puller('Looks there no more', 'dropped'),
    nos: ['puller_unknown'],
  },
  'POST /v1/admin/pullers/try': {
    ...puller(
      'What an address, or an answer, would come to by a mapping: nothing is done',
      'tried',
    ),
    nos: ['puller_unknown', 'account_unknown'],
  },
  'POST /v1/admin/pullers/:id/pull': {
    ...puller(
      'Looks there now; if wanted, whatever is beyond its bounds is believed once',
      'pulled',
    ),
    status: 202,
    nos: ['puller_unknown'],
  },
  'POST /v1/admin/pullers/:id/veto': {
    ...puller('No market is resolved by what it says of this match', 'vetoed'),
    nos: ['puller_unknown', 'match_unknown', 'veto_late'],
  },
  'POST /v1/admin/users': {
    tag: 'admin',
    summary: 'Opens an account and makes its first key',
    answer: 'signed_up',
    status: 201,
    nos: ['handle_taken', 'sealed', 'draining', 'busy', 'no_leader', 'account_unknown'],
  },
  'GET /v1/admin/users/:handle': {
    tag: 'admin',
    summary: 'Who is behind a handle',
    answer: 'person',
    nos: ['account_unknown'],
  },
  'DELETE /v1/admin/users/:handle': {
    tag: 'admin',
    summary: 'Erases somebody',
    answer: 'erased',
    nos: ['account_unknown', 'draining'],
  },
  'POST /v1/admin/keys': {
    tag: 'admin',
    summary: 'Another key for somebody',
    answer: 'signed_up',
    status: 201,
    nos: ['account_unknown'],
  },
  'POST /v1/admin/grants': {
    ...house('Points from the mint', 'granted', ['over_grant_cap', 'too_small', 'out_of_range']),
    status: 201,
    write: 'key',
  },
  'POST /v1/admin/roles': house('Gives or takes a role', 'of_account', ['already_so']),
  'POST /v1/admin/freeze': house('Freezes an account', 'of_account', ['already_so']),
  'POST /v1/admin/unfreeze': house('Lets an account act again', 'of_account', ['already_so']),
  'POST /v1/admin/limits': house('Sets limits', 'seq', ['out_of_range']),
  'POST /v1/admin/sweep-fees': {
    ...house('Fees to the treasury', 'seq', ['nothing_due']),
    write: 'key',
  },
  'POST /v1/admin/adopt-rules': house('Adopts newer rules', 'rules', ['already_so']),
  'POST /v1/admin/seal': house('Ends this exchange', 'seq', []),
};
