import { formatAmount, LIMIT_RANGES, type LimitName, type Limits, micro } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { amount } from '../edge/fields.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

/** A count of things, milliseconds or basis points: a JSON number in the limit's own range. */
function count(name: LimitName) {
  const [least, most] = LIMIT_RANGES[name];
  return z.int().min(Number(least)).max(Number(most)).transform(BigInt).optional();
}
const fields = {
  welcome: amount.optional(),
  grant_per_call: amount.optional(),
  grant_per_day: amount.optional(),
  payouts_per_command: count('payouts_per_command'),
  deadlines_per_tick: count('deadlines_per_tick'),
  fact_cost: amount.optional(),
  /** These two in parts of one: "0.5" is half. */
  fact_move: amount.optional(),
  breaker_move: amount.optional(),
  trades_per_minute: count('trades_per_minute'),
  breaker_window_ms: count('breaker_window_ms'),
  breaker_halt_ms: count('breaker_halt_ms'),
  treasury_floor: amount.optional(),
  bps_cpmm: count('bps_cpmm'),
  bps_lmsr: count('bps_lmsr'),
  bps_curve: count('bps_curve'),
  bps_rally: count('bps_rally'),
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
  'fact_move',
  'breaker_move',
  'trades_per_minute',
  'breaker_window_ms',
  'breaker_halt_ms',
  'treasury_floor',
  'bps_cpmm',
  'bps_lmsr',
  'bps_curve',
  'bps_rally',
] as const satisfies readonly LimitName[];

const PLAIN = /^(payouts_|deadlines_|trades_|bps_)|_ms$/;

/** Every limit as this route takes it: Points and parts of one as decimal strings, the others as numbers. */
export const limitsShown = (limits: Limits): Readonly<Record<string, string | number>> =>
  Object.fromEntries(
    NAMES.map((name) => [
      name,
      PLAIN.test(name) ? Number(limits[name]) : formatAmount(micro(limits[name])),
    ]),
  );

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
