import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { cursor, limit } from '../edge/fields.js';
import { pastOf } from '../edge/past.js';
import { catchUp, readDurable } from '../edge/read.js';
import { tradesPage } from '../edge/trades-page.js';
import { accountOf } from '../edge/who.js';
import type { Shell } from '../shell.js';

export function meTrades(app: App, shell: Shell): void {
  const schema = { querystring: z.strictObject({ cursor, limit }) };
  app.get('/v1/me/trades', { config: { scope: 'read' }, schema }, async (request, reply) => {
    await catchUp(shell, request);
    const id = accountOf(request);
    const past = pastOf(shell);
    const kept = { rows: past.tradesBy(id), isWhole: past.hasAllTradesBy(id) };
    const page = await tradesPage(shell, { of: 'account', id, ...kept }, request.query);
    return readDurable(shell, request, reply, () => page);
  });
}
