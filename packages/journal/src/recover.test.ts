import {
  chain,
  createWorld,
  encodeBody,
  hashZero,
  ONE,
  sealBody,
  stateHash,
} from '@fairground/engine';
import type * as Engine from '@fairground/engine';
import { describe, expect, test, vi } from 'vitest';
import { buy, memoryStore, openAccount, Played } from '../test/played.js';
import type { Group, Journal } from './journal.js';
import { checkedEntry, JournalBroken, linesOf, nodeChain, recover } from './recover.js';

/** The rules that the engine is made to say it has no more. */
const retired = vi.hoisted(() => ({ rules: 0 }));

vi.mock('@fairground/engine', async (original) => {
  const engine = await original<typeof Engine>();
  const undecidedRules: typeof engine.undecidedRules = (rules) =>
    rules === retired.rules
      ? { version: `rules ${rules}`, why: 'too old' }
      : engine.undecidedRules(rules);
  return { ...engine, undecidedRules };
});

async function recorded(): Promise<Played> {
  const played = await Played.open();
  for (let n = 0; n < 5; n++) await played.done({ by: 'ana', wish: buy(ONE) });
  await played.restart();
  for (let n = 0; n < 3; n++) await played.done({ by: 'bob', wish: buy(ONE) });
  return played;
}

/** The journal with some of its groups changed. */
function changed({ store }: Played, change: (group: Group) => Group | undefined): Journal {
  const journal = store.open();
  const groups = store.groups.flatMap((group) => change(group) ?? []);
  journal.read = async (after, limit) => groups.filter(({ grp }) => grp > after).slice(0, limit);
  return journal;
}

/** The world before the first entry, as far as it says what may come next. */
const FIRST = { seq: 0, rules: 1 };

const rewrite = (at: number, from: string | RegExp, to: string) => (group: Group) =>
  group.firstSeq === at && group.lines !== ''
    ? { ...group, lines: group.lines.replace(from, to) }
    : group;

