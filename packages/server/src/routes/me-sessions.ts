import { formatTime } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { nothing } from '../edge/fields.js';
import { catchUp, JSON_TYPE } from '../edge/read.js';
import { accountOf, askerOf } from '../edge/who.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';

/** Where somebody is signed in: listed, and ended at once, with its sockets. */
export function meSessions(app: App, shell: Shell): void {
  const { people, vault } = shell;
  app.get('/v1/me/sessions', { config: { scope: 'read' } }, async (request, reply) => {
    await catchUp(shell, request);
    const { keyId } = askerOf(request);
    const items = people.sessionsOf(accountOf(request)).map(({ id, agent, created, expires }) => {
      const used = formatTime(vault.logins.usedAt(id) ?? created);
      const times = { created: formatTime(created), expires: formatTime(expires), used };
      return { id, agent, ...times, is_this: id === keyId };
    });
    return reply.type(JSON_TYPE).send(JSON.stringify({ items }));
  });

  const writes = { scope: 'trade' } as const;
  const one = { params: z.strictObject({ id: z.string().max(64) }), body: nothing };
  app.delete('/v1/me/sessions/:id', { config: writes, schema: one }, async (request, reply) => {
    const { id } = request.params;
    if (!(await people.end(accountOf(request), id))) throw new Problem('session_id_unknown');
    return reply.type(JSON_TYPE).send(JSON.stringify({ ended: id }));
  });

  const others = { config: writes, schema: { body: nothing } };
  app.delete('/v1/me/sessions', others, async (request, reply) => {
    const ended = await people.endOthers(accountOf(request), askerOf(request).keyId);
    return reply.type(JSON_TYPE).send(JSON.stringify({ ended }));
  });
}
