import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { fit, plain, table, toWire, width } from './print.js';
import { progress } from './progress.js';
import type { Stream, Terminal } from './terminal.js';

function screen(extra: { isTTY?: boolean; columns?: number } = {}): {
  stream: Stream;
  text: () => string;
} {
  const stream = Object.assign(new PassThrough(), extra);
  return { stream, text: () => String(stream.read() ?? '') };
}

function terminal(out: Stream, env: Record<string, string> = {}): Terminal {
  return { out, err: out, env, signal: new AbortController().signal };
}

const COLUMNS = [
  { name: 'MARKET' },
  { name: 'TITLE', flexible: true },
  { name: 'PRICE', right: true },
];

test('[C6] columns line up, also with wide letters', () => {
  const { stream, text } = screen();
  table(terminal(stream), COLUMNS, [
    ['M1', 'Regnet es?', '0.5000'],
    ['M-long', '雨が降る？ 🌧️', '12.0000'],
  ]);
  const lines = text().trimEnd().split('\n');
  expect(lines[0]).toBe('MARKET  TITLE            PRICE');
  expect(lines[1]).toBe('M1      Regnet es?      0.5000');
  expect(lines.map(width)).toEqual([30, 30, 30]);
});

test('[C6] a narrow terminal shortens the column that may give way', () => {
  const { stream, text } = screen({ isTTY: true, columns: 40 });
  table(terminal(stream, { NO_COLOR: '1' }), COLUMNS, [
    ['M1', 'A very long title that does not fit', '0.5000'],
  ]);
  expect(text().split('\n')[1]).toBe('M1      A very long title that …  0.5000');
  expect(fit('abcdef', 4)).toBe('abc…');
  expect(fit('abc', 4)).toBe('abc');
});

test('[C6] text from elsewhere moves no cursor and turns no letters round', () => {
  const { stream, text } = screen();
  table(terminal(stream), COLUMNS, [['M1', 'a\u001b[2Jb\nc\u202ed', '1']]);
  expect(text()).toContain('a·[2Jb·c·d');
  expect(plain('ana\r')).toBe('ana·');
});

test('[C5] colours and bars are for those who look, and want them', () => {
  const rows = [['M1', 'x', '1']];
  for (const [extra, env, coloured] of [
    [{ isTTY: true, columns: 80 }, {}, true],
    [{ isTTY: true, columns: 80 }, { NO_COLOR: '1' }, false],
    [{ isTTY: true, columns: 80 }, { TERM: 'dumb' }, false],
    [{}, {}, false],
  ] as const) {
    const { stream, text } = screen(extra);
    table(terminal(stream, env), COLUMNS, rows);
    expect(text().includes('\u001b[')).toBe(coloured);
  }
  const { stream, text } = screen();
  const bar = progress(terminal(stream), 'verifying', 'entries');
  bar.at(1, 2);
  bar.end();
  expect(text()).toBe('');
});

test('[C7] JSON says what the API says', () => {
  const order = {
    paysMax: 12_500_000n,
    net: -1n,
    at: 0,
    closesAt: 1_000,
    seq: 7,
    list: [{ feeBps: 200 }],
    gone: undefined,
  };
  expect(JSON.stringify(toWire(order))).toBe(
    '{"pays_max":"12.5","net":"-0.000001","at":"1970-01-01T00:00:00.000Z","closes_at":"1970-01-01T00:00:01.000Z","seq":7,"list":[{"fee_bps":200}]}',
  );
});

test.each([80, 40])('[C56] what a table shows lines up and fits in %i columns', (columns) => {
  const wide = [
    { name: 'MARKET' },
    { name: 'TITLE', flexible: true },
    { name: 'STATUS', spare: 1 },
    { name: 'PRICE', right: true },
    { name: 'MOVED', right: true, spare: 2 },
    { name: 'VOLUME', right: true, spare: 3 },
    { name: 'TRADES', right: true, spare: 4 },
    { name: 'HOLDERS', right: true, spare: 5 },
  ];
  const figures = ['12.3456', '+12.3 %', '1234567.89', '123456', '12345'];
  const rows = [
    ['P-ARG-10', 'A very long title that does not fit', 'open', ...figures],
    [`mkt_${'0'.repeat(36)}`, '雨が降る？ 雨が降る？ 雨が降る？', 'open', ...figures],
  ];
  for (const some of [rows.slice(0, 1), rows]) {
    const { stream, text } = screen({ isTTY: true, columns });
    table(terminal(stream, { NO_COLOR: '1' }), wide, some);
    const lines = text().trimEnd().split('\n');
    expect(lines).toHaveLength(some.length + 1);
    for (const each of lines) expect(width(each)).toBeLessThanOrEqual(columns);
    for (const each of lines.slice(1)) expect(each).toContain(' 12.3456');
    // Right-hand columns end where their names end.
    const ends = lines.map(
      (each) => width(each.slice(0, each.search(/PRICE|12\.3456/)).trimEnd()) > 0,
    );
    expect(ends).not.toContain(false);
  }
});

test('[C56] the most important columns stay longest', () => {
  const names = (columns: number): string => {
    const { stream, text } = screen({ isTTY: true, columns });
    const spare = ['A', 'B', 'C'].map((name, n) => ({ name: name.repeat(8), spare: n }));
    table(terminal(stream, { NO_COLOR: '1' }), [{ name: 'ID' }, ...spare], [['1', '2', '3', '4']]);
    return text().split('\n')[0] ?? '';
  };
  expect([40, 30, 20, 10].map(names)).toEqual([
    'ID  AAAAAAAA  BBBBBBBB  CCCCCCCC',
    'ID  AAAAAAAA  BBBBBBBB',
    'ID  AAAAAAAA',
    'ID',
  ]);
});

test('[C56] a sentence goes on in the next line', () => {
  const { stream, text } = screen({ isTTY: true, columns: 30 });
  const columns = [{ name: 'WHAT' }, { name: 'IS', flexible: true, wraps: true }];
  table(terminal(stream, { NO_COLOR: '1' }), columns, [
    ['lock', 'held: a server has it open on this machine'],
    ['room', 'enough'],
  ]);
  expect(text()).toBe(
    'WHAT  IS\nlock  held: a server has it\n      open on this machine\nroom  enough\n',
  );
});
