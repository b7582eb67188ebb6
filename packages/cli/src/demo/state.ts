/** Where the play clock stood, on disk: written aside and renamed, so that there is always a whole one. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'demo.json';
const VERSION = 1;

/** The play time the demo had reached, or undefined when there is no file that can be read. */
export async function readPlayTime(directory: string): Promise<number | undefined> {
  const text = await readFile(join(directory, FILE), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parsePlayTime(text);
}

/** A file of another version, or no JSON at all, says nothing: the world knows what has been done. */
export function parsePlayTime(text: string): number | undefined {
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof state !== 'object' || state === null) return undefined;
  if (!('v' in state) || state.v !== VERSION || !('play_ms' in state)) return undefined;
  const { play_ms: playMs } = state;
  return typeof playMs === 'number' && Number.isFinite(playMs) && playMs >= 0 ? playMs : undefined;
}

export async function writePlayTime(directory: string, playMs: number): Promise<void> {
  const file = join(directory, FILE);
  await writeFile(
    `${file}.new`,
    `${JSON.stringify({ v: VERSION, play_ms: Math.floor(playMs) })}\n`,
  );
  await rename(`${file}.new`, file);
}
