/** An entry has one form in bytes, and nothing else is read as one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeCommand,
  decodeEntry,
  encodeBody,
  encodeCommand,
  encodeEntry,
  encodeWish,
  type Entry,
  HASH_TAIL_CHARS,
  hashZero,
  NotAnEntry,
} from '../src/index.js';
import { anyEntry, anyWish, commandOf, entryOf, events, wishes } from './arbitrary.js';
import { nodeChain } from './node-hash.js';
import { CAST, tell } from './story.js';

/** A journal with every kind of entry a player sees. */
const JOURNAL = tell(`
  ${CAST}
  eve  drafts   M1 cpmm 100 p=0.8 opens=12:30 closes=13:00 buffer=5 cap=7 two=yes
  eve  edits    M1 cpmm 50 p=0.7 opens=12:30 closes=13:00 two=yes
  eve  drafts   S1 curve 10 0.025
  eve  opens    S1
  at 12:30
  clock ticks
  ana  buys     M1 YES 10 min=1
  ana  buys     M1 NO 30
  bob  mints    M1 5
  bob  merges   M1 2
  bob  buys     S1 10 shares max=200
  feed reports  S1 f1 goal
  feed undoes   S1 u1 f1
  eve  closes   M1
  eve  resolves M1 0.25/0.75
  max  confirms M1 resolve 0.25/0.75
  clock pays    everyone
  eve  cancels  S1
  clock pays    everyone
  eve  drafts   R1 rally 0:100,3:80 seller=max min=2 max=3 closes=14:00
  eve  opens    R1
  ana  joins    R1 1
  bob  joins    R1 2
  clock pays    everyone
  eve  sweeps
`).lines;

describe('[W1] encode(decode(line)) is the line, and decode(encode(entry)) the entry', () => {
  test.each(Object.keys(wishes))('a command %s', (type) => {
    const wish = wishes[type] ?? anyWish;
    fc.assert(fc.property(entryOf(commandOf(wish), fc.constant([])), checkRoundTrip), {
      numRuns: 25,
    });
  });

  test.each(Object.keys(events))('an event %s', (type) => {
    const one = events[type] ?? fc.constant({ type: 'sealed' as const });
    const entry = entryOf(
      fc.constant({ by: 'system', wish: { type: 'tick' } }),
      fc.array(one, { minLength: 1, maxLength: 2 }),
    );
    fc.assert(fc.property(entry, checkRoundTrip), { numRuns: 25 });
  });

  test('a whole journal', () => {
    for (const line of JOURNAL) expect(encodeEntry(decodeEntry(line))).toBe(line);
  });
});

function checkRoundTrip(entry: Entry): void {
  const line = encodeEntry(entry);
  const back = decodeEntry(line);
  expect(encodeEntry(back)).toBe(line);
  expect(back).toEqual(entry);
  expect(line).toMatch(/^[\x20-\x7e]+$/);
  const bare = line.replace(/"[^"]*"/g, '""');
  expect(bare).toMatch(/^(?:[{}[\],:]|""|true|false|\d+)*$/); // no null, no float, no exponent
  checkKeys(JSON.parse(line));
}

/** No key of an object is data, and none looks like a number, which an engine would move to the front. */
function checkKeys(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) for (const key of Object.keys(value)) expect(key).toMatch(/^[a-z_]+$/);
  Object.values(value).forEach(checkKeys);
}

describe('[W2] the keys stand in the order of the schema, the hash last', () => {
  test('of an entry and its command', () => {
    for (const line of JOURNAL) {
      expect(Object.keys(JSON.parse(line))).toEqual([
        'v',
        'seq',
        'at',
        'rules',
        'command',
        'events',
        'hash',
      ]);
    }
    const wish = { amount: 5n, market: 'M1', type: 'mint' } as never;
    expect(encodeCommand({ wish, validUntil: 7, id: '0f', by: 'ana' })).toBe(
      '{"by":"ana","id":"0f","valid_until":7,"wish":{"type":"mint","market":"M1","amount":"5"}}',
    );
  });

  test('however an object was built', () => {
    fc.assert(
      fc.property(anyWish, (wish) => {
        const turned = Object.fromEntries(Object.entries(wish).reverse());
        expect(encodeWish(turned as never)).toBe(encodeWish(wish));
      }),
    );
  });

  test('what is absent is left out, and no field is invented', () => {
    const wish = { type: 'mint', market: 'M1', amount: 5n, getsMin: undefined, extra: 1 } as never;
    expect(encodeWish(wish)).toBe('{"type":"mint","market":"M1","amount":"5"}');
  });
});

