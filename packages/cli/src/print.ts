/** Words on a stream: tables that line up, JSON as the API writes it, and nothing that could steer a terminal. */
import { formatAmount } from '@fairground/engine';
import type { Stream, Terminal } from './terminal.js';

export function line(stream: Stream, text = ''): void {
  stream.write(`${text}\n`);
}

/** One document: amounts are decimal strings, times ISO-8601, names as in the API. */
export function json(terminal: Terminal, value: unknown): void {
  line(terminal.out, JSON.stringify(toWire(value), undefined, 2));
}

/** One document a line. */
export function jsonLine(terminal: Terminal, value: unknown): void {
  line(terminal.out, JSON.stringify(toWire(value)));
}

/** Moments are the numbers named `at` or `…At`; every other number is a count. */
export function toWire(value: unknown, name = ''): unknown {
  if (typeof value === 'bigint') return formatAmount(value);
  if (typeof value === 'number' && /(^a|A)t$/.test(name)) return new Date(value).toISOString();
  if (Array.isArray(value)) return value.map((each) => toWire(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [snakeCase(key), toWire(each, key)]),
  );
}

const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to keep out.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text that came from elsewhere, without the characters that move cursors or turn letters around. */
export const plain = (text: string): string => text.replace(CONTROLS, '·');

const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\u3000-\u303e\uff01-\uff60]|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}/u;
const LETTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many columns a text takes. */
export function width(text: string): number {
  let columns = 0;
  for (const { segment } of LETTERS.segment(text)) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}

/** The text, or its beginning and an ellipsis. */
export function fit(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of LETTERS.segment(text)) {
    used += width(segment);
    if (used > columns) break;
    kept += segment;
  }
  return `${kept}…`;
}

export interface Column {
  readonly name: string;
  /** Figures stand right so that their digits line up. */
  readonly right?: boolean;
  /** Gives way where the terminal is narrow. */
  readonly flexible?: boolean;
  /** Goes on in the next line rather than being cut. */
  readonly wraps?: boolean;
  /** Left out where there is no room, the highest first; `--json` has it. */
  readonly spare?: number;
}

interface Shown extends Column {
  /** Where its cells stand in a row. */
  readonly n: number;
  width: number;
}

const GAP = '  ';
const FLEXIBLE_MIN = 12;

export function table(
  terminal: Terminal,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): void {
  const cells = rows.map((row) => row.map(plain));
  const room = terminal.out.isTTY ? terminal.out.columns : undefined;
  const shown = columnsIn(room ?? Number.POSITIVE_INFINITY, columns, cells);
  const draw = (row: readonly string[]): readonly string[] => {
    const parts = shown.map(({ n, width: most, wraps }) =>
      wraps ? wrapped(row[n] ?? '', most) : [fit(row[n] ?? '', most)],
    );
    const lines = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: lines }, (_, at) =>
      shown
        .map((column, n) => aligned(parts[n]?.[at] ?? '', column))
        .join(GAP)
        .trimEnd(),
    );
  };
  for (const text of draw(columns.map(({ name }) => name)))
    line(terminal.out, paint(terminal, 'dim', text));
  for (const row of cells) for (const text of draw(row)) line(terminal.out, text);
}

/** Flexible columns give way first, then spare ones go, and at last every column gives way. */
function columnsIn(
  room: number,
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
): readonly Shown[] {
  const natural = columns.map((column, n): Shown => {
    const widths = [column.name, ...cells.map((row) => row[n] ?? '')].map(width);
    return { ...column, n, width: Math.max(...widths) };
  });
  for (;;) {
    const shown = natural.map((column) => ({ ...column }));
    if (
      shrunk(
        shown.filter(({ flexible }) => flexible),
        shown,
        room,
      )
    )
      return shown;
    const spare = natural.filter((column) => column.spare !== undefined);
    const [goes] = spare.sort((a, b) => (b.spare ?? 0) - (a.spare ?? 0));
    if (!goes) {
      shrunk(shown, shown, room);
      return shown;
    }
    natural.splice(natural.indexOf(goes), 1);
  }
}

/** Takes from the widest of some as long as it must and may. True where all fit. */
function shrunk(some: readonly Shown[], all: readonly Shown[], room: number): boolean {
  const over = (): number =>
    all.reduce((sum, column) => sum + column.width, GAP.length * (all.length - 1)) - room;
  while (over() > 0) {
    const widest = some.reduce<Shown | undefined>(
      (most, one) => (one.width > (most?.width ?? FLEXIBLE_MIN) ? one : most),
      undefined,
    );
    if (!widest) return false;
    widest.width -= 1;
  }
  return true;
}

/** Whole words, as far as they fit; at least one line. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    const longer = last === '' ? word : `${last} ${word}`;
    if (width(longer) <= columns) lines[lines.length - 1] = longer;
    else if (last === '') lines[lines.length - 1] = fit(word, columns);
    else lines.push(fit(word, columns));
  }
  return lines;
}

function aligned(text: string, { right = false, width: columns }: Shown): string {
  const space = ' '.repeat(Math.max(0, columns - width(text)));
  return right ? space + text : text + space;
}

const PAINTS = { dim: '2', bold: '1', red: '31', green: '32' } as const;

/** Colours only where someone looks, and wants them (https://no-color.org). */
export function paint(
  terminal: Terminal,
  how: keyof typeof PAINTS,
  text: string,
  stream: Stream = terminal.out,
): string {
  const { env } = terminal;
  const wanted = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return wanted ? `\u001b[${PAINTS[how]}m${text}\u001b[0m` : text;
}

export const grouped = (count: number | bigint): string =>
  String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 entry`, `2 entries`. */
export const counted = (count: number, one: string, many: string): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

/** With the same decimals for all, so that the points line up; cut off, never rounded up. */
export function formatPrice(value: bigint, decimals = 4): string {
  const unit = 10n ** BigInt(6 - decimals);
  const text = formatAmount(value - (value % unit));
  const [whole = '0', rest = ''] = text.split('.');
  return `${whole}.${rest.padEnd(decimals, '0')}`;
}
