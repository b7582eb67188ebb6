import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { cursor, limit } from '../edge/fields.js';
import { openNumber, sealCursor } from '../edge/paging.js';
import { readTables } from '../edge/read-tables.js';
import { accountOf } from '../edge/who.js';
import { asked } from '../readmodel/read-model.js';
import { worthShown } from '../readmodel/rows-shown.js';
import { HISTORY, NOW } from '../readmodel/statements.js';
import type { Shell } from '../shell.js';

/** What I was worth at the end of each hour in which I traded or held shares, newest first; and now. */
export function mePortfolio(app: App, shell: Shell): void {
  const schema = { querystring: z.strictObject({ cursor, limit }) };
  const path = '/v1/me/portfolio/history';
  app.get(path, { config: { scope: 'read' }, schema }, (request, reply) => {
    const { cursor: after, limit: most } = request.query;
    const account = accountOf(request);
    const before = after === undefined ? Number.MAX_SAFE_INTEGER : openNumber(after);
    const looks = [asked(HISTORY, account, before, most + 1), asked(NOW, account)];
    return readTables(shell, request, reply, looks, ({ rows }) => {
      const [hours = [], found] = rows;
      const now = found?.[0];
      const page = hours.slice(0, most);
      const last = page.at(-1);
      return {
        ...(now && { now: worthShown(now) }),
        items: page.map(worthShown),
        ...(last && hours.length > most && { cursor: sealCursor([last[0] ?? '']) }),
      };
    });
  });
}
