/** The engine as the simulated node knows it: the real one, few ids to remember, and two commands that break it. */
import { type Command, CommandIds, createWorld, micro, watch, type Wish } from '@fairground/engine';
import type { Laws } from '@fairground/journal';
import type { Swarm } from './swarm.js';

/** Micro-Points that no client spends by chance. */
const DECIDES_BADLY = 6_660_013n;
const FOLDS_BADLY = 6_660_017n;

export const poison = (market: string, how: 'decide' | 'fold'): Wish => ({
  type: 'trade',
  market,
  side: 'buy',
  outcome: 'YES',
  spend: micro(how === 'decide' ? DECIDES_BADLY : FOLDS_BADLY),
});

const spends = ({ wish }: Command, amount: bigint): boolean =>
  wish.type === 'trade' && wish.spend === amount;

export const isPoison = (command: Command): boolean =>
  spends(command, DECIDES_BADLY) || spends(command, FOLDS_BADLY);

/** What is said when one of them does what it is there for. */
export const PLANTED = 'a bug that was planted';

export function plantedLaws(
  laws: Laws,
  swarm: Pick<Swarm, 'ids'>,
  onBreach: (what: string) => void,
): Laws {
  const { ids } = swarm;
  return {
    createWorld: () => (ids ? createWorld(new CommandIds(...ids)) : createWorld()),

    decide(world, command, at) {
      if (spends(command, DECIDES_BADLY)) throw new Error(PLANTED);
      return laws.decide(world, command, at);
    },

    fold(world, entry) {
      const breaches = watch(world, entry);
      laws.fold(world, entry);
      if (spends(entry.command, FOLDS_BADLY) && entry.events[0]?.type !== 'refused') {
        // A half-changed world is left behind: it must be thrown away.
        world.books.post({ from: 'mint', to: 'house:fees', asset: 'points', amount: micro(77n) });
        throw new Error(PLANTED);
      }
      for (const { name, detail } of breaches()) onBreach(`${name}: ${detail}`);
    },
  };
}
