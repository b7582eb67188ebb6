import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { count, seq } from '../edge/fields.js';
import { catchUp } from '../edge/read.js';
import type { Shell } from '../shell.js';

const LINES_MAX = 10_000;
const query = z.strictObject({ from: seq.default(1), limit: count(LINES_MAX).default(1_000) });

/** The stored lines byte for byte. A full page never changes, so anyone may keep it. */
export function journal(app: App, shell: Shell): void {
  app.get('/v1/journal', { schema: { querystring: query } }, async (request, reply) => {
    await catchUp(shell, request);
    const { from, limit } = request.query;
    const upTo = shell.wake.seq;
    const first = Math.max(1, from);
    const most = Math.min(limit, upTo - first + 1);
    let lines = '';
    if (most > 0)
      for await (const part of shell.sequencer.tape.linesFrom(first, most)) lines += part;
    shell.guards.admitJournalBytes(request, reply, lines.length);
    if (most === limit && most > 0)
      reply.header('cache-control', 'public, max-age=31536000, immutable');
    else reply.header('cache-control', 'no-cache');
    return reply
      .header('fairground-seq', shell.wake.cursor)
      .type('application/x-ndjson')
      .send(lines);
  });
}
