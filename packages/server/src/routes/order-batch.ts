import { orderOf } from '../readmodel/orders.js';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { OrderBody, tradeOf } from '../edge/order.js';
import { JSON_TYPE } from '../edge/read.js';
import { askerOf } from '../edge/who.js';
import { envelopeOf, submit, tell } from '../edge/write.js';
import type { Shell } from '../shell.js';

const body = z.strictObject({ orders: z.array(OrderBody).min(1).max(100) });

/** Each order is its own command with its own answer; the id of item i is made of the key and i. */
export function orderBatch(app: App, shell: Shell): void {
  const config = { rate: 'trade', scope: 'trade' } as const;
  app.post('/v1/orders/batch', { config, schema: { body } }, async (request, reply) => {
    const { orders } = request.body;
    const envelope = envelopeOf(shell, request, 'moves');
    const { by } = askerOf(request);
    shell.guards.admitMore(request, reply, orders.length - 1);
    const answers = await Promise.all(
      orders.map((order, item) => submit(shell, by, envelope, tradeOf(order), item)),
    );
    const items = answers.map((answer) => {
      const {
        status,
        body: order,
        problem,
      } = tell(answer, { status: 201, view: orderOf }, request.id);
      if (problem) shell.metrics.said(problem.error.code);
      return problem ? { status, error: problem.error } : { status, order };
    });
    return reply
      .header('fairground-seq', shell.wake.cursor)
      .type(JSON_TYPE)
      .send(JSON.stringify({ items }));
  });
}
