import { formatAmount } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { cursor, limit } from '../edge/fields.js';
import { openNumber, sealCursor } from '../edge/paging.js';
import { readTables } from '../edge/read-tables.js';
import { asked } from '../readmodel/read-model.js';
import type { SqlRow } from '../readmodel/sql-store.js';
import { BOARD } from '../readmodel/statements.js';
import type { Shell } from '../shell.js';

const DAY_MS = 86_400_000;
const WINDOW_MS = { day: DAY_MS, week: 7 * DAY_MS, all: 0 } as const;
const query = z.strictObject({
  by: z.enum(['profit', 'return']).default('profit'),
  window: z.enum(['day', 'week', 'all']).default('all'),
  cursor,
  limit,
});

/** Who has gained most, of everybody who has an account. */
export function leaderboard(app: App, shell: Shell): void {
  app.get('/v1/leaderboard', { schema: { querystring: query } }, (request, reply) => {
    const { by, window, cursor: after, limit: most } = request.query;
    const from = after === undefined ? 0 : openNumber(after);
    const look = asked(BOARD, WINDOW_MS[window], by, from, most + 1);
    return readTables(shell, request, reply, [look], ({ rows: [board = []] }) => {
      const page = board.slice(0, most);
      const items = page.map((row) => placeShown(shell, row));
      const isMore = board.length > most;
      return { by, window, items, ...(isMore && { cursor: sealCursor([from + page.length]) }) };
    });
  });
}

function placeShown({ vault }: Shell, [account, profit, gain, place]: SqlRow): object {
  const id = account ?? '';
  return {
    rank: Number(place),
    account: id,
    handle: vault.handleOf(id) ?? id,
    profit: formatAmount(BigInt(profit ?? '0')),
    return: formatAmount(BigInt(gain ?? '0')),
  };
}
