import { formatTime } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { nothing } from '../edge/fields.js';
import { tablesOf } from '../edge/read-tables.js';
import { JSON_TYPE } from '../edge/read.js';
import { onlyAuditors } from '../edge/audit.js';
import { TASKS } from '../effects/tasks.js';
import { Problem } from '../errors.js';
import type { JobQueues } from '../readmodel/job-queues.js';
import type { Shell } from '../shell.js';

const FAILED_SHOWN = 50;

/** What is to be done behind everybody's backs: how much, what failed and why, and what comes when. */
export function adminJobs(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  const { clock } = shell;
  app.get('/v1/admin/jobs', { config }, async (request, reply) => {
    onlyAuditors(shell, request);
    const queues = queuesOf(shell);
    const [counts, failed, runs] = await Promise.all([
      queues.counts(),
      queues.failed(FAILED_SHOWN),
      queues.lastRuns(),
    ]);
    const schedule = Object.entries(TASKS).map(([task, seconds]) => {
      const last = runs.find(({ queue }) => queue === task)?.at;
      // Spans of time are counted from 1970, on every node alike.
      const next = (Math.floor(clock.now() / 1_000 / seconds) + 1) * seconds * 1_000;
      const every = { task, every_s: seconds };
      return {
        ...every,
        last: last === undefined ? null : formatTime(last),
        next: formatTime(next),
      };
    });
    return reply.type(JSON_TYPE).send(
      JSON.stringify({
        delivers: shell.effects?.isOurs === true,
        queues: counts,
        failed: failed.map(({ failedAt, ...job }) => ({ ...job, failed_at: formatTime(failedAt) })),
        schedule,
      }),
    );
  });

  const schema = { params: z.strictObject({ id: z.uuid() }), body: nothing };
  app.post('/v1/admin/jobs/:id/retry', { config, schema }, async (request, reply) => {
    onlyAuditors(shell, request);
    const { id } = request.params;
    queuesOf(shell);
    if (!(await shell.effects?.retry(id))) throw new Problem('job_unknown');
    return reply
      .code(202)
      .type(JSON_TYPE)
      .send(JSON.stringify({ retried: id }));
  });
}

function queuesOf(shell: Shell): JobQueues {
  tablesOf(shell);
  if (shell.effects?.queues) return shell.effects.queues;
  throw new Problem('rebuilding', { retryAfterMs: 1_000 });
}
