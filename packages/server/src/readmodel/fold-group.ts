/** Groups of the journal folded into a world, as far as a checkpoint says. */
import type { World } from '@fairground/engine';
import {
  checkedEntry,
  type Group,
  JournalBroken,
  type JournalReader,
  type Laws,
  linesOf,
} from '@fairground/journal';
import type { Checkpoint } from './checkpoint.js';

export const HOUR_MS = 3_600_000;

interface Heard {
  readonly fold: Laws['fold'];
  readonly onEntry: (entry: ReturnType<typeof checkedEntry>) => void;
  /** Before the first entry of another hour, of the hour that is over. */
  readonly onHour: (hour: number) => void;
}

const hourOf = (at: number): number => at - (at % HOUR_MS);

export function foldGroup(
  world: World,
  before: Checkpoint,
  group: Group,
  heard: Heard,
): Checkpoint {
  if (group.grp !== before.grp + 1 || group.firstSeq !== before.seq + 1)
    throw new JournalBroken(before.seq + 1, `group ${group.grp} does not follow`);
  let { hash } = before;
  for (const line of linesOf(group.lines)) {
    const entry = checkedEntry(line, hash, world);
    if (world.seq > 0 && hourOf(entry.at) !== hourOf(world.at)) heard.onHour(hourOf(world.at));
    heard.fold(world, entry);
    ({ hash } = entry);
    heard.onEntry(entry);
  }
  return { grp: group.grp, seq: group.lastSeq, hash: group.hash, at: world.at };
}

/** The journal as it was when it ended there: what came after is not shown. */
export async function upTo(
  journal: JournalReader,
  { grp, seq, hash }: Checkpoint,
): Promise<JournalReader> {
  const shelf = journal.snapshots;
  const [last] = grp === 0 ? [] : await journal.read(grp - 1, 1);
  const term = last?.term ?? 0;
  return {
    id: journal.id,
    head: async () => ({ grp, term, lastSeq: seq, hash }),
    read: async (after, limit) =>
      after >= grp ? [] : journal.read(after, Math.min(limit, grp - after)),
    groupOf: (of) => journal.groupOf(of),
    close: async () => {},
    ...(shelf && {
      snapshots: {
        list: async () => (await shelf.list()).filter((one) => one <= seq),
        get: (of, part) => shelf.get(of, part),
        // It only reads.
        put: async () => {},
        drop: async () => {},
      },
    }),
  };
}
