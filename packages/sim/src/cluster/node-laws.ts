/** The engine as the nodes of a cluster know it, and how often a command that breaks it was tried on each. */
import { type Command, encodeWish } from '@fairground/engine';
import { engineLaws, type Laws } from '@fairground/journal';
import { isPoison, plantedLaws } from '../planted.js';
import { Wrong } from '../wrong.js';
import type { Ground } from './node.js';
import type { ClusterSwarm } from './swarm.js';

export class NodeLaws {
  readonly #ground: Pick<Ground, 'onWrong'>;
  /** How often each poison was judged here, and folded. */
  readonly judged = new Map<string, number>();
  readonly folded = new Map<string, number>();

  constructor(ground: Pick<Ground, 'onWrong'>) {
    this.#ground = ground;
  }

  of(swarm: Pick<ClusterSwarm, 'ids'>): Laws {
    const laws = plantedLaws(engineLaws, swarm, (what) =>
      this.#ground.onWrong(new Wrong('invariants', what)),
    );
    return {
      createWorld: laws.createWorld,
      decide: (world, command, at) => {
        if (isPoison(command)) count(this.judged, idOf(command));
        return laws.decide(world, command, at);
      },
      fold: (world, entry) => {
        const isEffect = entry.events[0]?.type !== 'refused';
        if (isPoison(entry.command) && isEffect) count(this.folded, wishOf(entry.command));
        laws.fold(world, entry);
      },
    };
  }
}

export const idOf = ({ id }: Command): string => id ?? '';
/** Who and what, under any key. */
export const wishOf = ({ by, wish }: Command): string => `${by} ${encodeWish(wish)}`;

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
