import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { factId, id, time } from '../edge/fields.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

const body = z.strictObject({ market: id, fact: factId, kind: factId, happened_at: time });

/** The fact's own id makes it happen once; an Idempotency-Key is not needed. */
export function factRecord(app: App, shell: Shell): void {
  const config = { rate: 'trade', scope: 'trade' } as const;
  app.post('/v1/facts', { config, schema: { body } }, (request, reply) => {
    const { market, fact, kind, happened_at: happenedAt } = request.body;
    return write(shell, request, reply, {
      envelope: envelopeOf(shell, request, 'stays'),
      wish: { type: 'record_fact', market, fact, kind, happenedAt },
      status: 201,
      view: ({ seq }) => ({ fact, seq }),
    });
  });
}
