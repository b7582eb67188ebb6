import { mechanismOf, receiptView } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { cursor, id, limit, marketId } from '../edge/fields.js';
import { openNumber, sealCursor } from '../edge/paging.js';
import { read } from '../edge/read.js';
import { Problem } from '../errors.js';
import { marketIn } from '../readmodel/markets.js';
import type { Shell } from '../shell.js';

const query = z.strictObject({ account: id.optional(), cursor, limit });

/** What everybody paid, once a rally is over; its members in order of joining, a page at a time. */
export function rallyReceipt(app: App, shell: Shell): void {
  const schema = { params: marketId, querystring: query };
  app.get('/v1/rallies/:id/receipt', { schema }, (request, reply) =>
    read(shell, request, reply, (world) => {
      const { account, cursor: after, limit: count } = request.query;
      const market = marketIn(world, request.params.id);
      if (!mechanismOf(market.mechanism).pledges) throw new Problem('not_supported');
      const first = after === undefined ? 1 : openNumber(after);
      const who = account === undefined ? {} : { account };
      const receipt = receiptView(market, { first, count, ...who });
      if (!receipt) throw new Problem('not_over');
      const next = first + count;
      const isLast = account !== undefined || next > market.holders.length;
      return isLast ? receipt : { ...receipt, cursor: sealCursor([next]) };
    }),
  );
}