describe('recovery', () => {
  test('[R1] folds everything into the world that was live, to the same state hash', async () => {
    const played = await recorded();
    const { world, head } = await recover(played.store.open());
    expect(stateHash(world)).toBe(stateHash(played.sequencer.world));
    expect(head).toEqual(played.store.head());
  });

  test('[R1] an empty journal is the world before the first entry', async () => {
    const { world, head } = await recover(memoryStore().open());
    expect(stateHash(world)).toBe(stateHash(createWorld()));
    expect(head).toMatchObject({ grp: 0, lastSeq: 0 });
  });

  test('[T17] what begins a term is folded to, whatever older head is read, or nobody leads', async () => {
    const played = await recorded();
    const journal = played.store.open();
    const taken = await journal.take();
    const old = { ...taken, grp: 3 };
    const seesLittle = { ...spread(journal), head: async () => old };
    const { world, head } = await recover(seesLittle, { atLeast: taken });
    expect([world.seq, head]).toEqual([taken.lastSeq, taken]);
    const read = async (after: number, limit: number): Promise<readonly Group[]> =>
      (await journal.read(after, limit)).filter(({ grp }) => grp <= 3);
    const seesNone = recover({ ...seesLittle, read }, { atLeast: taken });
    await expect(seesNone).rejects.toThrow(/next group is missing/);
  });

  test('[R2] tells of every entry, and how far it is', async () => {
    const played = await recorded();
    for (let n = 0; n < 150; n++) await played.done({ by: 'ana', wish: buy(ONE) });
    const lines: string[] = [];
    const progress: number[] = [];
    await recover(played.store.open(), {
      onEntry: (entry, line, world) => {
        expect(world.seq).toBe(entry.seq);
        lines.push(line);
      },
      onProgress: (done, all) => {
        expect(all).toBe(played.lines.length);
        progress.push(done);
      },
    });
    expect(lines).toEqual(played.lines);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toBe(played.lines.length);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  test.each([
    ['a changed amount', 9, rewrite(9, '"pays":"1000000"', '"pays":"1000001"'), 'chain'],
    ['another number', 9, rewrite(9, '"seq":9', '"seq":8'), 'numbered 8'],
    ['a line that is none', 9, rewrite(9, '{"v"', '{"w"'), 'whole number expected'],
    ['an unknown event', 9, rewrite(9, '"type":"traded"', '"type":"stolen"'), 'stolen'],
    ['a missing group', 9, (g: Group) => (g.firstSeq === 9 ? undefined : g), 'does not follow'],
    [
      'a swapped group',
      9,
      (g: Group) => (g.firstSeq === 9 ? { ...g, grp: 40 } : g),
      'does not follow',
    ],
    [
      'a group that says too much',
      9,
      (g: Group) => (g.firstSeq === 9 && g.lines ? { ...g, lastSeq: g.lastSeq + 1 } : g),
      'says 10 ',
    ],
    [
      'a group with another hash',
      9,
      (g: Group) => (g.firstSeq === 9 && g.lines ? { ...g, hash: 'c'.repeat(64) } : g),
      'says 9 cccccccc',
    ],
  ] as const)('[R3] %s is refused by its seq', async (_name, seq, change, what) => {
    const played = await recorded();
    const broken = await recover(changed(played, change)).catch((error: unknown) => error);
    expect(broken).toBeInstanceOf(JournalBroken);
    expect(broken).toMatchObject({ seq, message: expect.stringContaining(what) });
  });

  test('[R3] a journal that ends before its head is refused', async () => {
    const played = await recorded();
    const short = changed(played, (group) => (group.grp > 8 ? undefined : group));
    await expect(recover(short)).rejects.toMatchObject({
      message: expect.stringContaining('missing'),
    });
  });

  test('[R4] an entry of a newer build is not read on', async () => {
    const played = await Played.open();
    const [entry] = played.entries;
    const zero = hashZero(played.store.id);
    const lineOf = (body: string): string => sealBody(body, nodeChain(zero, body));
    expect(checkedEntry(lineOf(encodeBody(entry!)), zero, FIRST)).toEqual(entry);
    const newer = [
      lineOf(encodeBody({ ...entry!, v: 2 })),
      lineOf(encodeBody({ ...entry!, rules: 2 })),
      lineOf(encodeBody({ ...entry!, v: 2 }).replace('"at"', '"shard":1,"at"')),
    ];
    for (const line of newer) {
      expect(() => checkedEntry(line, zero, FIRST)).toThrow(
        /entry 1: (form|rules) 2: a newer build wrote it/,
      );
    }
    const body = encodeBody(entry!).replace('"events":[', '"events":[{"type":"sealed"},');
    expect(() => checkedEntry(lineOf(body), zero, FIRST)).not.toThrow();
  });

  test('[R4] a market of an unknown mechanism is not folded', async () => {
    const played = await Played.open();
    const created = played.entries.find(({ command }) => command.wish.type === 'create_market')!;
    const previous = played.entries[created.seq - 2]!.hash;
    const body = encodeBody(created).replace('"mechanism":"cpmm@1"', '"mechanism":"cpmm@9"');
    const line = sealBody(body, nodeChain(previous, body));
    const before = { seq: created.seq - 1, rules: 1 };
    expect(() => checkedEntry(line, previous, before)).toThrow(/cpmm@9: a newer build wrote it/);
  });

  test('[R4] rules that are adopted and unknown here end it, even in the last entry', async () => {
    const played = await Played.open();
    const [entry] = played.entries;
    const zero = hashZero(played.store.id);
    const wish = { type: 'adopt_rules', rules: 2 } as const;
    const events = [{ type: 'rules_adopted', rules: 2 }] as const;
    const body = encodeBody({ ...entry!, command: { by: 'system', wish }, events });
    expect(() => checkedEntry(sealBody(body, nodeChain(zero, body)), zero, FIRST)).toThrow(
      /entry 1: rules 2: a newer build wrote it/,
    );
  });

  test('[R10] an entry under other rules than those in force is refused', async () => {
    const played = await Played.open();
    const [entry] = played.entries;
    const zero = hashZero(played.store.id);
    const body = encodeBody({ ...entry!, rules: 0 });
    expect(() => checkedEntry(sealBody(body, nodeChain(zero, body)), zero, FIRST)).toThrow(
      'it says rules 0, but rules 1 are in force',
    );
  });

  test('[R11] rules in force that this build no longer decides by: nobody leads on them', async () => {
    const played = await recorded();
    const { lastSeq } = played.store.head();
    retired.rules = 1;
    const ended = await recover(played.store.open()).catch((error: unknown) => error);
    retired.rules = 0;
    expect(ended).toMatchObject({
      seq: lastSeq,
      message: expect.stringContaining('rules 1: too old'),
    });
    await recover(played.store.open());
  });

  test('[R5] nothing is decided on a journal that is broken', async () => {
    const played = await recorded();
    const broken = changed(played, rewrite(9, '"pays":"1000000"', '"pays":"1000001"'));
    played.store.open = () => broken as ReturnType<typeof played.store.open>;
    await expect(played.restart()).rejects.toBeInstanceOf(JournalBroken);
  });
});

describe('the chain', () => {
  test('[R6] the platform makes the same chain as the engine', async () => {
    const played = await recorded();
    let previous = hashZero(played.store.id);
    for (const line of played.lines) {
      const body = line.slice(0, -75);
      expect(chain(previous, body)).toBe(nodeChain(previous, body));
      expect(line).toBe(sealBody(body, nodeChain(previous, body)));
      previous = nodeChain(previous, body);
    }
  });

  test('[R6] at every length around the blocks of the hash', () => {
    let previous = hashZero('00'.repeat(16));
    for (let length = 0; length < 200; length++) {
      const text = 'abc ~{}"'.repeat(25).slice(0, length);
      expect(chain(previous, text)).toBe(nodeChain(previous, text));
      previous = nodeChain(previous, text);
    }
  });

  test('[R6] and of the longest entry, then of a short one again', () => {
    const previous = hashZero('00'.repeat(16));
    for (const length of [20_000, 128 * 1024, 16 * 1024 - 32, 16 * 1024 - 31, 3]) {
      const text = '0123456789'.repeat(14_000).slice(0, length);
      expect(nodeChain(previous, text)).toBe(chain(previous, text));
    }
  });

  test('[R2] lines of a group, without their newlines', () => {
    expect([...linesOf('')]).toEqual([]);
    expect([...linesOf('a\nbc\n')]).toEqual(['a', 'bc']);
  });

  test('[R1] ids are remembered over a restart', async () => {
    const played = await Played.open();
    const asked = { key: 'once', wish: openAccount('eve') };
    await played.done(asked);
    await played.restart();
    expect(await played.submit(asked)).toMatchObject({ kind: 'done', repeated: true });
  });
});

/** A journal's own methods, to be handed on one by one. */
const spread = (journal: Journal): Journal => ({
  id: journal.id,
  append: (group, prev) => journal.append(group, prev),
  read: (after, limit) => journal.read(after, limit),
  groupOf: (seq) => journal.groupOf(seq),
  head: () => journal.head(),
  take: () => journal.take(),
  close: () => journal.close(),
});
