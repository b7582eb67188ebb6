import type { App } from '../edge/app-type.js';
import { nothing } from '../edge/fields.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

export function adminSweep(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  app.post('/v1/admin/sweep-fees', { config, schema: { body: nothing } }, (request, reply) =>
    write(shell, request, reply, {
      envelope: envelopeOf(shell, request, 'moves'),
      wish: { type: 'sweep_fees' },
      status: 200,
      view: ({ seq }) => ({ seq }),
    }),
  );
}
