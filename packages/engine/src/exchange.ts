/** What the exchange itself has to do next: deadlines that have come, then payouts, a chunk at a time. */
import { type Command, type Instant, SYSTEM } from './command.js';
import type { ReadonlyWorld } from './world.js';

const TICK: Command = { by: SYSTEM, wish: { type: 'tick' } };

/** The tick that must run before any command at `at` or later, or undefined. */
export function tickDue(world: ReadonlyWorld, at: Instant): Command | undefined {
  const next = world.agenda.next();
  return next !== undefined && next <= at ? TICK : undefined;
}

/** The next chunk of each payout under way: to be interleaved with everybody's trades. */
export function* payoutsDue(world: ReadonlyWorld): IterableIterator<Command> {
  for (const id of world.paying) {
    const first = world.markets.get(id)?.nextPaid;
    if (first !== undefined) yield { by: SYSTEM, wish: { type: 'pay_out', market: id, first } };
  }
}
