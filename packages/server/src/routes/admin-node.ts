import { formatTime } from '@fairground/engine';
import type { App } from '../edge/app-type.js';
import { JSON_TYPE } from '../edge/read.js';
import { onlySystem } from '../edge/who.js';
import type { Shell } from '../shell.js';
import { statusOf } from './health.js';

/** What its operator may know of this very node. It waits for nobody, so it answers while the database is away. */
export function adminNode(app: App, shell: Shell): void {
  const config = { rate: 'none', scope: 'admin' } as const;
  const begun = shell.clock.steady();
  app.get('/v1/admin/node', { config }, (request, reply) => {
    onlySystem(request);
    const { sequencer, sessions, clock, config } = shell;
    const { term, holder, lagMs } = shell.report();
    const { seq, hash } = sequencer.durable;
    return reply
      .header('fairground-seq', shell.wake.cursor)
      .type(JSON_TYPE)
      .send(
        JSON.stringify({
          state: sequencer.status,
          status: statusOf(shell),
          term,
          holder,
          node: config.cluster?.url,
          seq,
          hash,
          lag_ms: lagMs,
          tables: tablesOf(shell),
          sockets: sessions.size,
          uptime_ms: Math.round(clock.steady() - begun),
          now: formatTime(clock.now()),
        }),
      );
  });
}

/** How far the tables trail the journal: entries, and how long the first of them has waited. */
function tablesOf({ tables }: Shell): object | undefined {
  if (!tables) return undefined;
  const { state, seq, rows, rebuilding, rebuilds } = tables.status;
  const { seqs: lag, ms: lag_ms } = tables.lag;
  return { state, seq, lag, lag_ms, rows, rebuilding, rebuilds };
}
