/** A tick as it comes in: each figure keeps the digits it was sent with, and none of them was ever a fraction. */
import { hash as hashOnce } from 'node:crypto';
import { formatTime, parseTime } from '@fairground/engine';

export interface Tick {
  readonly source: string;
  readonly symbol: string;
  /** Microseconds since 1970. */
  readonly at: number;
  readonly price: string;
  readonly size: string;
  readonly side: 'buy' | 'sell' | null;
  /** The source's own. */
  readonly id: string | null;
}

/** What makes it the same tick as another one. */
export interface KeyedTick extends Tick {
  readonly key: string;
}

/** Why something is no tick, or may not be one. */
export class NoTick extends Error {
  override readonly name = 'NoTick';
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/;
const SOURCE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
const ID = /^[A-Za-z0-9._:/+=@-]{1,128}$/;
const PRICE = /^-?\d{1,18}(\.\d{1,18})?$/;
const SIZE = /^\d{1,18}(\.\d{1,18})?$/;
const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/;
/** 2200: what lies further ahead is no time of a trade. */
const MICROS_MAX = 7_258_118_400_000_000;
const FIELDS = new Set(['source', 'symbol', 'time', 'price', 'size', 'side', 'id']);

export const isSymbol = (text: string): boolean => NAME.test(text);
/** How our own markets are called among the symbols: nobody else may take these names. */
export const OWN = 'market:';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whose it would be, and of what, as far as that can be read out of what is no tick. */
export function placeOf(value: unknown): {
  readonly source: string | null;
  readonly symbol: string | null;
} {
  const { source, symbol } = isRecord(value) ? value : {};
  return {
    source: typeof source === 'string' && SOURCE.test(source) ? source : null,
    symbol: typeof symbol === 'string' && NAME.test(symbol) ? symbol : null,
  };
}

/** Throws `NoTick`, with the field and the form it should have. */
export function readTick(value: unknown): Tick {
  if (!isRecord(value)) throw new NoTick('A tick is an object.');
  for (const field of Object.keys(value))
    if (!FIELDS.has(field)) throw new NoTick(`${field.slice(0, 40)}: there is no such field.`);
  const { source, symbol, price, size, side = null, id = null } = value;
  if (typeof source !== 'string' || !SOURCE.test(source))
    throw new NoTick('source: 1 to 64 of A-Z a-z 0-9 . _ : -');
  if (typeof symbol !== 'string' || !NAME.test(symbol))
    throw new NoTick('symbol: 1 to 64 of A-Z a-z 0-9 . _ : / -');
  if (symbol.startsWith(OWN)) throw new NoTick(`symbol: ${OWN} is kept for the markets here.`);
  if (typeof price !== 'string' || !PRICE.test(price))
    throw new NoTick('price: a decimal string, up to 18 digits before and after the point.');
  if (typeof size !== 'string' || !SIZE.test(size))
    throw new NoTick('size: a decimal string, up to 18 digits before and after the point.');
  if (side !== null && side !== 'buy' && side !== 'sell')
    throw new NoTick('side: "buy", "sell" or absent.');
  if (id !== null && (typeof id !== 'string' || !ID.test(id)))
    throw new NoTick('id: 1 to 128 of A-Z a-z 0-9 . _ : / + = @ -');
  return { source, symbol, at: readMicros(value['time']), price, size, side, id };
}

function readMicros(time: unknown): number {
  const at = typeof time === 'string' ? microsOf(time) : time;
  if (typeof at === 'number' && Number.isInteger(at) && at >= 0 && at <= MICROS_MAX) return at;
  throw new NoTick('time: microseconds since 1970, or like "2026-11-21T18:00:00.123456Z".');
}

/** A time as text: ISO-8601 in UTC with up to six decimals, or microseconds. */
export function microsOf(text: string): number | undefined {
  if (/^\d{1,16}$/.test(text)) return Number(text);
  const found = ISO.exec(text);
  const [, whole = '', rest = ''] = found ?? [];
  const seconds = parseTime(`${whole}Z`);
  if (seconds === undefined) return undefined;
  return seconds * 1_000 + Number(rest.padEnd(6, '0'));
}

export function formatMicros(at: number): string {
  const within = at % 1_000_000;
  const whole = formatTime((at - within) / 1_000).slice(0, 19);
  return `${whole}.${String(within).padStart(6, '0')}Z`;
}

/** 32 hex digits of what makes something itself. */
export const keyOf = (...parts: readonly string[]): string =>
  hashOnce('sha256', parts.join('\n')).slice(0, 32);

/** Once for each source, symbol and id; without an id for each place in what somebody sent under a key. */
export const keyed = (tick: Tick, place: string): KeyedTick => {
  const { source, symbol, id } = tick;
  return { ...tick, key: id === null ? place : keyOf('id', source, symbol, id) };
};
