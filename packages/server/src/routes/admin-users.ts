import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { handle, id } from '../edge/fields.js';
import { JSON_TYPE } from '../edge/read.js';
import { onlySystem } from '../edge/who.js';
import { Problem } from '../errors.js';
import { signUp } from '../accounts.js';
import { SCOPES } from '../vault/rows.js';
import type { Shell } from '../shell.js';

const body = z.strictObject({
  handle,
  account: id.optional(),
  admin: z.boolean().default(false),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length).optional(),
});

/** Opens an account and makes its first key, which is shown here and never again. */
export function adminUsers(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  app.post('/v1/admin/users', { config, schema: { body } }, async (request, reply) => {
    onlySystem(request);
    if (shell.isDraining) throw new Problem('draining', { retryAfterMs: 1_000 });
    const made = await signUp(shell, request.body);
    return reply.code(201).type(JSON_TYPE).send(JSON.stringify(made));
  });
}
