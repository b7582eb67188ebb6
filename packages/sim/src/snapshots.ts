/**
 * The snapshots of one exchange through all its lives: made at drawn moments, harmed between two lives, and never the
 * beginning of another world than the one that folding every entry makes.
 */
import { decodeEntry, type ReadonlyWorld, stateHash } from '@fairground/engine';
import { type Journal, type Laws, makeSnapshot, nodeChain } from '@fairground/journal';
import type { Ground, Life, Luck } from './faults.js';
import { HARMS, harm, manifestsOn } from './harm.js';
import type { Swarm } from './swarm.js';
import { Wrong } from './wrong.js';

export interface SnapshotParts {
  readonly swarm: Swarm;
  readonly luck: Luck;
  readonly laws: Laws;
  readonly ground: Ground;
  readonly blame: (wrong: Wrong) => void;
}

/** What a snapshot may fail of: the disk, a journal that has no entry yet. */
const MAY_FAIL = ['told to fail', 'the disk took no byte', 'There is no entry yet'];

export class Snapshots {
  readonly #parts: SnapshotParts;
  /** Those of which nobody may complain that they are left aside. */
  readonly #harmed = new Set<number>();
  /** Whose process is making one. */
  #maker: Life | undefined;
  made = 0;
  /** How many lives began with one. */
  begun = 0;

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
  }

  /** One at a time. Whatever goes wrong costs this one at most; a process that ends leaves it as it is. */
  async make(journal: Journal, life: Life, hashAt: (seq: number) => string | undefined) {
    if (this.#maker === life) return;
    this.#maker = life;
    const { laws, swarm, blame } = this.#parts;
    try {
      const options = { laws, partBytesMax: swarm.partBytes };
      const { seq, hash, isNew } = await makeSnapshot(journal, options);
      if (!life.isOver && hashAt(seq) !== hash)
        blame(new Wrong('snapshot', `it is of an entry ${seq} that is not there`));
      if (!isNew) return;
      this.#harmed.delete(seq);
      this.made++;
    } catch (error) {
      const isLuck = MAY_FAIL.some((why) => String(error).includes(why));
      if (!life.isOver && !isLuck) blame(new Wrong('snapshot', String(error)));
    } finally {
      if (this.#maker === life) this.#maker = undefined;
    }
  }

  /** Nobody is running, and what lies there rots. */
  async harm(lines: readonly string[]): Promise<void> {
    const { ground, laws, luck } = this.#parts;
    const shelf = ground.shelf();
    for (const how of HARMS) {
      const manifest = luck.dice.pick(await manifestsOn(shelf));
      if (!manifest || !luck.happens(how)) continue;
      this.#harmed.add(manifest.seq);
      await harm(how, { shelf, laws, lines, dice: luck.dice }, manifest);
    }
  }

  /** A life begins with this world. What was made of the same entries one by one must be the same to the last id. */
  begins(world: ReadonlyWorld, lines: readonly string[]): void {
    if (world.seq === 0) return;
    this.begun++;
    const { laws, blame } = this.#parts;
    const whole = laws.createWorld();
    for (const line of lines.slice(0, world.seq)) laws.fold(whole, decodeEntry(line));
    const isSame = stateHash(world, nodeChain) === stateHash(whole, nodeChain);
    if (!isSame) blame(new Wrong('snapshot', `of entry ${world.seq}: it is another world`));
  }

  /** Only of what was harmed, or could not be read, may it be said that it is left aside. */
  mayWarn(reason: string): boolean {
    const [, seq] = /^The snapshot(?: of entry (\d+) is|s are) left aside/.exec(reason) ?? [];
    const isHarmed = seq !== undefined && this.#harmed.has(Number(seq));
    return isHarmed || reason.includes('told to fail');
  }
}
