import { formatTime } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { nothing, prose } from '../edge/fields.js';
import { catchUp, JSON_TYPE } from '../edge/read.js';
import { accountOf, askerOf } from '../edge/who.js';
import { type EdgeCode, Problem } from '../errors.js';
import { SCOPES } from '../vault/rows.js';
import type { Shell } from '../shell.js';

const body = z.strictObject({
  name: prose(60),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
});
const KEYS_MAX = 20;

/** Named keys of one's own: listed without their secret, made (told once), revoked at once. */
export function meKeys(app: App, shell: Shell): void {
  app.get('/v1/me/keys', { config: { scope: 'read' } }, async (request, reply) => {
    await catchUp(shell, request);
    return reply.type(JSON_TYPE).send(JSON.stringify({ items: keysOf(shell, accountOf(request)) }));
  });

  const writes = { scope: 'trade' } as const;
  app.post('/v1/me/keys', { config: writes, schema: { body } }, async (request, reply) => {
    const account = accountOf(request);
    const { name, scopes } = request.body;
    // A key cannot make one that may more than itself.
    const mine = askerOf(request).scopes;
    // Ticks are the house's.
    const may = mine.includes('admin') ? [...mine, 'ingest'] : mine;
    const missing = scopes.find((scope) => !may.includes(scope));
    if (missing) throw problem('scope_missing', `Yours has not the scope ${missing}.`);
    if (shell.vault.keyCountOf(account) >= KEYS_MAX) {
      throw problem('bad_request', `An account has at most ${KEYS_MAX} keys.`);
    }
    const made = await shell.vault.addKey({ account, name, scopes, created: shell.clock.now() });
    return reply
      .code(201)
      .type(JSON_TYPE)
      .send(JSON.stringify({ ...made, name, scopes }));
  });

  const schema = { params: z.strictObject({ id: z.string().max(64) }), body: nothing };
  app.delete('/v1/me/keys/:id', { config: writes, schema }, async (request, reply) => {
    const { id } = request.params;
    const isMine = shell.vault.keysOf(accountOf(request)).some((key) => key.id === id);
    if (!isMine) throw new Problem('key_id_unknown');
    await shell.vault.revokeKey(id);
    return reply.type(JSON_TYPE).send(JSON.stringify({ revoked: id }));
  });
}

const problem = (code: EdgeCode, message: string): Problem =>
  new Problem(code, { details: [{ message }] });

const keysOf = ({ vault }: Shell, account: string): readonly object[] =>
  vault.keysOf(account).map(({ id, name, scopes, last4, created }) => {
    const at = vault.logins.usedAt(id);
    const used = at === undefined ? null : formatTime(at);
    return { id, name, scopes, last4, created: formatTime(created), used };
  });
