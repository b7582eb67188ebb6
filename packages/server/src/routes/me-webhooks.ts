import { formatTime } from '@fairground/engine';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { cursor, limit, nothing } from '../edge/fields.js';
import { openCursor, sealCursor } from '../edge/paging.js';
import { readTables, tablesOf } from '../edge/read-tables.js';
import { catchUp, JSON_TYPE } from '../edge/read.js';
import { accountOf } from '../edge/who.js';
import { Problem } from '../errors.js';
import { NOTICE_KINDS } from '../effects/kinds.js';
import { faultOfUrl, OUTSIDE } from '../effects/outside.js';
import { DELIVERIES_OF, DELIVERY } from '../readmodel/effect-tables.js';
import { asked } from '../readmodel/read-model.js';
import { deliveryShown } from '../readmodel/rows-shown.js';
import type { Shell } from '../shell.js';
import type { WebhookRow } from '../vault/rows.js';
import { WISHES } from '../vault/wishes.js';

const body = z.strictObject({
  url: z.string().min(1).max(OUTSIDE.urlCharsMax),
  kinds: z.array(z.enum(NOTICE_KINDS)).min(1).max(NOTICE_KINDS.length),
});
const hookId = { id: z.string().max(64) };
const writes = { scope: 'trade' } as const;

/** Addresses of mine that are called with what I am told. */
export function meWebhooks(app: App, shell: Shell): void {
  const { vault, sequencer, clock, config } = shell;
  app.get('/v1/me/webhooks', { config: { scope: 'read' } }, async (request, reply) => {
    await catchUp(shell, request);
    const items = vault.wishes.webhooksOf(accountOf(request)).map((row) => hookView(shell, row));
    return reply.type(JSON_TYPE).send(JSON.stringify({ items }));
  });

  app.post('/v1/me/webhooks', { config: writes, schema: { body } }, async (request, reply) => {
    const account = accountOf(request);
    const { url, kinds } = request.body;
    tablesOf(shell);
    const fault = faultOfUrl(url, config.webhooksLocal);
    if (fault !== undefined) throw wrong('url', fault);
    if (vault.wishes.webhooksOf(account).length >= WISHES.webhooksMax)
      throw wrong('url', `An account has at most ${WISHES.webhooksMax} webhooks.`);
    const since = { seq: sequencer.durable.seq, created: clock.now() };
    const wanted = NOTICE_KINDS.filter((kind) => kinds.includes(kind));
    const made = await vault.wishes.addWebhook({ account, url, kinds: wanted, ...since });
    await shell.effects?.heard();
    return reply
      .code(201)
      .type(JSON_TYPE)
      .send(JSON.stringify({ ...hookView(shell, made), secret: made.secret }));
  });

  const one = { params: z.strictObject(hookId), body: nothing };
  app.delete('/v1/me/webhooks/:id', { config: writes, schema: one }, async (request, reply) => {
    const { id, account } = mine(shell, request, request.params.id);
    await vault.wishes.drop(id, account);
    return reply.type(JSON_TYPE).send(JSON.stringify({ dropped: id }));
  });
  deliveries(app, shell);
}

/** What went to one of them, and what became of it. */
function deliveries(app: App, shell: Shell): void {
  const page = { params: z.strictObject(hookId), querystring: z.strictObject({ cursor, limit }) };
  const reads = { scope: 'read' } as const;
  const log = '/v1/me/webhooks/:id/deliveries';
  app.get(log, { config: reads, schema: page }, (request, reply) => {
    const { cursor: after, limit: most } = request.query;
    const { id } = mine(shell, request, request.params.id);
    const [at = '', last = ''] = after === undefined ? [] : openCursor(after, 2);
    const before = /^\d{1,15}$/.test(at) ? Number(at) : Number.MAX_SAFE_INTEGER;
    const look = asked(DELIVERIES_OF, id, before, last, most + 1);
    return readTables(shell, request, reply, [look], ({ rows: [found = []] }) => {
      const shown = found.slice(0, most);
      const items = shown.map((row) => deliveryShown(row));
      const end = shown.at(-1);
      if (!end || found.length <= most) return { items };
      return { items, cursor: sealCursor([end[3] ?? '', end[0] ?? '']) };
    });
  });

  const params = z.strictObject({ ...hookId, delivery: z.uuid() });
  const again = { params, body: nothing };
  app.post(
    '/v1/me/webhooks/:id/deliveries/:delivery/replay',
    { config: writes, schema: again },
    async (request, reply) => {
      const { id } = mine(shell, request, request.params.id);
      const { delivery } = request.params;
      const [rows = []] = await tablesOf(shell).write(asked(DELIVERY, delivery));
      const [status, , , , receiver] = rows[0] ?? [];
      if (receiver !== id) throw new Problem('delivery_unknown');
      if (shell.vault.wishes.offSince(id) !== undefined)
        throw wrong('id', 'This webhook is turned off: make it anew.');
      // What is on its way goes anyway.
      if (status !== 'pending' && status !== 'again')
        await effectsOf(shell).again('webhook', delivery);
      return reply
        .code(202)
        .type(JSON_TYPE)
        .send(JSON.stringify({ replayed: delivery }));
    },
  );
}

function effectsOf({ effects }: Shell): NonNullable<Shell['effects']> {
  if (effects) return effects;
  throw new Problem('rebuilding', { retryAfterMs: 1_000 });
}

const wrong = (path: string, message: string): Problem =>
  new Problem('bad_request', { details: [{ path, message }] });

function mine({ vault }: Shell, request: FastifyRequest, id: string): WebhookRow {
  const row = vault.wishes.webhookBy(id);
  if (row?.account !== accountOf(request)) throw new Problem('webhook_unknown');
  return row;
}

function hookView({ vault }: Shell, { id, url, kinds, created }: WebhookRow): object {
  const off = vault.wishes.offSince(id);
  const disabled = off === undefined ? null : formatTime(off);
  return { id, url, kinds, created: formatTime(created), disabled };
}
