import type { LimitName } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { amount } from '../edge/fields.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

/** A count of things, not of Points: a JSON number. */
const times = z.int().min(1).max(1_000).transform(BigInt);
const fields = {
  welcome: amount.optional(),
  grant_per_call: amount.optional(),
  grant_per_day: amount.optional(),
  payouts_per_command: times.optional(),
  deadlines_per_tick: times.optional(),
  fact_cost: amount.optional(),
} satisfies Record<LimitName, z.ZodType>;
const limits = z.strictObject(fields);

/** The order in which limits are written, so that equal wishes have equal bytes. */
const NAMES = [
  'welcome',
  'grant_per_call',
  'grant_per_day',
  'payouts_per_command',
  'deadlines_per_tick',
  'fact_cost',
] as const satisfies readonly LimitName[];

export function adminLimits(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  const schema = { body: z.strictObject({ limits }) };
  app.post('/v1/admin/limits', { config, schema }, (request, reply) => {
    const given = request.body.limits;
    const changes = NAMES.flatMap((name): [LimitName, bigint][] => {
      const value = given[name];
      return value === undefined ? [] : [[name, value]];
    });
    return write(shell, request, reply, {
      envelope: envelopeOf(shell, request, 'stays'),
      wish: { type: 'set_limits', limits: changes },
      status: 200,
      view: ({ seq }) => ({ seq }),
    });
  });
}
