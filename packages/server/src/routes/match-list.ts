import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { readDurable } from '../edge/read.js';
import { matchesOf } from '../pull/matches.js';
import type { Shell } from '../shell.js';

const query = z.strictObject({ status: z.enum(['scheduled', 'live', 'finished']).optional() });

/** What goes on outside, as pullers have seen it. */
export function matchList(app: App, shell: Shell): void {
  app.get('/v1/matches', { schema: { querystring: query } }, (request, reply) =>
    readDurable(shell, request, reply, () => {
      const { status: wanted } = request.query;
      const items = matchesOf(shell.vault.pulls);
      return { items: items.filter(({ status }) => wanted === undefined || status === wanted) };
    }),
  );
}
