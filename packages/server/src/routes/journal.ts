import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { one } from '../edge/envelope.js';
import { count, seq } from '../edge/fields.js';
import { catchUp } from '../edge/read.js';
import type { Shell } from '../shell.js';

const LINES_MAX = 10_000;
const query = z.strictObject({ from: seq.default(1), limit: count(LINES_MAX).default(1_000) });

/** The last entry's hash covers all before it, in this history; the length says where the page begins. */
const tagOf = (lines: string): string => `"${lines.length}-${lines.slice(-67, -35)}"`;

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
    reply.header('fairground-seq', shell.wake.cursor);
    if (most === limit && most > 0) {
      const tag = tagOf(lines);
      reply.headers({ etag: tag, 'cache-control': 'public, max-age=31536000, immutable' });
      // Whoever has it already is not charged for it.
      if (one(request.headers['if-none-match']) === tag) return reply.code(304).send();
    } else reply.header('cache-control', 'no-cache');
    shell.guards.admitJournalBytes(request, reply, lines.length);
    return reply.type('application/x-ndjson').send(lines);
  });
}
