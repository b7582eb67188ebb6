/**
 * A read names its state and is held until that state can no longer vanish: it is encoded from the world when
 * it is read, tagged with the world's seq, and sent when that seq is durable.
 */
import type { ReadonlyWorld } from '@fairground/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../errors.js';
import { isWhole } from '../node/sequencing.js';
import type { Shell } from '../shell.js';
import { hash8 } from '../wake.js';
import { one } from './envelope.js';

/** How long a reader who has seen more than this node waits for it. */
const CATCH_UP_MS = 2_000;
export const MIN_SEQ = /^(\d{1,15})(?:\.([0-9a-f]{8}))?$/;

export const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers with what `encode` says of the world. Problems that it throws are answers too. */
export async function read(
  shell: Shell,
  request: FastifyRequest,
  reply: FastifyReply,
  encode: (world: ReadonlyWorld, seq: number) => unknown,
): Promise<FastifyReply> {
  await catchUp(shell, request);
  const { sequencer } = shell;
  // A world that is being thrown away may be half changed: nobody may see it.
  if (!isWhole(sequencer)) throw new Problem('rebuilding', { retryAfterMs: 1_000 });
  const { seq, hash } = sequencer.head;
  const body = JSON.stringify(encode(sequencer.world, seq));
  await untilDurable(shell, seq, hash8(hash));
  return reply
    .header('fairground-seq', `${seq}.${hash8(hash)}`)
    .type(JSON_TYPE)
    .send(body);
}

/** Answers from what is durable already: history and the journal itself. */
export async function readDurable(
  shell: Shell,
  request: FastifyRequest,
  reply: FastifyReply,
  encode: () => unknown,
): Promise<FastifyReply> {
  await catchUp(shell, request);
  const body = JSON.stringify(encode());
  return reply.header('fairground-seq', shell.wake.cursor).type(JSON_TYPE).send(body);
}

/** Resolves when the state at `seq` (the one with this hash, if one is meant) can no longer vanish. */
export async function untilDurable(shell: Shell, seq: number, hash?: string): Promise<void> {
  if (seq <= shell.wake.seq) return;
  // The entry may be thrown away with its world, and another one take its number.
  const isThere = await shell.sequencer.whenDurable(seq).then(
    () => hash === undefined || shell.wake.hashAtHand(seq) === hash,
    () => false,
  );
  if (!isThere) throw new Problem('rebuilding', { retryAfterMs: 1_000 });
}

/** Waits until this node is as new as the reader has seen, or says why it cannot be. */
export async function catchUp(shell: Shell, request: FastifyRequest): Promise<void> {
  if (request.isFresh) await catchUpWithLeader(shell);
  const header = one(request.headers['fairground-min-seq']);
  if (header === undefined) return;
  const match = MIN_SEQ.exec(header);
  if (!match) {
    throw new Problem('bad_request', {
      details: [{ message: 'Fairground-Min-Seq is 123 or 123.9f2c0a11' }],
    });
  }
  const seq = Number(match[1]);
  const hash = match[2];
  if (!(await shell.wake.reach(seq, CATCH_UP_MS)))
    throw new Problem('behind', { retryAfterMs: 1_000 });
  if (hash !== undefined && (await shell.wake.hashAt(seq)) !== hash) throw new Problem('forked');
}

/** As new as the leader was when it was asked: what anybody was told before is in it. */
async function catchUpWithLeader(shell: Shell): Promise<void> {
  const place = await shell.fresh();
  if (!place) throw new Problem('no_leader', { retryAfterMs: 1_000 });
  if (!(await shell.wake.reach(place.seq, CATCH_UP_MS)))
    throw new Problem('behind', { retryAfterMs: 1_000 });
  if ((await shell.wake.hashAt(place.seq)) !== hash8(place.hash)) throw new Problem('forked');
}
