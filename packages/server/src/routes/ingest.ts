import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { isKey, one } from '../edge/envelope.js';
import { JSON_TYPE } from '../edge/read.js';
import { ticksOf } from '../edge/ticks.js';
import { askerOf } from '../edge/who.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';
import { Lines, NDJSON, partsOf } from '../ticks/body.js';
import { TICKS } from '../ticks/ticks.js';

const TICK = {
  type: 'object',
  required: ['source', 'symbol', 'time', 'price', 'size'],
  additionalProperties: false,
  properties: {
    source: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$' },
    symbol: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$' },
    time: {
      description: 'Microseconds since 1970, or ISO-8601 with up to six decimals.',
      anyOf: [{ type: 'integer', minimum: 0 }, { type: 'string' }],
    },
    price: { type: 'string', pattern: String.raw`^-?\d{1,18}(\.\d{1,18})?$` },
    size: { type: 'string', pattern: String.raw`^\d{1,18}(\.\d{1,18})?$` },
    side: { type: 'string', enum: ['buy', 'sell'] },
    id: { type: 'string', pattern: '^[A-Za-z0-9._:/+=@-]{1,128}$' },
  },
} as const;
/** Each is judged by itself: what is none becomes a dead letter, and the others are taken. */
const body = z.unknown().meta({ anyOf: [TICK, { type: 'array', items: TICK }] });

/** Ticks from outside: one, several, or a stream of lines. Answered once all of it is durable. */
export function ingest(app: App, shell: Shell): void {
  app.addContentTypeParser(
    [NDJSON, 'application/ndjson'],
    { parseAs: 'string' },
    (request, text, done) => {
      if (request.routeOptions.url !== '/v1/ingest') done(new Problem('media_type'), undefined);
      else done(null, new Lines(String(text)));
    },
  );
  app.post(
    '/v1/ingest',
    {
      // What a feed sends is bounded by what may wait, not by how often somebody trades.
      config: { scope: 'ingest', rate: 'none' },
      schema: { body },
      bodyLimit: TICKS.bodyBytesMax,
      // Before the body is read: what is on its way here has its room already.
      onRequest: async (request, reply) => {
        if (shell.isDraining) throw new Problem('draining', { retryAfterMs: 1_000 });
        const said = Number(one(request.headers['content-length']) ?? TICKS.bodyBytesMax);
        const bytes = Math.min(Number.isNaN(said) ? 0 : said, TICKS.bodyBytesMax);
        const release = ticksOf(shell).ingest.reserve(bytes);
        reply.raw.once('close', release);
        reply.raw.once('finish', release);
      },
    },
    async (request, reply) => {
      const key = one(request.headers['idempotency-key']);
      if (key !== undefined && !isKey(key)) {
        const message = 'Idempotency-Key has 1 to 64 of A-Z a-z 0-9 _ -';
        throw new Problem('bad_request', { details: [{ message }] });
      }
      const sender = { account: askerOf(request).by, key };
      const told = await ticksOf(shell).take(sender, partsOf(request.body), 0);
      return reply.type(JSON_TYPE).send(JSON.stringify(told));
    },
  );
}
