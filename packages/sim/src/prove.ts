/** A journal against what was lived: whole below a snapshot too, decided again, replayed from every beginning. */
import { type ReadonlyWorld, stateHash, Verifier } from '@fairground/engine';
import { type Journal, type Laws, nodeChain, recover } from '@fairground/journal';
import type { Luck } from './faults.js';
import { linesIn } from './probe.js';
import { must, Wrong } from './wrong.js';

/** Who begins with a snapshot reads only what came after it: the rest must be there all the same. */
export async function mustHave(
  journal: Journal | undefined,
  lines: readonly string[],
  luck: Luck,
): Promise<void> {
  const { isOn } = luck;
  // A look from outside: nothing fails because of it.
  luck.isOn = false;
  const found = journal ? await linesIn(journal) : [];
  luck.isOn = isOn;
  const isThere = lines.every((line, at) => line === found[at]);
  must(isThere, 'durability', () => 'an entry before the snapshot is gone');
}

interface Proven {
  readonly journal: Journal;
  readonly laws: Laws;
  readonly live: ReadonlyWorld;
  readonly lines: readonly string[];
}

export async function prove({ journal, laws, live, lines }: Proven): Promise<void> {
  const lived = stateHash(live);
  for (const ignoresSnapshots of [true, false]) {
    const { world } = await recover(journal, { laws, ignoresSnapshots });
    const replayed = stateHash(world);
    must(lived === replayed, 'replay', () => `${replayed} is not the state that lived, ${lived}`);
  }
  const verifier = new Verifier(journal.id, nodeChain);
  for (const line of lines) verifier.add(line);
  const { differences, entries } = verifier.report();
  const [first] = differences;
  if (first) throw new Wrong('verify', `entry ${first.seq}: ${first.what}`);
  must(entries === lines.length, 'verify', () => `it read ${entries} entries`);
}
