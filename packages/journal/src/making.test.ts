import { describe, expect, test } from 'vitest';
import { checkGroup } from './fence.js';
import { GROUP_LIMITS } from './journal.js';
import { Making } from './making.js';
import { lineAfter, type Link } from '../test/groups.js';

const HEAD = { grp: 3, term: 2, lastSeq: 10, hash: 'b'.repeat(64) };

function filled(sizes: Iterable<number>): { making: Making; link: Link } {
  const making = new Making();
  let link: Link = { seq: HEAD.lastSeq, hash: HEAD.hash };
  for (const size of sizes) {
    if (!making.hasRoom) break;
    const made = lineAfter(link, size);
    making.add(made.line.slice(0, -1));
    link = made.link;
  }
  return { making, link };
}

const always = function* (size: number): Generator<number> {
  for (;;) yield size;
};

describe('the group that is being made', () => {
  test('[S3] follows its head, and a store takes it', () => {
    const { making, link } = filled([10, 20, 30]);
    const { group, prev } = making.groupAfter(HEAD, link.hash);
    expect(prev).toEqual({ term: 2, lastSeq: 10, hash: HEAD.hash });
    expect(group).toMatchObject({ grp: 4, term: 2, firstSeq: 11, lastSeq: 13, hash: link.hash });
    expect(group.lines).toHaveLength(making.chars);
    checkGroup(group, prev);
  });

  test('[S3] is full at 1,000 entries', () => {
    const { making, link } = filled(always(0));
    expect(making.count).toBe(GROUP_LIMITS.entriesMax);
    const { group, prev } = making.groupAfter(HEAD, link.hash);
    checkGroup(group, prev);
  });

  test.each([1, 1_000, 65_432, 130_000])(
    '[S3] is full before the largest entry would not fit (entries of %i bytes)',
    (size) => {
      const { making, link } = filled(always(size));
      expect(making.hasRoom).toBe(false);
      expect(making.chars).toBeLessThanOrEqual(GROUP_LIMITS.bytesMax);
      const { group, prev } = making.groupAfter(HEAD, link.hash);
      checkGroup(group, prev);
    },
  );
});
