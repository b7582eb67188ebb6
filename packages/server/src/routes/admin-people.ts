import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { nothing } from '../edge/fields.js';
import { catchUp, JSON_TYPE } from '../edge/read.js';
import { onlySystem } from '../edge/who.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';
import type { UserRow } from '../vault/rows.js';

/** Who is behind a handle, and the end of somebody: by whoever holds the data directory. */
export function adminPeople(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  const params = z.strictObject({ handle: z.string().max(64) });
  const userOf = async (handle: string): Promise<UserRow> => {
    const user = shell.vault.userOf(handle);
    if (user) return user;
    await shell.vault.refresh();
    const found = shell.vault.userOf(handle);
    if (!found) throw new Problem('account_unknown');
    return found;
  };

  app.get('/v1/admin/users/:handle', { config, schema: { params } }, async (request, reply) => {
    onlySystem(request);
    await catchUp(shell, request);
    const { account, handle } = await userOf(request.params.handle);
    const roles = [...(shell.sequencer.world.accounts.get(account)?.roles ?? [])].sort();
    return reply.type(JSON_TYPE).send(JSON.stringify({ account, handle, roles }));
  });

  const schema = { params, body: nothing };
  app.delete('/v1/admin/users/:handle', { config, schema }, async (request, reply) => {
    onlySystem(request);
    if (shell.isDraining) throw new Problem('draining', { retryAfterMs: 1_000 });
    const { account } = await userOf(request.params.handle);
    await shell.vault.erase(account);
    return reply.type(JSON_TYPE).send(JSON.stringify({ erased: account }));
  });
}
