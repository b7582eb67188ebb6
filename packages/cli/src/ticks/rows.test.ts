import { expect, test } from 'vitest';
import { columnsIn, csvRows, jsonRows, type Mapping, microsIn } from './rows.js';

const PLAIN: Mapping = { columns: new Map(), fixed: {}, timeUnit: 'us' };

test.each([
  ['1723161255342000', 'us', '1723161255342000'],
  ['1723161255342', 'ms', '1723161255342000'],
  ['1723161255.342', 's', '1723161255342000'],
  ['1723161255342.5', 'ms', '1723161255342500'],
  ['0.5', 's', '500000'],
  ['0', 's', '0'],
  // Finer than a microsecond, and no number at all: the server says what it should be.
  ['1.0000001', 's', '1.0000001'],
  ['1.5', 'us', '1.5'],
  ['2026-06-11T12:00:00Z', 'ms', '2026-06-11T12:00:00Z'],
] as const)('[C66] the time %s in %s is %s microseconds', (text, unit, micros) => {
  expect(microsIn(text, unit)).toBe(micros);
});

test('[C66] columns with other names, quoted cells and what is the same in all', () => {
  const mapping = {
    columns: columnsIn('time=at, id=n'),
    fixed: { source: 's' },
    timeUnit: 'ms',
  } as const;
  const row = csvRows('n,at,symbol,price,size,side,note', mapping);
  const tick = { source: 's', symbol: 'A', time: '7000', price: '1.50', size: '2', id: '"x"' };
  expect(JSON.parse(row('"""x""",7,A,"1.50", 2 ,,"a, b"'))).toEqual(tick);
  // Not as many cells as columns, or a quote that does not end: it is judged as it came.
  for (const wrong of ['1,2', '"1,2,3,4,5,6,7']) expect(row(wrong)).toBe(wrong);
});

test('[C66] a column that is not there is said before anything is sent', () => {
  expect(() => csvRows('symbol,price,size,source', PLAIN)).toThrow('--map time=COLUMN');
  const columns = columnsIn('time=when');
  expect(() => csvRows('source,symbol,price,size', { ...PLAIN, columns })).toThrow(
    'no column “when”',
  );
  for (const wrong of ['when=time', 'time', 'time='])
    expect(() => columnsIn(wrong)).toThrow('--map');
});

test('[C66] lines of JSON go as they are, or renamed', () => {
  const line = '{"p": "1.0", "symbol": "A", "t": 7}';
  expect(jsonRows(PLAIN)(line)).toBe(line);
  const renamed = jsonRows({
    columns: columnsIn('time=t,price=p'),
    fixed: { source: 's' },
    timeUnit: 's',
  });
  const tick = { symbol: 'A', time: '7000000', price: '1.0', source: 's' };
  expect(JSON.parse(renamed(line))).toEqual(tick);
  for (const wrong of ['{', '[1]']) expect(renamed(wrong)).toBe(wrong);
});
