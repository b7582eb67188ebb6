/** Trades are written and read by a short cut: it says and understands exactly what the table does. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEntry, encodeEntry, encodeWish, type Entry, NotAnEntry } from '../src/index.js';
import { TradeReader } from '../src/wire-trade.js';
import { decodeByTable } from '../src/wire.js';
import { commandOf, entryOf, events, wishes } from './arbitrary.js';
import { CAST, tell } from './story.js';

/** Trades of every kind: both sides, by spend and by shares, bounded, merged, marking, halting, on both mechanisms. */
const JOURNAL = tell(`
  ${CAST}
  eve  drafts   M1 cpmm 100 p=0.8 closes=13:00
  eve  opens    M1
  eve  drafts   S1 curve 10 0.025
  eve  opens    S1
  ana  buys     M1 YES 10 min=1
  bob  buys     M1 YES 10
  ana  buys     M1 NO 30
  ana  buys     M1 NO 2
  bob  buys     M1 NO 2
  bob  sells    M1 YES 1
  ana  sells    M1 NO 1
  bob  buys     S1 10 shares max=200
  ana  buys     S1 10 shares max=300
  ana  buys     S1 5
  bob  buys     S1 5
  ana  sells    S1 1
  bob  sells    S1 1
`).lines;

const trade = wishes.trade ?? fc.constant({ type: 'tick' as const });
const traded = events.traded ?? fc.constant({ type: 'sealed' as const });

/** A trade whose event speaks of its own command, as the engine's own do. */
const anyTrade: fc.Arbitrary<Entry> = entryOf(commandOf(trade), fc.tuple(traded)).map((entry) => {
  const [event] = entry.events;
  const { by, wish } = entry.command;
  if (wish.type !== 'trade' || event?.type !== 'traded') return entry;
  const { mark: _, outcome: __, ...rest } = event;
  const { market, side, outcome } = wish;
  const own = { ...rest, market, side, player: by, ...(outcome !== undefined && { outcome }) };
  return { ...entry, events: [own] };
});

/** What a reader makes of a line, or why it makes nothing of it. */
function said(read: (line: string) => Entry, line: string): Entry | 'no entry' {
  try {
    return read(line);
  } catch (error) {
    if (error instanceof NotAnEntry) return 'no entry';
    throw error;
  }
}

/** The text an object would have if bigints were digits in quotes: no word of ours is in this. */
const plainly = (value: object): string =>
  JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? `${field}` : field));

describe('[W2] a trade is written with its keys in the order of the schema', () => {
  test('its wish', () => {
    fc.assert(
      fc.property(trade, (wish) => {
        if (wish.type !== 'trade') return;
        const { type, market, side, outcome, spend, shares, getsMin, paysMax } = wish;
        const ordered = { type, market, side, outcome, spend, shares };
        const text = plainly({ ...ordered, gets_min: getsMin, pays_max: paysMax });
        expect(encodeWish({ ...wish })).toBe(text);
      }),
    );
  });

  test('its event', () => {
    fc.assert(
      fc.property(anyTrade, traded, (entry, event) => {
        if (event.type !== 'traded') return;
        const { type, market, player, side, outcome, pays, gets, fee, merged, mark } = event;
        const transfers = event.transfers.map((one) => [one.from, one.to, one.asset, one.amount]);
        const ordered = { type, market, player, side, outcome, pays, gets, fee, merged, mark };
        const text = `"events":[${plainly({ ...ordered, transfers })}],"hash"`;
        expect(encodeEntry({ ...entry, events: [event] })).toContain(text);
        expect(encodeEntry({ ...entry, events: [event, { type: 'sealed' }] })).toContain(
          text.slice(0, -'],"hash"'.length),
        );
      }),
    );
  });
});

describe('[W3] the short cut reads what the table reads, and nothing else', () => {
  test('a journal, read once and again', () => {
    for (const line of [...JOURNAL, ...JOURNAL])
      expect(decodeEntry(line)).toEqual(decodeByTable(line));
  });

  test('any trade, read once and again', () => {
    fc.assert(
      fc.property(anyTrade, (entry) => {
        const line = encodeEntry(entry);
        for (let n = 0; n < 2; n++) expect(decodeEntry(line)).toEqual(decodeByTable(line));
      }),
    );
  });

  test('it is taken: what was learned from one player reads the trades of others', () => {
    const reader = new TradeReader();
    const taken = new Set<string>();
    for (const line of JOURNAL) {
      const entry = reader.read(line);
      const { by, wish } = entry?.command ?? {};
      if (wish?.type === 'trade') taken.add(`${by} ${wish.side} ${wish.market}`);
      if (!entry) reader.learn(decodeByTable(line));
    }
    expect([...taken].sort()).toEqual([
      'ana buy M1',
      'ana buy S1',
      'bob buy M1',
      'bob buy S1',
      'bob sell S1',
    ]);
  });

  test('a line in which any one byte is another, is missing or is doubled', () => {
    const lines = JOURNAL.filter((line) => line.includes('"traded"'));
    for (const line of lines) decodeEntry(line);
    for (const line of lines.slice(0, 4)) {
      for (let n = 0; n < line.length; n++) {
        const [before, here, after] = [line.slice(0, n), line[n] ?? '', line.slice(n + 1)];
        for (const other of ['', here + here, '"', '\\', '0', ',', '\u0661', 'Y']) {
          const text = before + other + after;
          expect(said(decodeEntry, text)).toEqual(said(decodeByTable, text));
        }
      }
    }
  });

  test('figures at the edges of what is exact', () => {
    const line = JOURNAL.filter((one) => one.includes('"traded"')).at(-1) ?? '';
    decodeEntry(line);
    const figures = ['0', '00', '01', '-0', '-1', '999999999999999', '9007199254740993', '1e3', ''];
    for (const figure of [...figures, '1'.repeat(40), '1'.repeat(41)]) {
      for (const key of ['pays', 'fee', 'shares', 'seq', 'at', 'valid_until', 'v', 'rules']) {
        const text = line.replace(new RegExp(`("${key}":"?)\\d+`), `$1${figure}`);
        expect(said(decodeEntry, text)).toEqual(said(decodeByTable, text));
      }
    }
  });
});
