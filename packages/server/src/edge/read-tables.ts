/** A read from the tables names their checkpoint, and waits for them as another waits for the world. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../errors.js';
import type { ReadModel, Seen } from '../readmodel/read-model.js';
import type { Look } from '../readmodel/read-worker.js';
import type { Shell } from '../shell.js';
import { hash8 } from '../wake.js';
import { one } from './envelope.js';
import { catchUp, JSON_TYPE, MIN_SEQ } from './read.js';

/** How long a reader who has seen more than the tables hold waits for them. */
const CATCH_UP_MS = 2_000;

export function tablesOf({ tables }: Shell): ReadModel {
  if (tables) return tables;
  throw new Problem('route_unknown', {
    details: [{ message: 'This node keeps no tables (FAIRGROUND_READ_MODEL=0).' }],
  });
}

export async function readTables(
  shell: Shell,
  request: FastifyRequest,
  reply: FastifyReply,
  looks: readonly Look[],
  encode: (seen: Seen) => unknown,
): Promise<FastifyReply> {
  const tables = tablesOf(shell);
  await catchUp(shell, request);
  const seq = wantedSeq(shell, request);
  if (seq > 0) await tablesReach(shell, seq);
  const seen = await tables.look(...looks);
  return reply
    .header('fairground-seq', `${seen.at.seq}.${hash8(seen.at.hash)}`)
    .type(JSON_TYPE)
    .send(JSON.stringify(encode(seen)));
}

/** Waits until the tables hold entry `seq`, or says that they are behind. */
export async function tablesReach(shell: Shell, seq: number): Promise<void> {
  if (await tablesOf(shell).reach(seq, CATCH_UP_MS, shell.clock.steady)) return;
  throw new Problem('behind', { retryAfterMs: 1_000 });
}

function wantedSeq({ wake }: Shell, request: FastifyRequest): number {
  const min = Number(MIN_SEQ.exec(one(request.headers['fairground-min-seq']) ?? '')?.[1] ?? 0);
  return request.isFresh ? Math.max(min, wake.seq) : min;
}
