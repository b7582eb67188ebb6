import { formatTime } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { nothing } from '../edge/fields.js';
import { catchUp, JSON_TYPE } from '../edge/read.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';
import { SOURCES } from '../ticks/sources.js';
import type { TickSourceRow } from '../vault/rows.js';
import { symbol } from './ticks.js';

const NAME_FORM = 'A source has 1 to 64 of A-Z a-z 0-9 . _ : -';
const params = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, NAME_FORM),
});
const body = z.strictObject({
  requires_registration: z.boolean(),
  symbols: z.array(symbol).max(SOURCES.symbolsMax).default([]),
});

/** Where ticks may come from. A source that nobody registered may send any symbol. */
export function adminSources(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  const { sources } = shell.vault;
  app.get('/v1/admin/sources', { config }, async (request, reply) => {
    await catchUp(shell, request);
    return reply.type(JSON_TYPE).send(JSON.stringify({ items: sources.all().map(sourceView) }));
  });

  app.put(
    '/v1/admin/sources/:name',
    { config, schema: { params, body } },
    async (request, reply) => {
      const { name } = request.params;
      const known = sources.by(name);
      if (!known && sources.all().length >= SOURCES.max) {
        const message = `There are at most ${SOURCES.max} sources.`;
        throw new Problem('bad_request', { details: [{ path: 'name', message }] });
      }
      const { requires_registration, symbols } = request.body;
      const created = known?.created ?? shell.clock.now();
      const wanted = {
        name,
        requires_registration,
        symbols: [...new Set(symbols)].sort(),
        created,
      };
      await sources.put(wanted);
      return reply
        .type(JSON_TYPE)
        .send(JSON.stringify(sourceView({ type: 'tick_source', ...wanted })));
    },
  );

  const gone = { params, body: nothing };
  app.delete('/v1/admin/sources/:name', { config, schema: gone }, async (request, reply) => {
    const { name } = request.params;
    if (!sources.by(name)) throw new Problem('source_unknown');
    await sources.drop(name);
    return reply.type(JSON_TYPE).send(JSON.stringify({ dropped: name }));
  });
}

const sourceView = ({ name, requires_registration, symbols, created }: TickSourceRow): object => {
  return { name, requires_registration, symbols, created: formatTime(created) };
};
