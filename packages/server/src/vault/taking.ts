/** Places that only one may have: whoever comes meanwhile waits for whoever came first, who may still find no room. */
import { PlaceTaken } from './store.js';

export class Taking {
  readonly #kept = new Map<string, Promise<void>>();

  /** False where the place is had already, here or in what all nodes share. */
  async take(place: string, isHad: () => boolean, keep: () => Promise<void>): Promise<boolean> {
    for (let first = this.#kept.get(place); first; first = this.#kept.get(place))
      await first.catch(() => undefined);
    if (isHad()) return false;
    const kept = keep();
    this.#kept.set(place, kept);
    try {
      await kept;
      return true;
    } catch (error) {
      if (error instanceof PlaceTaken) return false;
      throw error;
    } finally {
      this.#kept.delete(place);
    }
  }
}
