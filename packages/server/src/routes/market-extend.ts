import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { marketId, time } from '../edge/fields.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

export function marketExtend(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  const schema = { params: marketId, body: z.strictObject({ closes_at: time }) };
  app.post('/v1/markets/:id/extend', { config, schema }, (request, reply) => {
    const market = request.params.id;
    return write(shell, request, reply, {
      envelope: envelopeOf(shell, request, 'stays'),
      wish: { type: 'extend', market, closesAt: request.body.closes_at },
      status: 200,
      view: ({ seq }) => ({ market, seq }),
    });
  });
}
