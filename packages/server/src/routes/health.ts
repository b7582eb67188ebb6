import type { App } from '../edge/app-type.js';
import { JSON_TYPE } from '../edge/read.js';
import type { Shell } from '../shell.js';

export function health(app: App, shell: Shell): void {
  const config = { rate: 'none' } as const;
  app.get('/healthz', { config }, (_request, reply) =>
    reply.type(JSON_TYPE).send('{"status":"ok"}'),
  );
  app.get('/readyz', { config }, (_request, reply) => {
    const status = shell.isDraining ? 'draining' : shell.sequencer.status;
    return reply
      .code(status === 'leading' ? 200 : 503)
      .type(JSON_TYPE)
      .send(JSON.stringify({ status: status === 'leading' ? 'ok' : status }));
  });
}
