import { accountView, type ReadonlyAccount, type ReadonlyWorld, ROLES } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { onlyAuditors } from '../edge/audit.js';
import { cursor, limit } from '../edge/fields.js';
import { openNumber, sealCursor } from '../edge/paging.js';
import { read } from '../edge/read.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';

const querystring = z.strictObject({
  role: z.enum(ROLES).optional(),
  frozen: z.enum(['true', 'false']).optional(),
  cursor,
  limit,
});

/** Who is here, newest first; and who is behind a handle or an id. */
export function adminAccounts(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  app.get('/v1/admin/accounts', { config, schema: { querystring } }, (request, reply) =>
    read(shell, request, reply, (world) => {
      onlyAuditors(shell, request);
      const { role, frozen, cursor: after, limit: most } = request.query;
      const before = after === undefined ? Number.POSITIVE_INFINITY : openNumber(after);
      const found = [...world.accounts.values()].filter(
        (one) =>
          one.number < before &&
          (role === undefined || one.roles.has(role)) &&
          (frozen === undefined || one.frozen === (frozen === 'true')),
      );
      const page = found.slice(-most).reverse();
      const last = page.at(-1);
      return {
        items: page.map((one) => shown(shell, world, one)),
        ...(last && found.length > most && { cursor: sealCursor([last.number]) }),
      };
    }),
  );

  const params = z.strictObject({ handle: z.string().min(1).max(64) });
  app.get('/v1/admin/accounts/:handle', { config, schema: { params } }, (request, reply) =>
    read(shell, request, reply, (world) => {
      onlyAuditors(shell, request);
      const { handle } = request.params;
      // Whose handle was erased is found by his id.
      const account = world.accounts.get(shell.vault.userOf(handle)?.account ?? handle);
      if (!account) throw new Problem('account_unknown');
      return shown(shell, world, account);
    }),
  );
}

function shown({ vault }: Shell, world: ReadonlyWorld, account: ReadonlyAccount): object {
  const { account: id, ...rest } = accountView(world, account);
  const { number, markets } = account;
  return {
    account: id,
    handle: vault.handleOf(id) ?? id,
    number,
    ...rest,
    markets: markets.length,
  };
}
