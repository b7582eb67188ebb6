import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { cursor, limit } from '../edge/fields.js';
import { openPair, sealCursor } from '../edge/paging.js';
import { readTables } from '../edge/read-tables.js';
import { catchUp, JSON_TYPE } from '../edge/read.js';
import { accountOf } from '../edge/who.js';
import { NOTICE_KINDS } from '../effects/kinds.js';
import { NOTICES_OF, UNREAD_OF } from '../readmodel/effect-tables.js';
import { noticeShown } from '../readmodel/rows-shown.js';
import { asked } from '../readmodel/read-model.js';
import type { Shell } from '../shell.js';

const SEQ_MAX = Number.MAX_SAFE_INTEGER;
const PLACE = /^(\d{1,15})\.(\d{1,9})$/;
const place = z
  .string()
  .regex(PLACE, 'a place like "123.0", from a notification')
  .transform((text): readonly [number, number] => {
    const [seq = '0', n = '0'] = text.split('.');
    return [Number(seq), Number(n)];
  });
const mail = z.array(z.enum(NOTICE_KINDS)).max(NOTICE_KINDS.length);

/** What I was told, newest first; how far I have read; and what of it is mailed to me. */
export function meNotifications(app: App, shell: Shell): void {
  const { vault, sequencer } = shell;
  const reads = { scope: 'read' } as const;
  const writes = { scope: 'trade' } as const;
  const page = { querystring: z.strictObject({ cursor, limit }) };
  app.get('/v1/me/notifications', { config: reads, schema: page }, (request, reply) => {
    const { cursor: after, limit: most } = request.query;
    const account = accountOf(request);
    const seen = vault.wishes.seenBy(account);
    const [seq, n] = after === undefined ? [SEQ_MAX, 0] : openPair(after);
    const looks = [
      asked(NOTICES_OF, account, seq, n, most + 1),
      asked(UNREAD_OF, account, seen.seq, seen.n),
    ];
    return readTables(shell, request, reply, looks, ({ rows: [found = [], counted = []] }) => {
      const shown = found.slice(0, most);
      const last = shown.at(-1);
      const told = {
        items: shown.map((row) => noticeShown(row)),
        unread: Number(counted[0]?.[0] ?? 0),
        read_to: `${seen.seq}.${seen.n}`,
      };
      if (!last || found.length <= most) return told;
      return { ...told, cursor: sealCursor([last[1] ?? '', last[2] ?? '']) };
    });
  });

  const upTo = { body: z.strictObject({ up_to: place }) };
  app.post(
    '/v1/me/notifications/read',
    { config: writes, schema: upTo },
    async (request, reply) => {
      const account = accountOf(request);
      const [seq, n] = request.body.up_to;
      // Nobody has read what is not there yet.
      const to = Math.min(seq, sequencer.durable.seq);
      await vault.wishes.see(account, to, n);
      const seen = vault.wishes.seenBy(account);
      return reply.type(JSON_TYPE).send(JSON.stringify({ read_to: `${seen.seq}.${seen.n}` }));
    },
  );

  app.get('/v1/me/settings', { config: reads }, async (request, reply) => {
    await catchUp(shell, request);
    const wanted = vault.wishes.mailOf(accountOf(request));
    return reply.type(JSON_TYPE).send(JSON.stringify({ mail: wanted }));
  });
  const settings = { body: z.strictObject({ mail }) };
  app.put('/v1/me/settings', { config: writes, schema: settings }, async (request, reply) => {
    const account = accountOf(request);
    const wanted = NOTICE_KINDS.filter((kind) => request.body.mail.includes(kind));
    if (wanted.join() !== vault.wishes.mailOf(account).join())
      await vault.wishes.setMail(account, wanted, sequencer.durable.seq);
    await shell.effects?.heard();
    return reply.type(JSON_TYPE).send(JSON.stringify({ mail: wanted }));
  });
}
