/** Pages by cursor: opaque to callers, inside it is the seq that the next page comes before. */
import { Problem } from '../errors.js';

export interface Paged {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor?: string;
}

const badCursor = (): Problem =>
  new Problem('bad_request', {
    details: [{ path: 'cursor', message: 'A cursor comes from the page before.' }],
  });

export const sealCursor = (parts: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** The parts of a cursor this server made: strings, in the number expected. */
export function openCursor(cursor: string, count: number): readonly string[] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw badCursor();
  }
  if (!Array.isArray(parts) || parts.length !== count) throw badCursor();
  return parts.map(String);
}

/** The one number of a cursor that counts from 1. */
export function openNumber(cursor: string): number {
  const [text = ''] = openCursor(cursor, 1);
  if (!/^[1-9]\d{0,14}$/.test(text)) throw badCursor();
  return Number(text);
}

/** The two numbers of a cursor, a seq and a place in it. */
export function openPair(cursor: string): readonly [number, number] {
  const [seq = '', place = ''] = openCursor(cursor, 2);
  if (!/^\d{1,15}$/.test(seq) || !/^\d{1,9}$/.test(place)) throw badCursor();
  return [Number(seq), Number(place)];
}

/** Rows newest first, after the cursor. */
export function pageOf<T extends { readonly seq: number }>(
  rows: Iterable<T>,
  { cursor, limit }: Paged,
): Page<T> {
  const before = cursor === undefined ? Number.POSITIVE_INFINITY : Number(openCursor(cursor, 1)[0]);
  if (Number.isNaN(before)) throw badCursor();
  const items: T[] = [];
  for (const row of rows) {
    if (row.seq >= before) continue;
    const last = items.at(-1);
    if (items.length === limit && last) return { items, cursor: sealCursor([last.seq]) };
    items.push(row);
  }
  return { items };
}
