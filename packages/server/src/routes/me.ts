import { accountView } from '@fairground/engine';
import type { App } from '../edge/app-type.js';
import { read } from '../edge/read.js';
import { accountOf } from '../edge/who.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';

export function me(app: App, shell: Shell): void {
  app.get('/v1/me', { config: { scope: 'read' } }, (request, reply) =>
    read(shell, request, reply, (world) => {
      const account = world.accounts.get(accountOf(request));
      if (!account) throw new Problem('account_unknown');
      const { account: id, ...rest } = accountView(world, account);
      return { account: id, handle: shell.vault.handleOf(id) ?? id, ...rest, seq: account.seq };
    }),
  );
}
