const TRIES = 1_200;
const PAUSE_MS = 25;

/** Waits for what comes in its own time; gives up aloud. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  tries = TRIES,
): Promise<T> {
  for (let tried = 0; tried < tries; tried++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error('it did not come');
}
