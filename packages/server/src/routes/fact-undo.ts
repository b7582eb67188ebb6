import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { factId, id } from '../edge/fields.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

const body = z.strictObject({ market: id, fact: factId, undoes: factId });

export function factUndo(app: App, shell: Shell): void {
  const config = { rate: 'trade', scope: 'trade' } as const;
  app.post('/v1/facts/undo', { config, schema: { body } }, (request, reply) => {
    const { market, fact, undoes } = request.body;
    return write(shell, request, reply, {
      envelope: envelopeOf(shell, request, 'stays'),
      wish: { type: 'undo_fact', market, fact, undoes },
      status: 201,
      view: ({ seq }) => ({ fact, seq }),
    });
  });
}
