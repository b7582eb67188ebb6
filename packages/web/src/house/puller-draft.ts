/** A puller as it is typed, as the node takes it, and which field something that is wrong with it is about. */
import { ApiError } from '../api.js';
import { errorWords } from '../words.js';
import type { MarketRef, Puller } from './wire-letters.js';

export type Fields = Readonly<Record<string, string>>;

export interface TypedPuller {
  /** By their names in the body, such as `mapping.items`. */
  readonly fields: Fields;
  readonly counts: readonly Fields[];
  readonly markets: readonly Fields[];
}

export const BLANK: TypedPuller = {
  fields: {
    every_s: '15',
    'mapping.item': 'id',
    'mapping.hold_s': '600',
    'mapping.falls_after': '2',
    on: 'yes',
  },
  counts: [],
  markets: [],
};

const WORDS = ['scheduled', 'live', 'finished'] as const;
const LIMITS = ['max', 'rise_max', 'fall_max'] as const;
const WHOLE = 'A whole number.';
const NEEDED = 'This is needed.';
const PAIRS = 'Like “home = HOME, away = AWAY”.';

const pairsOf = (table: Readonly<Record<string, string>>): string =>
  Object.entries(table)
    .map(([from, to]) => `${from} = ${to}`)
    .join(', ');
const marketText = (market: MarketRef): string =>
  typeof market === 'string' ? market : `${market.path}: ${pairsOf(market.is)}`;

/** As it stands, to be changed. What it sends along may be secret, and is not told. */
export function typedOf({ name, url, every_s: every, source, on, mapping }: Puller): TypedPuller {
  const { items, item, names, minute = '', status, hold_s: hold, falls_after: falls } = mapping;
  return {
    fields: {
      name,
      url,
      every_s: String(every),
      source,
      on: on ? 'yes' : '',
      'mapping.items': items,
      'mapping.item': item,
      'mapping.names': names.join(', '),
      'mapping.minute': minute,
      'mapping.status.path': status?.path ?? '',
      ...Object.fromEntries(
        WORDS.map((word) => [`mapping.status.${word}`, status?.[word].join(', ') ?? '']),
      ),
      'mapping.hold_s': String(hold),
      'mapping.falls_after': String(falls),
    },
    counts: mapping.counts.map(({ count, path, market, kind = '', ...limits }) => ({
      count,
      path,
      market: market === undefined ? '' : marketText(market),
      kind,
      ...Object.fromEntries(LIMITS.map((limit) => [limit, String(limits[limit])])),
    })),
    markets: mapping.markets.map(({ market, pauses, resolves }) => ({
      market: marketText(market),
      pauses: pauses ? 'yes' : '',
      path: resolves?.path ?? '',
      is: pairsOf(resolves?.is ?? {}),
    })),
  };
}

/** What a field needs to know of the form. */
export interface Filling {
  readonly typed: TypedPuller;
  readonly faultOf: (field: string) => string | undefined;
  readonly set: (field: string, text: string) => void;
}

export interface Wanted {
  readonly body: Readonly<Record<string, unknown>> & { readonly mapping: object };
  readonly faults: Fields;
}

/** What was typed, as the node takes it. `hasHeaders`: some are kept there, and stay where nothing is said of them. */
export function wantedOf(typed: TypedPuller, hasHeaders: boolean): Wanted {
  const reading = new Typing(typed.fields);
  const mapping = {
    items: reading.text('mapping.items'),
    item: reading.needed('mapping.item'),
    names: reading.words('mapping.names'),
    ...reading.maybe('minute', 'mapping.minute'),
    ...(reading.text('mapping.status.path') !== '' && {
      status: {
        path: reading.text('mapping.status.path'),
        ...Object.fromEntries(WORDS.map((word) => [word, reading.words(`mapping.status.${word}`)])),
      },
    }),
    counts: typed.counts.map((row, i) => reading.row(row, `mapping.counts.${i}`).count()),
    markets: typed.markets.map((row, i) => reading.row(row, `mapping.markets.${i}`).market()),
    hold_s: reading.whole('mapping.hold_s'),
    falls_after: reading.whole('mapping.falls_after'),
  };
  const headers = reading.headers();
  const body = {
    name: reading.needed('name'),
    url: reading.needed('url'),
    every_s: reading.whole('every_s'),
    source: reading.needed('source'),
    on: reading.text('on') === 'yes',
    mapping,
    ...((!hasHeaders || headers.length > 0 || reading.text('clears') === 'yes') && { headers }),
  };
  return { body, faults: reading.faults };
}

class Typing {
  readonly faults: Record<string, string>;
  readonly #fields: Fields;
  readonly #at: string;

  constructor(fields: Fields, at = '', faults: Record<string, string> = {}) {
    this.#fields = fields;
    this.#at = at;
    this.faults = faults;
  }

