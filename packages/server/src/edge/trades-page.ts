/** A page of orders: from memory as far as it goes, and on from the tables. */
import type { OrderView } from '@fairground/engine';
import { asked } from '../readmodel/read-model.js';
import { orderShown } from '../readmodel/rows-shown.js';
import { ORDERS_OF } from '../readmodel/statements.js';
import type { Shell } from '../shell.js';
import { openNumber, type Page, type Paged, pageOf, sealCursor } from './paging.js';
import { tablesReach } from './read-tables.js';

interface Kept {
  readonly of: 'market' | 'account';
  readonly id: string;
  /** Newest first. */
  readonly rows: Iterable<OrderView>;
  readonly isWhole: boolean;
}

export async function tradesPage(
  shell: Shell,
  { of, id, rows, isWhole }: Kept,
  paged: Paged,
): Promise<Page<OrderView>> {
  const page = pageOf(rows, paged);
  const { tables } = shell;
  if (isWhole || page.cursor !== undefined || !tables) return page;
  const { cursor, limit } = paged;
  // Below what memory had, or below where the page before ended.
  const last = page.items.at(-1)?.seq;
  const before = last ?? (cursor === undefined ? shell.wake.seq + 1 : openNumber(cursor));
  await tablesReach(shell, before - 1);
  const left = limit - page.items.length;
  const seen = await tables.look(asked(ORDERS_OF[of], id, before, left + 1));
  const [older = []] = seen.rows;
  const items = [...page.items, ...older.slice(0, left).map(orderShown)];
  const end = items.at(-1);
  if (!end || older.length <= left) return { items };
  return { items, cursor: sealCursor([end.seq]) };
}
