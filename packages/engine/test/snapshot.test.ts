/** A snapshot is the world in one form: all of it, whatever the order it came in, and never a changed one. */
import { describe, expect, test } from 'vitest';
import { NotASnapshot, snapshotLines, SnapshotReader, stateHash } from '../src/index.js';
import { chain as ownChain } from '../src/hash.js';
import { digestOf } from '../src/ids.js';
import { micro } from '../src/math/amount.js';
import { checkEveryCut, checkTopics, copyOf, reloaded } from './cuts.js';
import { nodeChain } from './node-hash.js';
import { CAST, tell } from './story.js';

const STAGE = `
  ${CAST}
  eve  drafts   M1 cpmm 100 two=yes
  eve  drafts   M2 cpmm 100 closes=12:30
  eve  drafts   S1 curve 10 0.025
  eve  opens    M1
  eve  opens    M2
  eve  opens    S1
  ana  buys     M1 YES 10
  ana  buys     M2 YES 10
  bob  buys     M2 NO 10
  feed reports  S1 f1 goal
  eve  drafts   R1 rally 0:100,3:80 seller=max max=9 closes=13:00
  eve  opens    R1
  ana  joins    R1 2
  cid  joins    R1 1
  eve  grants   ana 5
  eve  closes   M1
  max  resolves M1 YES
  eve  cancels  M2
`;

const linesOf = (story = STAGE): string[] => [...snapshotLines(tell(story).world)];

