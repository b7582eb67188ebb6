import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { id, limit } from '../edge/fields.js';
import { pastOf } from '../edge/past.js';
import { readDurable } from '../edge/read.js';
import { titleOf } from '../readmodel/markets.js';
import type { Shell } from '../shell.js';

export function factList(app: App, shell: Shell): void {
  const schema = { querystring: z.strictObject({ market: id.optional(), limit }) };
  app.get('/v1/facts', { schema }, (request, reply) =>
    readDurable(shell, request, reply, () => {
      const { market, limit: most } = request.query;
      const items = pastOf(shell)
        .facts(market, most)
        .map(({ market: of, ...fact }) => ({
          market: of,
          title: titleOf(shell.sequencer.world, shell.vault, of),
          ...fact,
        }));
      return { items };
    }),
  );
}