const anyText = fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes));
const lineOf = (text: string) => decodeEntry(text);
const LINE = JOURNAL.at(21) ?? '';
const swap = (from: string, to: string): string => {
  expect(LINE).toContain(from);
  return LINE.replace(from, to);
};

const TAMPERED: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['null', 'null'],
  ['true', 'true'],
  ['a number', '7'],
  ['a text', '"entry"'],
  ['a list', '[]'],
  ['an empty object', '{}'],
  ['half of it', LINE.slice(0, LINE.length / 2)],
  ['twice', LINE + LINE],
  ['a line break behind', `${LINE}\n`],
  ['a space in front', ` ${LINE}`],
  ['a space behind', `${LINE} `],
  ['a space between', swap(',"seq"', ', "seq"')],
  ['a byte order mark', `\ufeff${LINE}`],
  ['a letter outside ASCII', swap('M1', 'M\u0661')],
  ['a letter written as an escape', swap('M1', '\\u004d1')],
  ['a key written as an escape', swap('"seq"', '"\\u0073eq"')],
  ['keys in another order', swap('{"v":1,"seq":22', '{"seq":22,"v":1')],
  ['a key more', swap('{"v":1', '{"v":1,"w":1')],
  ['a key of the prototype', swap('{"v":1', '{"__proto__":{},"v":1')],
  ['a key twice', swap('{"v":1', '{"v":1,"v":1')],
  ['a key twice, differing', swap('{"v":1', '{"v":2,"v":1')],
  ['a key less', swap(',"rules":1', '')],
  ['an unknown key in the command', swap('{"by"', '{"as":"x","by"')],
  ['a number with an exponent', swap('"v":1', '"v":1e0')],
  ['a number with a fraction', swap('"v":1', '"v":1.0')],
  ['a negative zero', swap('"v":1', '"v":-0')],
  ['a leading zero', swap('"v":1', '"v":01')],
  ['a number past 2^53', swap('"seq":22', '"seq":9007199254740993')],
  ['a number as text', swap('"seq":22', '"seq":"21"')],
  ['a null', swap('"seq":22', '"seq":null')],
  ['a float for an amount', swap('"pays":"10000000"', '"pays":10000000')],
  ['an amount with a leading zero', swap('"pays":"10000000"', '"pays":"010000000"')],
  ['an amount with a plus', swap('"pays":"10000000"', '"pays":"+10000000"')],
  ['an amount of minus zero', swap('"pays":"10000000"', '"pays":"-0"')],
  ['an amount in hex', swap('"pays":"10000000"', '"pays":"0x1"')],
  ['an amount of nothing', swap('"pays":"10000000"', '"pays":""')],
  ['an amount with a space', swap('"pays":"10000000"', '"pays":" 1"')],
  ['an amount of 41 digits', swap('"pays":"10000000"', `"pays":"${'1'.repeat(41)}"`)],
  ['an unknown event', swap('"type":"traded"', '"type":"borrowed"')],
  ['an event of every object', swap('"type":"traded"', '"type":"constructor"')],
  ['an unknown wish', swap('"type":"trade"', '"type":"borrow"')],
  ['a wish that is no text', swap('"type":"trade"', '"type":7')],
  ['events that are no list', swap('"events":[', '"events":{"0":').replace('],"hash"', '},"hash"')],
  ['an event that is null', swap('"events":[', '"events":[null,')],
  ['an event that is a list', swap('"events":[', '"events":[[],')],
  ['a transfer of three parts', swap(',"points","9900000"]', ',"9900000"]')],
  ['a transfer of five parts', swap('"9900000"]', '"9900000","1"]')],
  ['a transfer that is an object', swap('[["player:ana"', '[{},["player:ana"')],
];

