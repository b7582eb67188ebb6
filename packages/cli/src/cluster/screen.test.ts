import { expect, test } from 'vitest';
import { width } from '../print.js';
import { clusterLine, screen } from './screen.js';
import type { ClusterView, MemberView } from './view.js';

const member = (number: number, over: Partial<MemberView> = {}): MemberView => ({
  number,
  state: 'following',
  says: undefined,
  term: 3,
  seq: 5_321,
  behind: 0,
  lagMs: 40,
  sockets: 2,
  pid: 12_345,
  url: `http://127.0.0.1:${3_999 + number}`,
  ...over,
});

const gone = { term: undefined, seq: undefined, behind: undefined, lagMs: undefined };
const view: ClusterView = {
  database: 'up',
  demo: undefined,
  silentMs: 3_210,
  members: [
    member(1, { state: 'partitioned', says: 'leading', behind: 1_200, lagMs: 4_100 }),
    member(2, { state: 'leading', lagMs: 0 }),
    member(3, { ...gone, state: 'dead', pid: undefined, sockets: undefined }),
  ],
  happenings: [
    { afterMs: 61_000, text: 'node 3 killed' },
    { afterMs: 66_100, text: 'node 2 leads, term 5\u001b[2J' },
  ],
};
const seen = { view, chosen: 2, asksHelp: false, isEnding: false };

test('[C29] the screen at 80 columns', () => {
  const text = screen(seen, { columns: 80, rows: 24 }).map((line) => line.text);
  expect(text).toMatchInlineSnapshot(`
    [
      "The cluster is coming up …",
      "PostgreSQL up · entry 5,321",
      "",
      "  NODE  STATE        TERM  ENTRY         BEHIND  SOCKETS  PAGE",
      "  1     partitioned     3  5,321  1,200 · 4.1 s        2  http://127.0.0.1:4000",
      "› 2     leading         3  5,321       0 · 0 ms        2  http://127.0.0.1:4001",
      "  3     dead            –      –              –        –  http://127.0.0.1:4002",
      "  node 1 believes that it leads; it can write nothing",
      "",
      "  1:01  node 3 killed",
      "  1:06  node 2 leads, term 5·[2J",
      "",
      "node 2: 1–3  k kill  p pause  x cut  r restart  d db  ?  q",
    ]
  `);
});

test('[C29] the screen at 40 columns', () => {
  const text = screen(seen, { columns: 40, rows: 24 }).map((line) => line.text);
  expect(text).toMatchInlineSnapshot(`
    [
      "The cluster is coming up …",
      "PostgreSQL up",
      "",
      "  NODE  STATE        TERM  ENTRY  PORT",
      "  1     partitioned     3  5,321  :4000",
      "› 2     leading         3  5,321  :4001",
      "  3     dead            –      –  :4002",
      "  node 1 believes that it leads; it can…",
      "",
      "  1:01  node 3 killed",
      "  1:06  node 2 leads, term 5·[2J",
      "",
      "node 2: 1–3 k p x r d ? q",
    ]
  `);
});

test('[C29] whatever the size, nothing is wider or higher, and nothing steers the terminal', () => {
  const nine = Array.from({ length: 9 }, (_, n) => member(n + 1));
  for (const asksHelp of [false, true])
    for (let columns = 10; columns <= 200; columns += 19)
      for (let rows = 3; rows <= 60; rows += 11) {
        const large = { ...seen, asksHelp, view: { ...view, members: nine } };
        for (const each of [{ ...seen, asksHelp }, large]) {
          const lines = screen(each, { columns, rows });
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const { text } of lines) {
            expect(width(text)).toBeLessThanOrEqual(columns);
            expect(text).not.toContain('\u001b');
          }
        }
      }
});

test('[C28] where nobody looks it is one line', () => {
  expect(clusterLine(view)).toBe(
    'entry 5,321 · 1 partitioned t3 −1,200, 2 leading t3, 3 dead · PostgreSQL up · no writes for 3.2 s',
  );
});
