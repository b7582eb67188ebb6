/** Sets up what is done for people, where there are tables; and only then lets the tables go on. */
import type { Part, Stores } from '../node/part.js';
import type { Post } from '../people/mail.js';
import type { ReadModel } from '../readmodel/read-model.js';
import { Effects, type EffectsPace } from './effects.js';
import { instanceOf } from './instance.js';

interface Beside {
  readonly tables: ReadModel | undefined;
  readonly mail: Post;
  readonly site: () => string;
  readonly pace: EffectsPace | undefined;
}

export async function openEffects(
  { vault, config, clock, alarms }: Stores,
  { sequencer }: Part,
  { tables, mail, site, pace }: Beside,
): Promise<Effects | undefined> {
  if (!tables) return undefined;
  const onAlarm = (reason: string): void => alarms.raise(reason, false);
  const leads = (): boolean => sequencer.status === 'leading';
  try {
    const instance = await instanceOf(config, vault);
    // A journal that is older than all this has told its people nothing, and does not begin with its first entry.
    if (vault.wishes.effectsTo === undefined) await vault.wishes.riseTo(sequencer.durable.seq);
    const options = { tables, vault, clock, config, instance, mail, site, pace, onAlarm };
    const effects = new Effects({ ...options, world: () => sequencer.world });
    effects.begin();
    return effects;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    onAlarm(`Nobody is told of anything until the next start: ${what}`);
    return undefined;
  } finally {
    tables.follow(leads);
  }
}
