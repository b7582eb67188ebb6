/** Tells who watches a thing that it changed, once a frame of the screen: what changes faster nobody sees. */

export class Bell<T> {
  private readonly watchers = new Map<T, Set<() => void>>();
  private readonly changed = new Set<T>();
  private isDue = false;

  watch(thing: T, listener: () => void): () => void {
    const all = this.watchers.get(thing) ?? new Set();
    this.watchers.set(thing, all.add(listener));
    return () => {
      all.delete(listener);
      if (all.size === 0) this.watchers.delete(thing);
    };
  }

  ring(thing: T): void {
    this.changed.add(thing);
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => this.tell());
  }

  private tell(): void {
    this.isDue = false;
    const things = [...this.changed];
    this.changed.clear();
    for (const thing of things) for (const listener of this.watchers.get(thing) ?? []) listener();
  }
}
