import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { marketId } from '../edge/fields.js';
import { units } from '../edge/terms.js';
import { envelopeOf, write } from '../edge/write.js';
import { orderOf } from '../readmodel/orders.js';
import type { Shell } from '../shell.js';

/** `units` is the total wanted, not an addition: asked twice it is one pledge, whatever its key. */
export function rallyJoin(app: App, shell: Shell): void {
  const config = { rate: 'trade', scope: 'trade' } as const;
  const schema = { params: marketId, body: z.strictObject({ units }) };
  app.post('/v1/rallies/:id/join', { config, schema }, (request, reply) =>
    write(shell, request, reply, {
      envelope: envelopeOf(shell, request, 'moves'),
      wish: { type: 'join_rally', market: request.params.id, units: request.body.units },
      status: 201,
      view: orderOf,
    }),
  );
}
