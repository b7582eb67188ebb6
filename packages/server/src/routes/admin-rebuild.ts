import type { App } from '../edge/app-type.js';
import { nothing } from '../edge/fields.js';
import { tablesOf } from '../edge/read-tables.js';
import { JSON_TYPE } from '../edge/read.js';
import { onlySystem } from '../edge/who.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';

/** Fills new tables beside those that are read; how far they are stands in `GET /v1/admin/node`. */
export function adminRebuild(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  const schema = { body: nothing };
  app.post('/v1/admin/rebuild', { config, schema }, async (request, reply) => {
    onlySystem(request);
    const tables = tablesOf(shell);
    if (tables.status.state === 'opening') throw new Problem('rebuilding', { retryAfterMs: 1_000 });
    tables.rebuild().catch((error: unknown) => {
      request.log.error({ err: error }, 'the tables were not rebuilt');
    });
    return reply
      .code(202)
      .type(JSON_TYPE)
      .send(JSON.stringify({ rebuilding: true }));
  });
}
