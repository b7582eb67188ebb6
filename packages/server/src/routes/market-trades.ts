import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { cursor, limit, marketId } from '../edge/fields.js';
import { pastOf } from '../edge/past.js';
import { catchUp, readDurable } from '../edge/read.js';
import { tradesPage } from '../edge/trades-page.js';
import { marketIn } from '../readmodel/markets.js';
import type { Shell } from '../shell.js';

export function marketTrades(app: App, shell: Shell): void {
  const schema = { params: marketId, querystring: z.strictObject({ cursor, limit }) };
  app.get('/v1/markets/:id/trades', { schema }, async (request, reply) => {
    await catchUp(shell, request);
    const { id } = marketIn(shell.sequencer.world, request.params.id);
    const past = pastOf(shell);
    const kept = { rows: past.tradesOf(id), isWhole: past.hasAllTradesOf(id) };
    const page = await tradesPage(shell, { of: 'market', id, ...kept }, request.query);
    return readDurable(shell, request, reply, () => page);
  });
}
