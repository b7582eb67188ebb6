import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { one } from '../edge/envelope.js';
import { after, noticesAfter, topicsInAddress } from '../live/message.js';
import type { Refused } from '../live/session.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';

const query = z.strictObject({
  topics: topicsInAddress,
  after: after.optional(),
  notices_after: noticesAfter.optional(),
});

/** The live feed for whoever has no WebSocket. What is wrong with the request is an ordinary answer. */
export function streamEvents(app: App, shell: Shell): void {
  app.get(
    '/v1/stream/sse',
    // Without a body there would be nothing to listen to.
    { schema: { querystring: query }, exposeHeadRoute: false },
    async (request, reply) => {
      if (!shell.guards.isOriginAllowed(one(request.headers.origin)))
        throw new Problem('origin_refused');
      const { topics, notices_after } = request.query;
      const resumed = one(request.headers['last-event-id']) ?? '';
      // Whoever comes back by himself repeats his address: what he heard since counts.
      const from = resumed === '' ? request.query.after : cursorOf(resumed);
      const { feed, sessions } = shell;
      const session = sessions.openEvents(reply, {
        feed,
        doorman: shell,
        identity: request.identity,
        notices: shell.effects?.feed,
        ticks: shell.ticks?.feed,
        matches: shell.matches,
        letters: shell.ticks?.letterFeed,
      });
      if (shell.isDraining) session.drain();
      const refused = await session.subscribe({ topics, after: from, noticesAfter: notices_after });
      if (refused) {
        session.end();
        throw problemOf(refused);
      }
      return reply.hijack();
    },
  );
}

function cursorOf(text: string): z.infer<typeof after> {
  const read = after.safeParse(text);
  if (read.success) return read.data;
  const message = read.error.issues[0]?.message ?? '';
  throw new Problem('bad_request', { details: [{ path: 'last-event-id', message }] });
}

function problemOf({ code, message }: Refused): Problem {
  const details = [{ message }];
  return new Problem(code === 'too_many_topics' ? 'bad_request' : code, { details });
}
