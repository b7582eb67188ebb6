/** Where there are few enough choices none is drawn: every one of them is tried. */

/** One of `n` ways, from 0. */
export type Choose = (n: number) => number;

/** Plays once for each way to choose, in order; returns how many ways there were. */
export async function exhaust(play: (choose: Choose) => Promise<void> | void): Promise<number> {
  /** What was chosen, and among how many. */
  const path: { at: number; of: number }[] = [];
  for (let runs = 1; ; runs++) {
    let depth = 0;
    await play((n) => {
      const known = path[depth];
      depth++;
      if (known) return known.at;
      path.push({ at: 0, of: n });
      return 0;
    });
    // The last choice that has another way takes it; those behind it begin anew.
    for (let last = path.at(-1); last && last.at + 1 >= last.of; last = path.at(-1)) path.pop();
    const last = path.at(-1);
    if (!last) return runs;
    last.at++;
  }
}
