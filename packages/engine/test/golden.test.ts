/** Journals of every form and rules there ever were: they fold, they are decided again, and nobody edits them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWorld, decodeEntry, fold, stateHash, Verifier } from '../src/index.js';
import {
  COMMAND,
  folders,
  indexOf,
  NEWEST,
  readGolden,
  released,
  toldNow,
  writeGoldens,
} from './golden/golden.js';
import { STORIES } from './golden/stories.js';
import { events, wishes } from './arbitrary.js';

/** `write`, or `rewrite` for those that a release has written too. Set by scripts/golden.ts alone. */
const WANTED = process.env['FAIRGROUND_GOLDEN'];

/** Read by whoever has just changed a byte of the journal, or a figure in it. */
const HOW = `
What this build writes is no longer what the golden journals of ${NEWEST} say.
- Not meant: it is a bug, or a formula that changed under markets that exist.
- Meant, and ${NEWEST} is not in test/golden/released.json: no journal of it is out there. Run
    ${COMMAND}
  and let the reviewer see the lines that changed.
- Meant, and released: journals of it exist, and must be read and decided by for ever. Keep the old way beside the
  new one: a changed formula is a new version of its mechanism (cpmm@2, in mechanism/registry.ts) for markets of new rules,
  a changed rule asks for the world's rules, a changed form asks for the entry's v. Raise RULES or ENTRY_VERSION
  (src/rules.ts) and run the same command: it makes a new folder and leaves the old ones alone.
docs/formats.md tells all of it.`;

if (WANTED !== undefined) {
  if (released().includes(NEWEST) && WANTED !== 'rewrite')
    throw new Error(`${NEWEST} is released: its golden journals are never edited.\n${HOW}`);
  writeGoldens(NEWEST);
}

const all = folders().flatMap((folder) =>
  Object.keys(indexOf(folder)).map((name) => [folder, name] as const),
);

describe.each(all)('%s/%s', (folder, name) => {
  test('[Y1] folds to the state that was recorded, and each entry is decided again to the byte', () => {
    const golden = indexOf(folder)[name];
    const { journal, lines } = readGolden(folder, name);
    const verifier = new Verifier(journal);
    for (const line of lines) verifier.add(line);
    const { differences, entries, redecided, head, world, invariants } = verifier.report();
    expect(differences).toEqual([]);
    expect({ entries, head: head.hash, state: stateHash(world) }).toEqual(golden);
    expect(redecided).toBe(entries);
    expect(invariants.filter(({ detail }) => detail !== undefined)).toEqual([]);
    const folded = createWorld();
    for (const line of lines) fold(folded, decodeEntry(line));
    expect(stateHash(folded)).toBe(golden?.state);
  });
});

describe(`what this build writes: ${NEWEST}`, () => {
  test.each(Object.keys(STORIES))('[Y2] %s, told today, is the golden journal', (name) => {
    const golden = readGolden(NEWEST, name);
    const { live, journal } = toldNow(name);
    expect({ journal, lines: live.lines }, HOW).toEqual(golden);
  });

  test('[Y2] each story has its journal, and each journal its story', () => {
    expect(Object.keys(indexOf(NEWEST)), HOW).toEqual(Object.keys(STORIES));
  });

  test('[Y3] every command and every event stands in one of them', () => {
    const entries = Object.keys(STORIES).flatMap((name) =>
      readGolden(NEWEST, name).lines.map(decodeEntry),
    );
    const asked = new Set<string>(entries.map(({ command }) => command.wish.type));
    const done = new Set<string>(entries.flatMap((entry) => entry.events.map(({ type }) => type)));
    // There are no higher rules that this build could adopt.
    const later = new Set(['adopt_rules', 'rules_adopted']);
    const missing = (known: object, seen: ReadonlySet<string>): string[] =>
      Object.keys(known).filter((one) => !seen.has(one) && !later.has(one));
    expect([missing(wishes, asked), missing(events, done)]).toEqual([[], []]);
  });
});

test('[Y4] once a version is out, its folder is among those that nobody edits', () => {
  const changes = readFileSync(join(import.meta.dirname, '../../../CHANGELOG.md'), 'utf8');
  const isOut = /^## v?\d/m.test(changes);
  expect(released().length > 0, 'list the folder in test/golden/released.json').toBe(isOut);
  for (const folder of released()) expect(folders()).toContain(folder);
});