describe('[W3] a line that is not exactly what would be written is not an entry', () => {
  test('the line itself is one', () => {
    expect(lineOf(LINE).events[0]?.type).toBe('traded');
  });

  test.each(TAMPERED)('%s', (_what, text) => {
    expect(text).not.toBe(LINE);
    expect(() => lineOf(text)).toThrow(NotAnEntry);
  });
});

describe('[W4] any byte changed shows: the line is no entry, or its hash does not continue the chain', () => {
  test('in every place of a whole journal', () => {
    let previous = hashZero('a story');
    for (const line of JOURNAL) {
      expect(continues(previous, line)).toBe(true);
      for (let n = 0; n < line.length; n += 3) {
        const other = String.fromCharCode(((line.charCodeAt(n) - 31 + n) % 95) + 32);
        if (other === line[n]) continue;
        if (continues(previous, line.slice(0, n) + other + line.slice(n + 1)))
          expect(`byte ${n}`).toBe('caught');
      }
      previous = decodeEntry(line).hash;
    }
  });

  test('cut anywhere it is no entry', () => {
    for (let n = 0; n < LINE.length; n++)
      expect(() => lineOf(LINE.slice(0, n))).toThrow(NotAnEntry);
  });
});

function continues(previous: string, line: string): boolean {
  try {
    const { hash } = decodeEntry(line);
    return hash === nodeChain(previous, line.slice(0, -HASH_TAIL_CHARS));
  } catch (error) {
    if (error instanceof NotAnEntry) return false;
    throw error;
  }
}

describe('[W5] whatever is read, it is an entry or NotAnEntry is thrown', () => {
  test('any text', () => {
    fc.assert(fc.property(anyText, readable), { numRuns: 300 });
  });

  test('any JSON', () => {
    fc.assert(fc.property(fc.json(), readable), { numRuns: 500 });
  });

  test('a tag that cannot even be turned into text', () => {
    const wish = '{"type":{"toString":1}}';
    const line = `{"v":1,"seq":1,"at":0,"rules":1,"command":{"by":"a","wish":${wish}},"events":[],"hash":"x"}`;
    expect(() => decodeEntry(line)).toThrow(NotAnEntry);
  });

  test('an entry in which any one value is another JSON value', () => {
    fc.assert(
      fc.property(anyEntry, fc.nat(), fc.jsonValue(), (entry, place, value) => {
        const raw = JSON.parse(encodeEntry(entry)) as object;
        const spots = spotsOf(raw);
        const spot = spots[place % spots.length];
        if (spot) spot.in[spot.key] = value;
        readable(JSON.stringify(raw));
        readCommand((raw as { command: unknown }).command);
      }),
      { numRuns: 1_000 },
    );
  });
});

interface Spot {
  readonly in: Record<string, unknown>;
  readonly key: string;
}

/** Every place in a JSON value. */
function spotsOf(value: unknown): Spot[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ in: holder, key }, ...spotsOf(holder[key])]);
}

function readable(text: string): void {
  try {
    expect(encodeEntry(decodeEntry(text))).toBe(text);
  } catch (error) {
    expect(error).toBeInstanceOf(NotAnEntry);
  }
}

function readCommand(raw: unknown): void {
  try {
    encodeCommand(decodeCommand(raw));
  } catch (error) {
    expect(error).toBeInstanceOf(NotAnEntry);
  }
}

test('[W6] what the chain covers is the line without its last 75 bytes', () => {
  expect(HASH_TAIL_CHARS).toBe(75);
  for (const line of JOURNAL) {
    const { hash: _, ...body } = decodeEntry(line);
    expect(encodeBody(body)).toBe(line.slice(0, -75));
    expect(line.slice(-75)).toMatch(/^,"hash":"[0-9a-f]{64}"\}$/);
  }
});

test('[W7] a change of type cannot be told by the same text: names and amounts are quoted, counts are not', () => {
  expect(encodeWish({ type: 'pay_out', market: '1', first: 1 })).toBe(
    '{"type":"pay_out","market":"1","first":1}',
  );
  expect(encodeWish({ type: 'grant_role', account: '1', role: 'admin' })).toContain(
    '"account":"1"',
  );
});
