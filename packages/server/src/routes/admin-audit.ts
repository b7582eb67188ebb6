import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { actsBefore, csvOf, onlyAuditors } from '../edge/audit.js';
import { cursor, limit } from '../edge/fields.js';
import { openNumber, sealCursor } from '../edge/paging.js';
import { catchUp, JSON_TYPE } from '../edge/read.js';
import type { Shell } from '../shell.js';

const querystring = z.strictObject({
  cursor,
  limit,
  format: z.enum(['json', 'csv']).default('json'),
});

/** Every act of the house and on a market's life, newest first. As long as there is a cursor there may be more. */
export function adminAudit(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  app.get('/v1/admin/audit', { config, schema: { querystring } }, async (request, reply) => {
    await catchUp(shell, request);
    onlyAuditors(shell, request);
    const { cursor: after, limit: most, format } = request.query;
    const end = shell.wake.seq + 1;
    const start = after === undefined ? end : Math.min(openNumber(after), end);
    const { items, before } = await actsBefore(shell, start, most);
    const next = before === undefined ? undefined : sealCursor([before]);
    reply.header('fairground-seq', shell.wake.cursor).header('cache-control', 'no-store');
    if (format === 'json') {
      const body = { items, ...(next !== undefined && { cursor: next }) };
      return reply.type(JSON_TYPE).send(JSON.stringify(body));
    }
    if (next !== undefined) {
      const address = `/v1/admin/audit?format=csv&limit=${most}&cursor=${next}`;
      reply.header('link', `<${address}>; rel="next"`);
    }
    return reply
      .header('content-disposition', 'attachment; filename="audit.csv"')
      .type('text/csv; charset=utf-8')
      .send(csvOf(items));
  });
}
