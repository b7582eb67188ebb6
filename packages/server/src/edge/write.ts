/** One way for every write: a wish and its envelope go to the sequencer, its answer comes back as HTTP. */
import type { Entry, Wish } from '@fairground/engine';
import { type Answer, commandIdOf } from '@fairground/journal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, type ProblemBody, refusalBody, REFUSAL_STATUS } from '../errors.js';
import type { Shell } from '../shell.js';
import { hash8 } from '../wake.js';
import { type Envelope, readEnvelope } from './envelope.js';
import { JSON_TYPE } from './read.js';
import { askerOf } from './who.js';

/** What a done command is answered with: a function of its entry alone. */
export interface Done {
  readonly status: 200 | 201;
  readonly view: (entry: Entry) => unknown;
}

export interface Write extends Done {
  readonly wish: Wish;
  readonly envelope: Envelope;
}

/** The envelope of a request, by the node's own clock. */
export function envelopeOf(
  shell: Shell,
  request: FastifyRequest,
  money: 'moves' | 'stays',
): Envelope {
  return readEnvelope(request, shell.clock.now(), money === 'moves');
}

/** Submits one command and answers with what became of it. */
export async function write(
  shell: Shell,
  request: FastifyRequest,
  reply: FastifyReply,
  { wish, envelope, ...done }: Write,
): Promise<FastifyReply> {
  const answer = await submit(shell, askerOf(request).by, envelope, wish);
  const told = tell(answer, done, request.id);
  if (told.problem) {
    shell.metrics.said(told.problem.error.code);
    request.no = told.problem.error.code;
  }
  if (told.seq !== undefined) reply.header('fairground-seq', told.seq);
  if (told.isRepeated) reply.header('idempotency-replayed', 'true');
  if (told.retryAfterMs !== undefined) reply.header('retry-after', seconds(told.retryAfterMs));
  return reply
    .code(told.status)
    .type(JSON_TYPE)
    .send(JSON.stringify(told.problem ?? told.body));
}

/** `item` is the place in a batch: each has an id made of the key and its place. */
export function submit(
  shell: Shell,
  by: string,
  envelope: Envelope,
  wish: Wish,
  item?: number,
): Promise<Answer | Problem> {
  if (shell.isDraining) throw new Problem('draining', { retryAfterMs: 1_000 });
  const key = item === undefined ? envelope.key : itemKey(envelope.key, item);
  const { validUntil, isTimed, attempt, trace } = envelope;
  const command = { by, id: commandIdOf(by, key), validUntil, wish };
  return shell.keys.submit(command, { isTimed, attempt, trace });
}

/** What was done is answered, whatever its asker may do since: no gate stands before its first answer. */
export const wasDone = async (
  { keys }: Shell,
  by: string,
  { key }: Pick<Envelope, 'key'>,
): Promise<boolean> => (await keys.doneAt(commandIdOf(by, key))) !== undefined;

/** A `.` is in no key, so no other key makes the same id. */
export const itemKey = (key: string, item: number): string => `${key}.${item}`;

export interface Told {
  readonly status: number;
  /** Of a done command. */
  readonly body?: unknown;
  /** Of everything else. */
  readonly problem?: ProblemBody;
  readonly seq?: string;
  readonly isRepeated?: boolean;
  readonly retryAfterMs?: number;
}

/** The answer in one of the six classes that docs/api.md promises. */
export function tell(answer: Answer | Problem, { status, view }: Done, requestId: string): Told {
  if (answer instanceof Problem) return problemTold(answer, requestId);
  switch (answer.kind) {
    case 'done': {
      const { entry, repeated } = answer;
      return {
        status,
        body: view(entry),
        seq: `${entry.seq}.${hash8(entry.hash)}`,
        isRepeated: repeated,
      };
    }
    case 'refused': {
      const problem = refusalBody(answer.code, answer.detail, requestId);
      return {
        status: REFUSAL_STATUS[answer.code],
        problem,
        seq: `${answer.seq}.${hash8(answer.hash)}`,
      };
    }
    case 'not_now': {
      const { code, retryAfterMs } = answer;
      return problemTold(new Problem(code, { retryAfterMs }), requestId);
    }
    case 'unknown':
      return problemTold(new Problem('outcome_unknown', { retryAfterMs: 1_000 }), requestId);
    case 'fault':
      return problemTold(new Problem('fault'), requestId);
  }
}

function problemTold(problem: Problem, requestId: string): Told {
  const { status, retryAfterMs } = problem;
  return {
    status,
    problem: problem.body(requestId),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

export const seconds = (ms: number): string => Math.max(1, Math.ceil(ms / 1_000)).toString();
