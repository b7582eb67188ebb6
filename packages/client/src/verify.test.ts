import { ENTRY_VERSION } from '@fairground/engine';
import { afterEach, expect, test } from 'vitest';
import { hashOf, JOURNAL, tinyJournal } from '../test/tiny-journal.js';
import { type Asked, hasty, type TinyServer, tinyServer } from '../test/tiny-server.js';
import { type ClientOptions, createClient } from './client.js';
import type { Cursor } from './cursor.js';

let tiny: TinyServer;
afterEach(() => tiny?.close());

const LINES = tinyJournal(200);
const HEAD = { seq: 200, hash: hashOf(LINES[199]), journal: JOURNAL };

/** A server that shows these lines, and names that head. */
async function clientOf(
  lines: readonly string[],
  head: object,
  extra: Partial<ClientOptions> = {},
) {
  const from = ({ path }: Asked) => Number(/from=(\d+)/.exec(path)?.[1] ?? 1);
  tiny = await tinyServer([
    (asked) =>
      asked.path.startsWith('/v1/head')
        ? { status: 200, body: head }
        : {
            status: 200,
            body: lines
              .slice(from(asked) - 1)
              .map((line) => `${line}\n`)
              .join(''),
          },
  ]);
  const told: string[] = [];
  const options = { url: tiny.url, platform: hasty(), onForked: () => void told.push('forked') };
  return { client: createClient({ ...options, ...extra }), told };
}

test('[K32] the whole journal is decided again, counted, and compared with the head that is named', async () => {
  const { client } = await clientOf(LINES, HEAD);
  const done: [number, number][] = [];
  const proof = await client.verify({ onProgress: (entries, of) => done.push([entries, of]) });
  expect(proof).toMatchObject({
    agrees: true,
    entries: 200,
    redecided: 200,
    folded: 0,
    journal: JOURNAL,
    head: { seq: 200, hash: HEAD.hash },
    published: { seq: 200, hash: HEAD.hash },
    differences: [],
  });
  expect(proof.invariants.length).toBeGreaterThan(3);
  expect(done.at(-1)).toEqual([200, 200]);
});

test('[K32] an entry of a form that this build does not decide by is only folded, and counted as that', async () => {
  const lines = tinyJournal(3, { forms: [ENTRY_VERSION, ENTRY_VERSION + 1] });
  const { client } = await clientOf(lines, { ...HEAD, seq: 3, hash: hashOf(lines[2]) });
  expect(await client.verify()).toMatchObject({
    agrees: true,
    entries: 3,
    redecided: 2,
    folded: 1,
    undecided: [{ version: `form ${ENTRY_VERSION + 1}`, entries: 1 }],
  });
});

test.each<[string, readonly string[], object, number, RegExp]>([
  ['another head', LINES, { ...HEAD, hash: '0'.repeat(64) }, 200, /names the hash 0000/],
  ['fewer entries', LINES.slice(0, 150), HEAD, 151, /end before entry 200/],
  [
    'a changed byte',
    LINES.map((line, n) => (n === 41 ? line.replace('acc_42', 'acc_24') : line)),
    HEAD,
    42,
    /chain/,
  ],
])('[K32] %s is a difference', async (_, lines, head, seq, what) => {
  const { client } = await clientOf(lines, head);
  const proof = await client.verify();
  expect(proof.agrees).toBe(false);
  expect(proof.differences).toMatchObject([{ seq, what: expect.stringMatching(what) }]);
});

test('[K32] a page stays alive meanwhile, and may stop it', async () => {
  const { client } = await clientOf(LINES, HEAD, {
    // Time flies: after each look it is somebody else's turn.
    platform: {
      ...hasty(),
      now: (
        (now) => () =>
          (now += 100)
      )(0),
    },
  });
  const stop = new AbortController();
  const seen: number[] = [];
  const onProgress = (entries: number): void => {
    seen.push(entries);
    if (entries >= 128) stop.abort(new Error('enough'));
  };
  await expect(client.verify({ onProgress, signal: stop.signal })).rejects.toThrow('enough');
  expect(seen).toEqual([64, 128]);
});

test('[K33] a journal without the head that was seen is another one, whatever the server says of it', async () => {
  const seen: Cursor = { seq: 120, hash: hashOf(LINES[119]).slice(0, 8) };
  const good = await clientOf(LINES, HEAD, { head: seen });
  expect(await good.client.verify()).toMatchObject({ agrees: true });
  expect(good.told).toEqual([]);
  await tiny.close();
  // Whole and well-formed, decided by the same rules, and not what was seen.
  const other = tinyJournal(200, { first: 1_000 });
  const head = { ...HEAD, hash: hashOf(other[199]) };
  const { client, told } = await clientOf(other, head, { head: seen });
  expect(await client.head()).toMatchObject({ seq: 200 });
  await expect(client.verify()).rejects.toMatchObject({ kind: 'forked', seen });
  expect(told).toEqual(['forked']);
});
