import { playerAccount } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { cursor, limit } from '../edge/fields.js';
import { openPair, sealCursor } from '../edge/paging.js';
import { readTables } from '../edge/read-tables.js';
import { accountOf } from '../edge/who.js';
import { asked } from '../readmodel/read-model.js';
import { legShown } from '../readmodel/rows-shown.js';
import { LEGS } from '../readmodel/statements.js';
import type { Shell } from '../shell.js';

const SEQ_MAX = Number.MAX_SAFE_INTEGER;

/** Every leg of the ledger that moved something of mine, newest first. */
export function meLedger(app: App, shell: Shell): void {
  const schema = { querystring: z.strictObject({ cursor, limit }) };
  app.get('/v1/me/ledger', { config: { scope: 'read' }, schema }, (request, reply) => {
    const { cursor: after, limit: most } = request.query;
    const account = playerAccount(accountOf(request));
    const [seq, n] = after === undefined ? [SEQ_MAX, 0] : openPair(after);
    const look = asked(LEGS, account, seq, n, most + 1);
    return readTables(shell, request, reply, [look], ({ rows: [legs = []] }) => {
      const page = legs.slice(0, most);
      const last = page.at(-1);
      const items = page.map((row) => legShown(account, row));
      if (!last || legs.length <= most) return { items };
      return { items, cursor: sealCursor([last[0] ?? '', last[1] ?? '']) };
    });
  });
}
