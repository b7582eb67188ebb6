/** Whoever may mend dead letters hears that they grow. */
import type { Effects } from '../effects/effects.js';
import type { Sequencing } from '../node/sequencing.js';
import type { Ticks } from './ticks.js';

export interface Telling {
  readonly ticks: Ticks;
  readonly effects: Effects;
  readonly sequencer: Pick<Sequencing, 'world'>;
  readonly now: () => number;
  readonly onAlarm: (reason: string) => void;
}

export function tellAdmins({ ticks, effects, sequencer, now, onAlarm }: Telling): () => void {
  return ticks.letters.onGrown((open) => {
    const accounts = [...sequencer.world.accounts.values()];
    const admins = accounts.filter(({ roles }) => roles.has('admin'));
    const facts = { kind: 'dead_letters', market: null, about: now(), data: { open } } as const;
    effects.notices
      .tell(admins.map(({ id: account }) => ({ ...facts, account })))
      .catch((error: unknown) => onAlarm(`Admins are not told: ${String(error)}`));
  });
}
