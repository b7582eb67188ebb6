import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { cursor, limit } from '../edge/fields.js';
import { pageOf } from '../edge/paging.js';
import { pastOf } from '../edge/past.js';
import { readDurable } from '../edge/read.js';
import { accountOf } from '../edge/who.js';
import type { Shell } from '../shell.js';

export function meTrades(app: App, shell: Shell): void {
  const schema = { querystring: z.strictObject({ cursor, limit }) };
  app.get('/v1/me/trades', { config: { scope: 'read' }, schema }, (request, reply) =>
    readDurable(shell, request, reply, () =>
      pageOf(pastOf(shell).tradesBy(accountOf(request)), request.query),
    ),
  );
}
