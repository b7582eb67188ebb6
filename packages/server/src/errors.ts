/** Every no this server can say, with its status. A refusal of the engine that is not here does not compile. */
import { type RefusalCode, REFUSALS } from '@fairground/engine';

/** 404: it is not there. 403: you may not. 409: not in this state, or an id is taken. 422: not with these figures. */
export const REFUSAL_STATUS = {
  malformed: 422,
  command_id_reused: 409,
  command_expired: 409,
  sealed: 409,
  account_unknown: 404,
  account_frozen: 403,
  not_allowed: 403,
  account_exists: 409,
  market_exists: 409,
  market_unknown: 404,
  outcome_unknown: 404,
  not_supported: 409,
  fact_id_reused: 409,
  not_draft: 409,
  not_open: 409,
  closed: 409,
  not_closed: 409,
  paused: 409,
  not_paused: 409,
  halted: 409,
  final: 409,
  no_proposal: 409,
  deadline_passed: 422,
  closes_by_hand: 409,
  fact_unknown: 404,
  fact_undone: 409,
  kind_unknown: 404,
  nothing_due: 409,
  over_grant_cap: 422,
  already_so: 409,
  too_small: 422,
  rate_limited: 409,
  position_limit: 422,
  sold_out: 409,
  over_cap: 409,
  pledge_is_binding: 409,
  price_moved: 422,
  insufficient_shares: 422,
  insufficient_points: 422,
  treasury_short: 422,
  out_of_range: 422,
} as const satisfies Record<RefusalCode, number>;

interface EdgeNo {
  readonly status: number;
  readonly says: string;
  /** Worth sending again as it is, under the same key. */
  readonly retryable: boolean;
}

const mend = (status: number, says: string): EdgeNo => ({ status, says, retryable: false });
const later = (status: number, says: string): EdgeNo => ({ status, says, retryable: true });

/** What the edge itself answers: this attempt did nothing (but `outcome_unknown` says that nobody knows). */
export const EDGE = {
  bad_request: mend(400, 'The request is not well formed.'),
  key_required: mend(400, 'This request needs the header Idempotency-Key.'),
  unauthorized: mend(401, 'This request needs a key: Authorization: Bearer fg_…'),
  key_unknown: mend(401, 'There is no such key, or it was revoked.'),
  session_unknown: mend(401, 'You are not signed in any more.'),
  sign_in_wrong: mend(401, 'The e-mail or the password is wrong.'),
  scope_missing: mend(403, 'The key has not the scope for this.'),
  origin_refused: mend(403, 'Pages from this origin may not do that.'),
  route_unknown: mend(404, 'There is nothing at this address.'),
  market_unknown: mend(404, REFUSALS.market_unknown),
  account_unknown: mend(404, REFUSALS.account_unknown),
  topic_unknown: mend(404, 'There is no such topic.'),
  order_unknown: mend(404, 'There is no such order.'),
  entry_unknown: mend(404, 'The journal has no such entry yet.'),
  key_id_unknown: mend(404, 'There is no such key.'),
  session_id_unknown: mend(404, 'There is no such session.'),
  alert_unknown: mend(404, 'There is no such alert.'),
  webhook_unknown: mend(404, 'There is no such webhook.'),
  delivery_unknown: mend(404, 'There is no such delivery.'),
  letter_unknown: mend(404, 'There is no such dead letter.'),
  source_unknown: mend(404, 'There is no such source of ticks.'),
  job_unknown: mend(404, 'There is no such job, or it has not failed.'),
  puller_unknown: mend(404, 'There is no such puller.'),
  match_unknown: mend(404, 'This puller has seen no such match.'),
  link_unknown: mend(404, 'This link was used, or its time is over: ask for another one.'),
  method_not_allowed: mend(405, 'This address does not take that method.'),
  not_supported: mend(409, REFUSALS.not_supported),
  not_over: mend(409, 'The rally has not ended: there is no receipt yet.'),
  sealed: mend(409, REFUSALS.sealed),
  handle_taken: mend(409, 'This handle is taken.'),
  puller_taken: mend(409, 'There is a puller with this name already.'),
  veto_late: mend(409, 'Too late for a veto: the result was taken.'),
  email_taken: mend(409, 'There is an account with this e-mail already.'),
  forked: mend(409, 'That hash is not in this journal: its history is another one.'),
  letter_done: mend(409, 'This dead letter was replayed or dropped before.'),
  body_too_large: mend(413, 'The body is too large.'),
  media_type: mend(415, 'The body must be application/json.'),
  tick_refused: mend(422, 'It is still no tick that can be taken.'),
  upgrade_required: mend(426, 'This address speaks WebSocket.'),
  too_many_requests: later(429, 'Too many requests: wait a little.'),
  busy: later(503, 'The exchange is busy: nothing was done.'),
  draining: later(503, 'This node is shutting down: nothing was done.'),
  storage_full: later(503, 'The disk is full: nothing was done.'),
  no_leader: later(503, 'No node leads at the moment: nothing was done.'),
  behind: later(503, 'This node has not come that far yet.'),
  rebuilding: later(503, 'This node is rebuilding its state.'),
  outcome_unknown: later(503, 'Nobody knows whether it happened: ask again with the same key.'),
  fault: mend(500, 'This is our bug; nothing happened. Please report the request id.'),
} as const satisfies Record<string, EdgeNo>;

export type EdgeCode = keyof typeof EDGE;

/** One thing that is wrong: where (a field), and what. */
export interface Detail {
  readonly path?: string;
  readonly message: string;
}

export interface ProblemBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: readonly Detail[];
    readonly retryable: boolean;
    /** True only for the engine's refusals: nothing will ever come of this command. */
    readonly final: boolean;
    readonly request_id: string;
  };
}

export interface ProblemOptions {
  readonly details?: readonly Detail[];
  readonly retryAfterMs?: number;
}

/** An answer that is not the wanted one. Thrown by routes, told by the error handler. */
export class Problem extends Error {
  readonly code: EdgeCode;
  readonly details: readonly Detail[];
  readonly retryAfterMs: number | undefined;

  constructor(code: EdgeCode, { details = [], retryAfterMs }: ProblemOptions = {}) {
    super(EDGE[code].says);
    this.name = 'Problem';
    this.code = code;
    this.details = details;
    this.retryAfterMs = retryAfterMs;
  }

  get status(): number {
    return EDGE[this.code].status;
  }

  body(requestId: string): ProblemBody {
    return {
      error: {
        code: this.code,
        message: this.message,
        details: this.details,
        retryable: EDGE[this.code].retryable,
        final: false,
        request_id: requestId,
      },
    };
  }
}

/** A refusal of the engine as it is told. */
export function refusalBody(
  code: RefusalCode,
  detail: string | undefined,
  requestId: string,
): ProblemBody {
  return {
    error: {
      code,
      message: REFUSALS[code],
      details: detail === undefined ? [] : [{ message: detail }],
      retryable: false,
      final: true,
      request_id: requestId,
    },
  };
}
