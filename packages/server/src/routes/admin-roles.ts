import { ROLES } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { id } from '../edge/fields.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

const body = z.strictObject({
  account: id,
  role: z.enum(ROLES),
  act: z.enum(['grant', 'revoke']).default('grant'),
});

export function adminRoles(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  app.post('/v1/admin/roles', { config, schema: { body } }, (request, reply) => {
    const { account, role, act } = request.body;
    return write(shell, request, reply, {
      envelope: envelopeOf(shell, request, 'stays'),
      wish: { type: act === 'grant' ? 'grant_role' : 'revoke_role', account, role },
      status: 200,
      view: ({ seq }) => ({ account, seq }),
    });
  });
}
