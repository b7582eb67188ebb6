import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { seq } from '../edge/fields.js';
import { catchUp, readDurable } from '../edge/read.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';

/** The newest hash, or the one at a seq: whoever kept an older head can see whether history was rewritten. */
export function head(app: App, shell: Shell): void {
  const schema = { querystring: z.strictObject({ seq: seq.optional() }) };
  app.get('/v1/head', { schema }, async (request, reply) => {
    await catchUp(shell, request);
    const at = request.query.seq ?? shell.wake.seq;
    const hash = at > shell.wake.seq ? undefined : await shell.sequencer.tape.hashAt(at);
    if (hash === undefined) throw new Problem('entry_unknown');
    return readDurable(shell, request, reply, () => ({ seq: at, hash, journal: shell.journal.id }));
  });
}
