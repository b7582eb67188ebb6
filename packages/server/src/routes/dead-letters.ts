import { formatTime } from '@fairground/engine';
import { z } from 'zod';
import { onlyAuditors } from '../edge/audit.js';
import type { App } from '../edge/app-type.js';
import { cursor, limit, nothing } from '../edge/fields.js';
import { openNumber, sealCursor } from '../edge/paging.js';
import { catchUp, JSON_TYPE } from '../edge/read.js';
import { ticksOf } from '../edge/ticks.js';
import type { Shell } from '../shell.js';
import type { KeptLetter } from '../ticks/questions.js';
import { LETTER_STATES, REASONS } from '../ticks/store.js';
import { symbol } from './ticks.js';

const filter = {
  reason: z.enum(REASONS).optional(),
  source: symbol.optional(),
  symbol: symbol.optional(),
};
const query = z.strictObject({
  ...filter,
  state: z.enum(LETTER_STATES).default('open'),
  cursor,
  limit,
});
const many = z.strictObject({
  ...filter,
  limit: z.int().min(1).max(500).default(500),
  cursor,
});
const one = z.strictObject({ id: z.string().regex(/^dl_[0-9a-f]{32}$/, 'An id like dl_9f2c…') });
/** The tick as it should have been; absent: as it came. */
const mended = z.strictObject({ payload: z.unknown().optional() }).nullish();

/** What was sent and could not be taken: looked at, mended, sent again, or given up. */
export function deadLetters(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  app.get(
    '/v1/dead-letters',
    { config, schema: { querystring: query } },
    async (request, reply) => {
      onlyAuditors(shell, request);
      await catchUp(shell, request);
      const {
        limit: most,
        cursor: sealed,
        state,
        reason = '',
        source = '',
        symbol = '',
      } = request.query;
      const past = sealed === undefined ? Number.MAX_SAFE_INTEGER : openNumber(sealed);
      const { letters } = ticksOf(shell);
      const [found, { open }] = await Promise.all([
        letters.list({ state, reason, source, symbol }, past, most + 1),
        letters.count(),
      ]);
      const shown = found.slice(0, most);
      const last = shown.at(-1);
      const told = { items: shown.map(letterView), open };
      const more = last && found.length > most ? { cursor: sealCursor([last.place]) } : {};
      return reply.type(JSON_TYPE).send(JSON.stringify({ ...told, ...more }));
    },
  );

  const replays = { params: one, body: mended };
  app.post('/v1/dead-letters/:id/replay', { config, schema: replays }, async (request, reply) => {
    onlyAuditors(shell, request);
    const { id } = request.params;
    const { repeated } = await ticksOf(shell).letters.replay(id, request.body?.payload);
    return reply.type(JSON_TYPE).send(JSON.stringify({ replayed: id, repeated }));
  });

  const all = { body: many };
  app.post('/v1/dead-letters/replay', { config, schema: all }, async (request, reply) => {
    onlyAuditors(shell, request);
    const { limit: most, cursor: sealed, reason = '', source = '', symbol = '' } = request.body;
    const from = sealed === undefined ? 0 : openNumber(sealed);
    const { past, ...told } = await ticksOf(shell).letters.replayMany(
      { reason, source, symbol },
      from,
      most,
    );
    const more = past === undefined ? {} : { cursor: sealCursor([past]) };
    return reply.type(JSON_TYPE).send(JSON.stringify({ ...told, ...more }));
  });

  const drops = { params: one, body: nothing };
  app.post('/v1/dead-letters/:id/drop', { config, schema: drops }, async (request, reply) => {
    onlyAuditors(shell, request);
    const { id } = request.params;
    await ticksOf(shell).letters.drop(id);
    return reply.type(JSON_TYPE).send(JSON.stringify({ dropped: id }));
  });
}

const letterView = ({
  id,
  at,
  reason,
  message,
  payload,
  source,
  symbol,
  state,
  changed,
}: KeptLetter): object => {
  const what = { id, at: formatTime(at), reason, message, payload };
  return { ...what, source, symbol, state, changed: formatTime(changed) };
};
