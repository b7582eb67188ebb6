import { RULES } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

/** Unsaid, the newest that this build knows. */
const body = z.strictObject({ rules: z.int().min(1).max(1_000_000).optional() });

export function adminRules(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  app.post('/v1/admin/adopt-rules', { config, schema: { body } }, (request, reply) => {
    const { rules = RULES } = request.body;
    return write(shell, request, reply, {
      envelope: envelopeOf(shell, request, 'stays'),
      wish: { type: 'adopt_rules', rules },
      status: 200,
      view: ({ seq }) => ({ rules, seq }),
    });
  });
}