  row(fields: Fields, at: string): Typing {
    return new Typing(fields, `${at}.`, this.faults);
  }

  text(field: string): string {
    return (this.#fields[field] ?? '').trim();
  }

  needed(field: string): string {
    const text = this.text(field);
    if (text === '') this.#fault(field, NEEDED);
    return text;
  }

  maybe(name: string, field = name): object {
    const text = this.text(field);
    return text === '' ? {} : { [name]: text };
  }

  words(field: string): readonly string[] {
    return this.needed(field)
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
  }

  whole(field: string): number {
    const text = this.text(field);
    if (!/^\d{1,9}$/.test(text)) this.#fault(field, WHOLE);
    return Number.parseInt(text, 10) || 0;
  }

  headers(): readonly { readonly name: string; readonly value: string }[] {
    return this.text('headers')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [, name = '', value = ''] = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
        if (value === '') this.#fault('headers', 'One a line, like “X-Api-Key: abc”.');
        return { name, value };
      });
  }

  count(): object {
    const limits = LIMITS.filter((limit) => this.text(limit) !== '');
    return {
      count: this.needed('count'),
      path: this.needed('path'),
      ...(this.text('market') !== '' && { market: this.#market() }),
      ...this.maybe('kind'),
      ...Object.fromEntries(limits.map((limit) => [limit, this.whole(limit)])),
    };
  }

  market(): object {
    const resolves = { path: this.text('path'), is: this.#pairs('is', this.text('is')) };
    if (resolves.path === '' && this.text('is') !== '') this.needed('path');
    if (resolves.path !== '') this.needed('is');
    this.needed('market');
    return {
      market: this.#market(),
      pauses: this.text('pauses') === 'yes',
      ...(resolves.path !== '' && { resolves }),
    };
  }

  /** An id with fields in braces, or a table by one field. */
  #market(): MarketRef {
    const text = this.text('market');
    const [, path, table] = /^([^:=]*):(.*=.*)$/s.exec(text) ?? [];
    if (path === undefined || table === undefined) return text;
    return { path: path.trim(), is: this.#pairs('market', table) };
  }

  #pairs(field: string, text: string): Readonly<Record<string, string>> {
    const pairs = text
      .split(/[,\n]/)
      .filter((pair) => pair.trim() !== '')
      .map((pair): [string, string] => {
        const at = pair.indexOf('=');
        const [from, to] = [pair.slice(0, Math.max(0, at)).trim(), pair.slice(at + 1).trim()];
        if (from === '' || to === '') this.#fault(field, PAIRS);
        return [from, to];
      });
    return Object.fromEntries(pairs);
  }

  #fault(field: string, says: string): void {
    this.faults[`${this.#at}${field}`] ??= says;
  }
}

const ROW = {
  counts: ['count', 'path', 'market', 'kind', ...LIMITS],
  markets: ['market', 'path', 'is'],
};
/** Every field of the form by its name, those of the rows too. */
export const namesOf = ({ fields, counts, markets }: TypedPuller): readonly string[] => [
  ...new Set([...Object.keys(BLANK.fields), ...Object.keys(fields), ...FIELDS]),
  ...counts.flatMap((_, i) => ROW.counts.map((name) => `mapping.counts.${i}.${name}`)),
  ...markets.flatMap((_, i) => ROW.markets.map((name) => `mapping.markets.${i}.${name}`)),
];
const FIELDS = [
  'name',
  'url',
  'source',
  'headers',
  'answer',
  'mapping.items',
  'mapping.names',
  'mapping.minute',
  'mapping.status.path',
  ...WORDS.map((word) => `mapping.status.${word}`),
];

/** Codes that are about one field, though they come without its name. */
const ABOUT: Readonly<Record<string, string>> = { puller_taken: 'name', account_unknown: 'source' };

/** What the node says, at the field that is meant: the one of this name, the one it is part of, or the first within. */
export function faultsOf(
  error: unknown,
  names: readonly string[],
): { readonly at: Fields; readonly whole: string | undefined } {
  if (error === null || error === undefined) return { at: {}, whole: undefined };
  const at: Record<string, string> = {};
  const rest: string[] = [];
  const about = error instanceof ApiError ? ABOUT[error.code] : undefined;
  if (about !== undefined) at[about] = errorWords(error);
  for (const { path = '', message } of error instanceof ApiError ? error.details : []) {
    const field =
      names.find((name) => name === path) ??
      names.find((name) => path.startsWith(`${name}.`)) ??
      names.find((name) => path !== '' && name.startsWith(`${path}.`));
    if (field === undefined) rest.push(path === '' ? message : `${path}: ${message}`);
    else at[field] ??= message;
  }
  const isPlaced = Object.keys(at).length > 0 && rest.length === 0;
  return { at, whole: isPlaced ? undefined : [errorWords(error), ...rest].join(' ') };
}
