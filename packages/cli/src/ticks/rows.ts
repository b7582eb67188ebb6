/** Rows of a file become lines as the server takes ticks; a row that is none goes as it is, and is judged there. */
import { Failure } from '../exit.js';

export const FIELDS = ['source', 'symbol', 'time', 'price', 'size', 'side', 'id'] as const;
export type Field = (typeof FIELDS)[number];
const NEEDED = ['source', 'symbol', 'time', 'price', 'size'] as const;

export const TIME_UNITS = ['us', 'ms', 's'] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

export interface Mapping {
  /** Which column holds a field, where it has another name. */
  readonly columns: ReadonlyMap<Field, string>;
  /** The same in every row. */
  readonly fixed: Readonly<Partial<Record<Field, string>>>;
  readonly timeUnit: TimeUnit;
}

const isField = (text: string): text is Field => FIELDS.some((field) => field === text);

/** `time=exchange_time_us,id=trade_id` */
export function columnsIn(text: string): ReadonlyMap<Field, string> {
  const columns = new Map<Field, string>();
  for (const pair of text.split(',')) {
    const [field = '', column = ''] = pair.split('=').map((part) => part.trim());
    if (!isField(field) || column === '')
      throw new Failure(
        'usage',
        `--map: “${pair}” is not FIELD=COLUMN with one of ${FIELDS.join()}.`,
      );
    columns.set(field, column);
  }
  return columns;
}

/** Of a table with this header. */
export function csvRows(
  header: string,
  { columns, fixed, timeUnit }: Mapping,
): (row: string) => string {
  const names = cellsOf(header.replace(/^\uFEFF/, '')) ?? [];
  const places: (readonly [Field, number])[] = [];
  for (const field of FIELDS) {
    const name = columns.get(field);
    const place = names.indexOf(name ?? field);
    if (name !== undefined && place < 0)
      throw new Failure('usage', `There is no column “${name}”, but ${names.join(', ')}.`);
    if (place >= 0) places.push([field, place]);
    else if (NEEDED.some((needed) => needed === field) && fixed[field] === undefined)
      throw new Failure('usage', `No column is “${field}”: say which with --map ${field}=COLUMN.`);
  }
  return (row) => {
    const cells = cellsOf(row);
    if (cells?.length !== names.length) return row;
    const tick: Partial<Record<Field, string>> = { ...fixed };
    for (const [field, place] of places) {
      const cell = cells[place] ?? '';
      if (cell !== '') tick[field] = field === 'time' ? microsIn(cell, timeUnit) : cell;
    }
    return JSON.stringify(tick);
  };
}

/** Lines of JSON; as they are, unless something is said of them. */
export function jsonRows({ columns, fixed, timeUnit }: Mapping): (row: string) => string {
  if (columns.size === 0 && Object.keys(fixed).length === 0 && timeUnit === 'us')
    return (row) => row;
  return (row) => {
    const values = recordIn(row);
    if (!values) return row;
    const tick: Record<string, unknown> = { ...values };
    for (const name of columns.values()) delete tick[name];
    for (const [field, name] of columns) tick[field] = values[name];
    Object.assign(tick, fixed);
    const { time } = tick;
    if (typeof time === 'string' || typeof time === 'number')
      tick['time'] = microsIn(String(time), timeUnit);
    return JSON.stringify(tick);
  };
}

function recordIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}

const PLACES: Readonly<Record<TimeUnit, number>> = { us: 0, ms: 3, s: 6 };

/** Digits are moved, not multiplied: no fraction is rounded. What is no such number stays what it is. */
export function microsIn(text: string, unit: TimeUnit): string {
  const [, whole, rest = ''] = /^(\d{1,16})(?:\.(\d+))?$/.exec(text) ?? [];
  const places = PLACES[unit];
  if (whole === undefined || rest.length > places) return text;
  return `${whole}${rest.padEnd(places, '0')}`.replace(/^0+(?=\d)/, '');
}

/** Cells with or without quotes; undefined where the quotes do not fit. */
function cellsOf(row: string): readonly string[] | undefined {
  if (!row.includes('"')) return row.split(',').map((cell) => cell.trim());
  const cells: string[] = [];
  for (let rest = row; ; ) {
    const [whole, quoted, bare = ''] = /^(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    cells.push(quoted?.replaceAll('""', '"') ?? bare.trim());
    if (rest.length === whole.length) return cells;
    rest = rest.slice(whole.length + 1);
  }
}
