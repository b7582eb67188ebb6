import { formatTime } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { nothing, prose } from '../edge/fields.js';
import { JSON_TYPE } from '../edge/read.js';
import { accountOf, askerOf } from '../edge/who.js';
import { Problem } from '../errors.js';
import { SCOPES } from '../vault/rows.js';
import type { Shell } from '../shell.js';

const body = z.strictObject({ name: prose(60), scopes: z.array(z.enum(SCOPES)).min(1).max(3) });
const KEYS_MAX = 20;

/** Named keys of one's own: listed without their secret, made (told once), revoked at once. */
export function meKeys(app: App, shell: Shell): void {
  app.get('/v1/me/keys', { config: { scope: 'read' } }, (request, reply) => {
    const items = shell.vault
      .keysOf(accountOf(request))
      .map(({ id, name, scopes, last4, created }) => {
        return { id, name, scopes, last4, created: formatTime(created) };
      });
    return reply.type(JSON_TYPE).send(JSON.stringify({ items }));
  });

  app.post(
    '/v1/me/keys',
    { config: { scope: 'trade' }, schema: { body } },
    async (request, reply) => {
      const account = accountOf(request);
      const { name, scopes } = request.body;
      // A key cannot make one that may more than itself.
      const missing = scopes.find((scope) => !askerOf(request).scopes.includes(scope));
      if (missing)
        throw new Problem('scope_missing', {
          details: [{ path: 'scopes', message: `Yours has not ${missing}.` }],
        });
      if (shell.vault.keysOf(account).length >= KEYS_MAX) {
        throw new Problem('bad_request', {
          details: [{ message: `An account has at most ${KEYS_MAX} keys.` }],
        });
      }
      const made = await shell.vault.addKey({ account, name, scopes, created: shell.clock.now() });
      return reply
        .code(201)
        .type(JSON_TYPE)
        .send(JSON.stringify({ ...made, name, scopes }));
    },
  );

  const schema = { params: z.strictObject({ id: z.string().max(64) }), body: nothing };
  app.delete('/v1/me/keys/:id', { config: { scope: 'trade' }, schema }, async (request, reply) => {
    const account = accountOf(request);
    const { id } = request.params;
    if (!shell.vault.keysOf(account).some((key) => key.id === id))
      throw new Problem('key_id_unknown');
    await shell.vault.revokeKey(id);
    return reply.type(JSON_TYPE).send(JSON.stringify({ revoked: id }));
  });
}
