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
