import { orderSeq, orderView } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { catchUp, readDurable } from '../edge/read.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';

export function orderGet(app: App, shell: Shell): void {
  const schema = { params: z.strictObject({ id: z.string().max(32) }) };
  app.get('/v1/orders/:id', { schema }, async (request, reply) => {
    await catchUp(shell, request);
    const seq = orderSeq(request.params.id);
    const entry = seq === undefined ? undefined : await shell.sequencer.tape.entryAt(seq);
    const order = entry && orderView(entry);
    if (!order) throw new Problem('order_unknown');
    return readDurable(shell, request, reply, () => order);
  });
}
