import { positionView } from '@fairground/engine';
import type { App } from '../edge/app-type.js';
import { read } from '../edge/read.js';
import { accountOf } from '../edge/who.js';
import { Problem } from '../errors.js';
import { titleOf } from '../readmodel/markets.js';
import type { Shell } from '../shell.js';

export function mePositions(app: App, shell: Shell): void {
  app.get('/v1/me/positions', { config: { scope: 'read' } }, (request, reply) =>
    read(shell, request, reply, (world) => {
      const account = world.accounts.get(accountOf(request));
      if (!account) throw new Problem('account_unknown');
      const items = account.markets.flatMap((id) => {
        const market = world.markets.get(id);
        const position = market && positionView(world, account, market);
        return position ? [{ ...position, title: titleOf(world, shell.vault, id) }] : [];
      });
      return { items };
    }),
  );
}
