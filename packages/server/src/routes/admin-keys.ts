import { z } from 'zod';
import { newKey } from '../accounts.js';
import type { App } from '../edge/app-type.js';
import { prose } from '../edge/fields.js';
import { JSON_TYPE } from '../edge/read.js';
import { onlySystem } from '../edge/who.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';
import { SCOPES } from '../vault/rows.js';

const body = z.strictObject({
  handle: z.string().max(64),
  name: prose(60).default('another'),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length).default(['read', 'trade']),
});

/** Another key for somebody who has lost his. */
export function adminKeys(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  app.post('/v1/admin/keys', { config, schema: { body } }, async (request, reply) => {
    onlySystem(request);
    const { handle, name, scopes } = request.body;
    const user = shell.vault.userOf(handle);
    if (!user) throw new Problem('account_unknown');
    const made = await newKey(shell, user.account, name, scopes);
    const body = { account: user.account, handle: user.handle, ...made };
    return reply.code(201).type(JSON_TYPE).send(JSON.stringify(body));
  });
}
