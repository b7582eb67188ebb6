import type { App } from '../edge/app-type.js';
import { JSON_TYPE } from '../edge/read.js';
import { isWhole } from '../node/sequencing.js';
import type { Shell } from '../shell.js';

export function health(app: App, shell: Shell): void {
  const config = { rate: 'none' } as const;
  app.get('/healthz', { config }, (_request, reply) =>
    reply.type(JSON_TYPE).send('{"status":"ok"}'),
  );
  app.get('/readyz', { config }, (_request, reply) => {
    const status = statusOf(shell);
    return reply
      .code(status === 'ok' ? 200 : 503)
      .type(JSON_TYPE)
      .send(JSON.stringify({ status }));
  });
}

export function statusOf({ isDraining, isBehind, sequencer }: Shell): string {
  if (isDraining) return 'draining';
  if (!isWhole(sequencer)) return sequencer.status;
  return isBehind() ? 'behind' : 'ok';
}
