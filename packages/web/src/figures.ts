/** Figures for people, made of decimal strings with integers: no float comes near money. */
import { formatAmount, parseAmount } from '@fairground/engine';

const ONE = 1_000_000n;

/** A signed decimal string as micro-units; undefined where it is no amount. */
export function micros(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const size = parseAmount(text.startsWith('-') ? text.slice(1) : text);
  if (size === undefined) return undefined;
  return text.startsWith('-') ? -size : size;
}

export const sizeOf = (value: bigint): bigint => (value < 0n ? -value : value);

/** What someone typed, as the wire writes it: "1,5" is "1.5", "012" is "12". Undefined: no amount. */
export function typedAmount(text: string): string | undefined {
  const plain = text
    .trim()
    .replace(',', '.')
    .replace(/^0+(?=\d)/, '')
    .replace(/\.$/, '');
  const value = parseAmount(plain.startsWith('.') ? `0${plain}` : plain);
  return value === undefined || value === 0n ? undefined : formatAmount(value);
}

/** Rounded half up to so many decimals, grouped by thousands. */
export function grouped(value: bigint, decimals: number): string {
  const step = 10n ** BigInt(6 - decimals);
  const units = (sizeOf(value) + step / 2n) / step;
  const scale = 10n ** BigInt(decimals);
  const head = (units / scale).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  const tail = decimals === 0 ? '' : `.${(units % scale).toString().padStart(decimals, '0')}`;
  return `${value < 0n && units > 0n ? '−' : ''}${head}${tail}`;
}

export const points = (text: string | undefined, decimals = 2): string => {
  const value = micros(text);
  return value === undefined ? '–' : grouped(value, decimals);
};

export const signed = (text: string | undefined, decimals = 2): string => {
  const value = micros(text);
  if (value === undefined) return '–';
  return value > 0n ? `+${grouped(value, decimals)}` : grouped(value, decimals);
};

/** "1,234" up to 9,999, then "12.3 k", "4.56 M": a figure to glance at. */
export function brief(text: string | undefined): string {
  const value = micros(text);
  if (value === undefined) return '–';
  const size = sizeOf(value);
  if (size < 10_000n * ONE) return grouped(value, 0);
  if (size < 1_000_000n * ONE) return `${grouped(value / 1_000n, 1)} k`;
  if (size < 1_000_000_000n * ONE) return `${grouped(value / 1_000_000n, 2)} M`;
  return `${grouped(value / 1_000_000_000n, 2)} B`;
}

export const count = (value: number | undefined): string =>
  value === undefined ? '–' : grouped(BigInt(value) * ONE, 0);

/** Shares have up to six decimals; four are enough to read. */
export const shares = (text: string | undefined): string => {
  const value = micros(text);
  if (value === undefined) return '–';
  return grouped(value, value % 10_000n === 0n ? 2 : 4);
};

/** What a price of a mechanism means: the chance of an outcome, or Points a share or unit. */
const PRICE_MEANS: Readonly<Record<string, 'chance' | 'points'>> = {
  cpmm: 'chance',
  lmsr: 'chance',
  curve: 'points',
  rally: 'points',
};

/** `cpmm@1` is a `cpmm`. */
const nameOf = (mechanism: string): string => mechanism.replace(/@.*/, '');

export const isChance = (mechanism: string): boolean => PRICE_MEANS[nameOf(mechanism)] === 'chance';

/** Where a share of each outcome is minted for a Point, and merged into one. */
const SETS: ReadonlySet<string> = new Set(['cpmm']);

export const hasSets = (mechanism: string): boolean => SETS.has(nameOf(mechanism));

export function priceText(mechanism: string, price: string | undefined): string {
  const value = micros(price);
  if (value === undefined) return '–';
  return isChance(mechanism) ? `${grouped(value * 100n, 1)}%` : grouped(value, 2);
}

/** A title without what the badge beside it says already: "Raúl Jiménez (MEX 9)" is "Raúl Jiménez". */
export const besideBadge = (title: string): string => title.replace(/ \([A-Z]{3} \d{1,2}\)$/, '');

export type Direction = 'up' | 'down' | 'flat';

export interface Change {
  readonly direction: Direction;
  readonly text: string;
}

/** How far the price is from where it opened: of itself for a stock, in points of chance otherwise. */
export function changeOf(mechanism: string, opening: string, price: string): Change {
  const from = micros(opening) ?? 0n;
  const moved = (micros(price) ?? 0n) - from;
  const base = isChance(mechanism) ? ONE : from;
  const percent = base === 0n ? 0n : (moved * 100n * ONE) / base;
  const text = grouped(percent, 1);
  if (text === '0.0') return { direction: 'flat', text: '0.0%' };
  return moved > 0n
    ? { direction: 'up', text: `+${text}%` }
    : { direction: 'down', text: `${text}%` };
}

export function directionOf(before: string, after: string): Direction {
  const moved = (micros(after) ?? 0n) - (micros(before) ?? 0n);
  if (moved === 0n) return 'flat';
  return moved > 0n ? 'up' : 'down';
}

const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

export const clock = (iso: string): string => CLOCK.format(new Date(iso));
export const day = (iso: string): string => DAY.format(new Date(iso));

/** "now", "12 s", "5 min", "3 h" ago, or the day. */
export function ago(iso: string, now: number): string {
  const seconds = Math.floor((now - Date.parse(iso)) / 1_000);
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return day(iso);
}

/** Ids that were drawn at random are told apart by their end; those that somebody chose are read whole. */
export const shortId = (id: string): string => (id.length > 16 ? id.slice(-8) : id);
