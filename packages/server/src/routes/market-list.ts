import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { cursor, id, limit } from '../edge/fields.js';
import { read } from '../edge/read.js';
import { listMarkets, MARKET_SORTS } from '../readmodel/markets.js';
import type { Shell } from '../shell.js';

const STATES = [
  'draft',
  'open',
  'paused',
  'closed',
  'resolved',
  'cancelled',
  'settled',
  'refunded',
] as const;

const query = z.strictObject({
  status: z.enum(STATES).optional(),
  mechanism: z.string().max(16).optional(),
  category: z.string().max(32).optional(),
  search: z.string().max(100).optional(),
  /** Who put it up: an account, or `treasury`. */
  sponsor: id.optional(),
  sort: z.enum(MARKET_SORTS).default('newest'),
  cursor,
  limit,
});

export function marketList(app: App, shell: Shell): void {
  app.get('/v1/markets', { schema: { querystring: query } }, (request, reply) =>
    read(shell, request, reply, (world) => listMarkets(world, shell.vault, request.query)),
  );
}
