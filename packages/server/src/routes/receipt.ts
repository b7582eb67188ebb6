import { commandIdOf } from '@fairground/journal';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { count } from '../edge/fields.js';
import { isKey } from '../edge/envelope.js';
import { catchUp, JSON_TYPE, untilDurable } from '../edge/read.js';
import { askerOf } from '../edge/who.js';
import { itemKey } from '../edge/write.js';
import type { Shell } from '../shell.js';

const params = z.strictObject({
  key: z.string().refine(isKey, 'A key has 1 to 64 of A-Z a-z 0-9 _ -'),
});
/** Of a batch: which of its orders. */
const query = z.strictObject({ item: count(99).optional() });

/** What became of one of my keys: the entry it made, its refusal, or nothing up to a seq. */
export function receipt(app: App, shell: Shell): void {
  const config = { scope: 'read' } as const;
  app.get(
    '/v1/receipts/:key',
    { config, schema: { params, querystring: query } },
    async (request, reply) => {
      await catchUp(shell, request);
      const { item } = request.query;
      const key = item === undefined ? request.params.key : itemKey(request.params.key, item);
      const { sequencer } = shell;
      const { seq } = sequencer.head;
      const id = commandIdOf(askerOf(request).by, key);
      const found = await shell.keys.doneAt(id);
      await untilDurable(shell, found ?? seq);
      const line = found === undefined ? undefined : await sequencer.tape.lineAt(found);
      const refused = line && /"events":\[\{"type":"refused","code":"([a-z_]+)"/.exec(line)?.[1];
      reply.header('fairground-seq', shell.wake.cursor).type(JSON_TYPE);
      if (found === undefined || !line)
        return reply.send(JSON.stringify({ state: 'not_seen', seq }));
      if (refused)
        return reply.send(JSON.stringify({ state: 'refused', code: refused, seq: found }));
      return reply.send(`{"state":"done","entry":${line}}`);
    },
  );
}
