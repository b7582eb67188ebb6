import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { cursor, limit, marketId } from '../edge/fields.js';
import { pageOf } from '../edge/paging.js';
import { pastOf } from '../edge/past.js';
import { readDurable } from '../edge/read.js';
import { marketIn } from '../readmodel/markets.js';
import type { Shell } from '../shell.js';

export function marketTrades(app: App, shell: Shell): void {
  const schema = { params: marketId, querystring: z.strictObject({ cursor, limit }) };
  app.get('/v1/markets/:id/trades', { schema }, (request, reply) =>
    readDurable(shell, request, reply, () => {
      const { id } = marketIn(shell.sequencer.world, request.params.id);
      return pageOf(pastOf(shell).tradesOf(id), request.query);
    }),
  );
}