/** The same entries, put in again from the last to the first. */
function turned<K, V>(map: Map<K, V>): void {
  const entries = [...map].reverse();
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

describe('a snapshot', () => {
  test('[P1] read back is the same world, with all that is derived', () => {
    const { world } = tell(STAGE);
    const { world: copy, hash } = reloaded(snapshotLines(world));
    expect(hash).toBe(stateHash(world));
    expect(stateHash(copy)).toBe(hash);
    const { ids, agenda, books, ...fields } = copy;
    const { ids: _ids, agenda: _agenda, books: _books, ...expected } = world;
    expect(fields).toEqual(expected);
    expect([...ids.all()]).toEqual([...world.ids.all()]);
    expect(agenda.due(Number.MAX_SAFE_INTEGER, 99)).toEqual(
      world.agenda.due(Number.MAX_SAFE_INTEGER, 99),
    );
    for (const name of world.books.accounts()) expect(books.of(name)).toEqual(world.books.of(name));
  });

  test('[P2] says nothing of the order in which the world was put together', () => {
    const { world } = tell(STAGE);
    const before = [...snapshotLines(world)];
    turned(world.accounts);
    turned(world.markets);
    turned(world.granted);
    for (const market of world.markets.values()) {
      turned(market.facts);
      turned(market.positions);
    }
    expect([...snapshotLines(world)]).toEqual(before);
  });

  test('[P3] cut at every seq of a story with rallies: the same later events, the same state', () => {
    checkEveryCut(tell(STAGE).lines);
  });

  /** A line may say something else that is as well formed: then it is another world, with another hash. */
  function isRefusedOrAnother(lines: readonly string[], hash: string): boolean {
    try {
      return reloaded(lines).hash !== hash;
    } catch (error) {
      return error instanceof NotASnapshot;
    }
  }

  test('[P4] with any character changed is refused, or is another world', () => {
    const lines = linesOf();
    const hash = stateHash(tell(STAGE).world);
    for (const [at, line] of lines.entries()) {
      for (let n = at % 7; n < line.length; n += 7) {
        const changed = `${line.slice(0, n)}${line[n] === '1' ? '2' : '1'}${line.slice(n + 1)}`;
        const others = [...lines.slice(0, at), changed, ...lines.slice(at + 1)];
        expect(isRefusedOrAnother(others, hash), changed).toBe(true);
      }
    }
  });

  test('[P4] with a line missing, twice or behind the end is refused; moved, it is refused or another world', () => {
    const lines = linesOf();
    const hash = stateHash(tell(STAGE).world);
    const wrong: string[][] = [[], lines.slice(0, -1), lines.slice(1), [...lines, lines[0]!]];
    for (let n = 1; n < lines.length; n++) {
      wrong.push([...lines.slice(0, n), ...lines.slice(n + 1)]);
      wrong.push([...lines.slice(0, n), lines[n - 1]!, ...lines.slice(n)]);
      if (n + 1 === lines.length) continue;
      const moved = [...lines.slice(0, n), lines[n + 1]!, lines[n]!, ...lines.slice(n + 2)];
      expect(isRefusedOrAnother(moved, hash)).toBe(true);
    }
    for (const some of wrong) expect(() => reloaded(some)).toThrow(NotASnapshot);
  });

  test.each([
    ['another format', (line: string) => line.replace('"format":1', '"format":2'), 'format 2'],
    ['spaces', (line: string) => line.replace(',', ', '), 'one form'],
    [
      'another order of keys',
      (line: string) => line.replace(/"at":(\d+),"rules":1/, '"rules":1,"at":$1'),
      'one form',
    ],
    ['a field too many', (line: string) => line.replace('"seq"', '"x":1,"seq"'), 'one form'],
    ['a field too few', (line: string) => line.replace(/"rules":1,/, ''), 'rules is missing'],
    ['a leading zero', (line: string) => line.replace(/"volume":"/, '"volume":"0'), 'one form'],
    ['no JSON', () => '{', 'JSON'],
  ])('[P4] with %s is refused', (_name, change, what) => {
    const [first = '', ...rest] = linesOf();
    expect(change(first)).not.toBe(first);
    expect(() => reloaded([change(first), ...rest])).toThrow(what);
  });

  test('[P4] of a mechanism or a state that is unknown here is refused', () => {
    const swap = (from: string, to: string): string[] =>
      linesOf().map((line) => line.replace(from, to));
    expect(() => reloaded(swap('"curve@1"', '"curve@9"'))).toThrow('curve@9');
    expect(() => reloaded(swap('"state":"open"', '"state":"ajar"'))).toThrow('ajar is unknown');
  });

  test('[P5] has the state hash as the chain over its lines, by whichever SHA-256', () => {
    const { world } = tell(STAGE);
    expect(stateHash(world, nodeChain)).toBe(stateHash(world, ownChain));
    const reader = new SnapshotReader(nodeChain);
    for (const line of snapshotLines(world)) reader.add(line);
    expect(reader.finish().hash).toBe(stateHash(world));
  });

  test('[P6] keeps every id in its order, and what was forgotten, in short lines however many there are', () => {
    const { world } = tell(CAST);
    for (let n = 0; n < 1_000; n++) {
      const id = n.toString(16).padStart(8, '0').repeat(4);
      world.ids.add(id, digestOf(id), world.seq, world.at + n);
    }
    world.ids.restore([], world.at - 5);
    for (let n = 0; n < 700; n++) world.paying.add(`M${n}`);
    const account = world.accounts.get('ana')!;
    for (let n = 0; n < 700; n++) account.markets.push('m'.repeat(64));
    const lines = [...snapshotLines(world)];
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(16 * 1024);
    const copy = copyOf(world);
    expect([...copy.ids.all()]).toEqual([...world.ids.all()]);
    expect(copy.ids.forgottenUntil).toBe(world.at - 5);
    expect([...copy.paying]).toEqual([...world.paying]);
    expect(copy.accounts.get('ana')?.markets).toEqual(account.markets);
  });

  test('[P7] an entry tells of the topics it moves, and of no other', () => {
    checkTopics(tell(STAGE).lines);
  });

  test('[P1] the copy is a world of its own', () => {
    const { world } = tell(STAGE);
    const before = stateHash(world);
    const copy = copyOf(world);
    copy.books.post({ from: 'mint', to: 'player:ana', asset: 'points', amount: micro(1n) });
    copy.markets.get('R1')!.holders[0]!.paid = micro(5n);
    expect(stateHash(world)).toBe(before);
  });
});
