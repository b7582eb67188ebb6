import { orderOf } from '../readmodel/orders.js';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { amount, marketId } from '../edge/fields.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

/** Complete sets for Points, and back. */
export function marketSets(app: App, shell: Shell): void {
  const config = { rate: 'trade', scope: 'trade' } as const;
  const schema = { params: marketId, body: z.strictObject({ amount }) };
  for (const type of ['mint', 'merge'] as const) {
    app.post(`/v1/markets/:id/${type}`, { config, schema }, (request, reply) =>
      write(shell, request, reply, {
        envelope: envelopeOf(shell, request, 'moves'),
        wish: { type, market: request.params.id, amount: request.body.amount },
        status: 201,
        view: orderOf,
      }),
    );
  }
}
