import { orderOf } from '../readmodel/orders.js';
import type { App } from '../edge/app-type.js';
import { OrderBody, tradeOf } from '../edge/order.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

export function orderCreate(app: App, shell: Shell): void {
  const config = { rate: 'trade', scope: 'trade' } as const;
  app.post('/v1/orders', { config, schema: { body: OrderBody } }, (request, reply) =>
    write(shell, request, reply, {
      envelope: envelopeOf(shell, request, 'moves'),
      wish: tradeOf(request.body),
      status: 201,
      view: orderOf,
    }),
  );
}
