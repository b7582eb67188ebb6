/** Tells who watches a thing that it changed, at most so often: what changes faster cannot be read. */

export class Bell<T> {
  private readonly everyMs: number;
  private readonly watchers = new Map<T, Set<() => void>>();
  private readonly changed = new Set<T>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(everyMs: number) {
    this.everyMs = everyMs;
  }

  watch(thing: T, listener: () => void): () => void {
    const all = this.watchers.get(thing) ?? new Set();
    this.watchers.set(thing, all.add(listener));
    return () => all.delete(listener);
  }

  ring(thing: T): void {
    this.changed.add(thing);
    this.timer ??= setTimeout(() => this.tell(), this.everyMs);
  }

  private tell(): void {
    this.timer = undefined;
    const things = [...this.changed];
    this.changed.clear();
    for (const thing of things) for (const listener of this.watchers.get(thing) ?? []) listener();
  }
}
