/** The pullers of a node: they ask for what they want as everybody does, and as long as it takes commands. */
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';
import { Pullers } from './pullers.js';

/** Looks from now on. */
export function startPullers(shell: Shell, onAlarm: (reason: string) => void): Pullers {
  const { vault, sequencer, clock, keys, config } = shell;
  const pullers = new Pullers({
    vault,
    world: () => sequencer.world,
    now: clock.now,
    steady: clock.steady,
    leads: () => sequencer.status === 'leading' && !shell.isDraining,
    submit: (by, id, validUntil, wish) => {
      if (shell.isDraining) throw new Problem('draining');
      return keys.submit({ by, id, validUntil, wish }, { isTimed: false, attempt: 1 });
    },
    allowsInside: config.webhooksLocal,
    onAlarm,
  });
  pullers.start();
  return pullers;
}
