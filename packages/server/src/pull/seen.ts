/** An answer read by a mapping. An item counts whole or not at all, and nothing that it says is believed unchecked. */
import { isId } from '@fairground/engine';
import type { PullItemRow } from '../vault/pull-rows.js';
import { type Mapping, type MarketRef, PULLS } from './mapping.js';

export type Status = PullItemRow['status'];

/** One item as the answer shows it. */
export interface Seen {
  readonly item: string;
  readonly names: readonly string[];
  readonly minute: string | null;
  readonly status: Status;
  /** In the mapping's order; undefined where the answer says nothing. */
  readonly counts: readonly SeenCount[];
  readonly markets: readonly SeenMarket[];
}

export interface SeenCount {
  readonly market: string | null;
  readonly value: number | undefined;
}

export interface SeenMarket {
  readonly market: string;
  readonly pauses: boolean;
  readonly resolves: boolean;
  /** What it comes to, as far as is said. */
  readonly outcome: string | undefined;
}

/** What was not taken, and why, in words of our own: an answer is quoted nowhere. */
export interface Refused {
  readonly item: string | null;
  readonly reason: string;
}

export interface Read {
  readonly seen: readonly Seen[];
  readonly refused: readonly Refused[];
}

/** A whole answer that is of no use. */
export class NoAnswer extends Error {}

/** What is wrong with one item. */
class Wrong extends Error {}

const ITEM = /^[\x21-\x7e]{1,64}$/;
const NAME_CHARS_MAX = 60;
const MINUTE_CHARS_MAX = 12;

export function readAnswer(mapping: Mapping, text: string): Read {
  const items = at(jsonOf(text), mapping.items);
  if (!Array.isArray(items)) throw new NoAnswer(`there is no list at "${mapping.items}"`);
  if (items.length > PULLS.itemsMax) throw new NoAnswer(`more than ${PULLS.itemsMax} items`);
  const refused: Refused[] = [];
  const seen = new Map<string, Seen | undefined>();
  for (const item of items) {
    const key = keyOf(at(item, mapping.item));
    if (key === undefined) {
      refused.push({ item: null, reason: `no id at "${mapping.item}"` });
      continue;
    }
    try {
      const read = readItem(mapping, key, item);
      const known = seen.get(key);
      if (!seen.has(key)) seen.set(key, read);
      else if (!known || JSON.stringify(known) !== JSON.stringify(read))
        throw new Wrong('it is there twice, and says two things');
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      seen.set(key, undefined);
      refused.push({ item: key, reason: error.message });
    }
  }
  return { seen: [...seen.values()].filter((one) => one !== undefined), refused };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NoAnswer('the body is not JSON');
  }
}

function readItem(mapping: Mapping, item: string, from: unknown): Seen {
  const { names, minute, counts, markets } = mapping;
  const status = statusOf(mapping, from);
  return {
    item,
    names: names.map((path) => nameAt(from, path)),
    minute: minute === undefined ? null : minuteAt(from, minute),
    status,
    counts: counts.map((one) => ({
      market: one.market === undefined ? null : marketOf(one.market, from),
      value: countAt(from, one),
    })),
    markets: markets.flatMap(({ market, pauses, resolves }) => {
      const named = marketOf(market, from);
      if (named === null) return [];
      // Who leads now has not won.
      const outcome = status === 'finished' && resolves ? outcomeAt(from, resolves) : undefined;
      return [{ market: named, pauses, resolves: resolves !== undefined, outcome }];
    }),
  };
}

/** Undefined where there is nothing, or null. Only what is a thing's own is looked at. */
function at(from: unknown, path: string): unknown {
  let found = from;
  for (const step of path === '' ? [] : path.split('.')) {
    if (found === null || typeof found !== 'object' || !Object.hasOwn(found, step))
      return undefined;
    found = Reflect.get(found, step);
  }
  return found ?? undefined;
}

/** A text or a whole number, as a word. */
function wordOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

function keyOf(value: unknown): string | undefined {
  const word = wordOf(value);
  return word !== undefined && ITEM.test(word) ? word : undefined;
}

function nameAt(from: unknown, path: string): string {
  const word = wordOf(at(from, path))?.replaceAll(CONTROL, '').trim();
  if (word === undefined || word === '') throw new Wrong(`no name at "${path}"`);
  return word.slice(0, NAME_CHARS_MAX);
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function minuteAt(from: unknown, path: string): string | null {
  const value = at(from, path);
  if (value === undefined) return null;
  const word = wordOf(value)?.replaceAll(CONTROL, '').trim();
  if (word === undefined) throw new Wrong(`no minute at "${path}"`);
  return word === '' ? null : word.slice(0, MINUTE_CHARS_MAX);
}

function statusOf({ status }: Mapping, from: unknown): Status {
  if (!status) return 'live';
  const word = wordOf(at(from, status.path)) ?? '';
  for (const name of ['scheduled', 'live', 'finished'] as const)
    if (status[name].includes(word)) return name;
  throw new Wrong(`an unknown status at "${status.path}"`);
}

function countAt(from: unknown, { path, max }: Mapping['counts'][number]): number | undefined {
  const value = at(from, path);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw new Wrong(`no whole number at "${path}"`);
  if (value > max) throw new Wrong(`more than ${max} at "${path}"`);
  return value;
}

/** Null where the table has none for it. */
function marketOf(ref: MarketRef, from: unknown): string | null {
  if (typeof ref !== 'string') {
    const word = wordOf(at(from, ref.path)) ?? '';
    return Object.hasOwn(ref.is, word) ? (ref.is[word] ?? null) : null;
  }
  const market = ref.replaceAll(/\{([^}]*)\}/g, (_, path: string) => wordOf(at(from, path)) ?? '{');
  if (!isId(market)) throw new Wrong(`"${ref}" makes no market of it`);
  return market;
}

interface Winner {
  readonly path: string;
  readonly is: Readonly<Record<string, string>>;
}

function outcomeAt(from: unknown, { path, is }: Winner): string | undefined {
  const value = at(from, path);
  if (value === undefined) return undefined;
  const word = wordOf(value) ?? '';
  // Nobody has won yet: many say so with an empty text.
  if (word === '' && typeof value === 'string') return undefined;
  const outcome = Object.hasOwn(is, word) ? is[word] : undefined;
  if (outcome === undefined) throw new Wrong(`an unknown winner at "${path}"`);
  return outcome;
}
