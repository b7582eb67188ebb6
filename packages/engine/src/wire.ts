/**
 * The one form of an entry in bytes: printable ASCII, keys in the schema's order, amounts as the decimal
 * digits of their micro-units, no float, no null, no object keyed by data. `encode(decode(line)) === line`.
 *
 * Long because every byte of the journal is decided here: the schema is one table, to be read as one.
 */
import { assert } from './assert.js';
import type {
  Closing,
  Command,
  Draft,
  FactRule,
  Hash,
  Resolution,
  Risk,
  Terms,
  Tier,
  Verdict,
  Wish,
} from './command.js';
import type { Entry, Event } from './event.js';
import type { Transfer } from './ledger/transfer.js';
import { micro } from './math/amount.js';

/** Writes a value's canonical text and reads it back from parsed JSON; reading throws on anything else. */
export interface Codec<T> {
  readonly write: (value: T) => string;
  readonly read: (raw: unknown) => T;
}

interface Field<T> extends Codec<T> {
  readonly optional: boolean;
}

/** Stored bytes that are not an entry of ours: rot or a foreign hand, never bad input. */
export class NotAnEntry extends Error {}

export function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new NotAnEntry(`not a journal entry: ${what}`);
}

export const text: Codec<string> = {
  write: (value) => `"${value}"`,
  read: (raw) => {
    must(typeof raw === 'string', 'text expected');
    return raw;
  },
};
export const int: Codec<number> = {
  write: (value) => `${value}`,
  read: (raw) => {
    must(typeof raw === 'number' && Number.isSafeInteger(raw), 'whole number expected');
    return raw;
  },
};
export const flag: Codec<boolean> = {
  write: (value) => (value ? 'true' : 'false'),
  read: (raw) => {
    must(typeof raw === 'boolean', 'true or false expected');
    return raw;
  },
};
export const big: Codec<bigint> = {
  write: (value) => `"${value}"`,
  read: (raw) => {
    must(typeof raw === 'string' && /^-?\d{1,40}$/.test(raw), 'digits expected');
    return BigInt(raw);
  },
};
export const amount = { write: big.write, read: (raw: unknown) => micro(big.read(raw)) };

/** Text of a narrower type: ids, enums, account names. The engine looks at what it says, not the codec. */
export const word = <T extends string>(): Codec<T> => text as unknown as Codec<T>;

export const opt = <T>(codec: Codec<T>): Field<T | undefined> =>
  ({ ...codec, optional: true }) as Field<T | undefined>;

export function list<T>(codec: Codec<T>): Codec<readonly T[]> {
  return {
    write: (values) => {
      let out = '[';
      for (let n = 0; n < values.length; n++) {
        if (n > 0) out += ',';
        out += codec.write(values[n] as T);
      }
      return `${out}]`;
    },
    read: (raw) => {
      must(Array.isArray(raw), 'a list expected');
      return raw.map(codec.read);
    },
  };
}

/** Micro-Points by outcome. */
const prices = list(big);

type Fields<T> = { readonly [K in keyof T]-?: Codec<T[K]> | Field<T[K]> };

const wireName = (key: string): string =>
  key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** An object whose keys are written in the order given here, in snake_case. */
export function record<T extends object>(fields: Fields<T>): Codec<T> {
  const keys = Object.keys(fields) as (keyof T & string)[];
  const known = keys.map((key) => {
    const codec = fields[key] as Codec<T[keyof T]>;
    return {
      key,
      name: wireName(key),
      label: `"${wireName(key)}":`,
      codec,
      optional: 'optional' in codec,
    };
  });
  return {
    write: (value) => {
      let out = '{';
      for (const { key, label, codec } of known) {
        const field = value[key];
        if (field === undefined) continue;
        out += out.length > 1 ? `,${label}` : label;
        out += codec.write(field);
      }
      return `${out}}`;
    },
    read: (raw) => {
      must(typeof raw === 'object' && raw !== null, 'an object expected');
      const source = raw as Record<string, unknown>;
      const value: Record<string, unknown> = {};
      for (const { key, name, codec, optional } of known) {
        const field = source[name];
        if (field === undefined) must(optional, `${name} is missing`);
        else value[key] = codec.read(field);
      }
      return value as T;
    },
  };
}

/** One record for each value of `tag`, which comes first. */
function tagged<T extends object>(
  tag: string,
  table: Readonly<Record<string, Codec<T>>>,
): Codec<T> {
  const name = tag as keyof T;
  return {
    write: (value) => {
      const codec = table[value[name] as string];
      assert(codec !== undefined, `wire: no codec for ${String(value[name])}`);
      return codec.write(value);
    },
    read: (raw) => {
      must(typeof raw === 'object' && raw !== null, 'an object expected');
      const kind = (raw as Record<string, unknown>)[tag];
      // Only text is quoted: an object from a foreign line may not even turn into text.
      must(typeof kind === 'string', `${tag} must be text`);
      must(Object.hasOwn(table, kind), `${tag} ${kind} is unknown`);
      return (table[kind] as Codec<T>).read(raw);
    },
  };
}

/** Every member of a union by its tag; `record`s for each, so a missing field does not compile. */
type Table<T extends object, Tag extends keyof T> = {
  readonly [K in T[Tag] & string]: Codec<Extract<T, Record<Tag, K>>>;
};

export const union = <T extends object, Tag extends keyof T & string>(
  tag: Tag,
  table: Table<T, Tag>,
): Codec<T> => tagged<T>(tag, table as unknown as Readonly<Record<string, Codec<T>>>);

const member = <T extends object, Tag extends keyof T, K extends T[Tag]>(
  fields: Fields<Extract<T, Record<Tag, K>>>,
): Codec<Extract<T, Record<Tag, K>>> => record(fields);

const transfer: Codec<Transfer> = {
  write: ({ from, to, asset, amount: size }) => `["${from}","${to}","${asset}","${size}"]`,
  read: (raw) => {
    must(Array.isArray(raw) && raw.length === 4, 'a transfer has four parts');
    const [from, to, asset, size] = raw as unknown[];
    return {
      from: word<Transfer['from']>().read(from),
      to: word<Transfer['to']>().read(to),
      asset: text.read(asset),
      amount: amount.read(size),
    };
  },
};
const transfers = list(transfer);

const factRule: Codec<FactRule> = {
  write: (rule) => ('add' in rule ? adding.write(rule) : multiplying.write(rule)),
  read: (raw) => {
    must(typeof raw === 'object' && raw !== null, 'a rule expected');
    return 'add' in raw ? adding.read(raw) : multiplying.read(raw);
  },
};
const adding = record<Extract<FactRule, { add: bigint }>>({ kind: text, add: big });
const multiplying = record<Extract<FactRule, { num: number }>>({ kind: text, num: int, den: int });

const rallyTerms = member<Terms, 'mechanism', 'rally'>({
  mechanism: word<'rally'>(),
  tiers: list(record<Tier>({ units: int, price: amount })),
  minimum: opt(int),
  maximum: int,
  perPerson: int,
  seller: text,
  bps: opt(int),
});

const terms = union<Terms, 'mechanism'>('mechanism', {
  cpmm: member<Terms, 'mechanism', 'cpmm'>({
    mechanism: word<'cpmm'>(),
    outcomes: list(text),
    deposit: amount,
    probability: int,
    bps: opt(int),
  }),
  lmsr: member<Terms, 'mechanism', 'lmsr'>({
    mechanism: word<'lmsr'>(),
    outcomes: list(text),
    liquidity: amount,
    bps: opt(int),
  }),
  curve: member<Terms, 'mechanism', 'curve'>({
    mechanism: word<'curve'>(),
    fundamental: big,
    slope: big,
    bps: opt(int),
    source: text,
    rules: list(factRule),
    factCostMax: opt(amount),
    factMoveMax: opt(big),
  }),
  rally: rallyTerms,
});

const closing = union<Closing, 'mode'>('mode', {
  auto: member<Closing, 'mode', 'auto'>({ mode: word<'auto'>() }),
  auto_with_buffer: member<Closing, 'mode', 'auto_with_buffer'>({
    mode: word<'auto_with_buffer'>(),
    minutes: int,
  }),
  manual: member<Closing, 'mode', 'manual'>({ mode: word<'manual'>() }),
});

const risk = record<Risk>({
  breakerMove: opt(big),
  breakerWindowMs: opt(int),
  breakerHaltMs: opt(int),
  positionLimit: opt(amount),
  extremePrice: opt(int),
});

export const draft = record<Draft>({
  text,
  closing,
  opensAt: opt(int),
  closesAt: opt(int),
  twoPerson: flag,
  refundCap: amount,
  risk: opt(risk),
  terms,
});

const payout = record<Extract<Resolution, { payout: readonly number[] }>>({ payout: list(int) });
const price = record<Extract<Resolution, { price: bigint }>>({ price: big });
const units = record<Extract<Resolution, { units: number }>>({ units: int });
export const resolution: Codec<Resolution> = {
  write: (value) => {
    if ('units' in value) return units.write(value);
    return 'price' in value ? price.write(value) : payout.write(value);
  },
  read: (raw) => {
    must(typeof raw === 'object' && raw !== null, 'a resolution expected');
    if ('units' in raw) return units.read(raw);
    return 'price' in raw ? price.read(raw) : payout.read(raw);
  },
};

export const verdict = union<Verdict, 'act'>('act', {
  resolve: member<Verdict, 'act', 'resolve'>({ act: word<'resolve'>(), resolution, reason: text }),
  cancel: member<Verdict, 'act', 'cancel'>({ act: word<'cancel'>(), reason: text }),
});

type LimitChanges = Extract<Wish, { type: 'set_limits' }>['limits'];
const limits: Codec<LimitChanges> = {
  write: (pairs) => `[${pairs.map(([name, value]) => `["${name}","${value}"]`).join(',')}]`,
  read: (raw) => {
    must(Array.isArray(raw), 'a list of limits expected');
    return raw.map((pair: unknown) => {
      must(Array.isArray(pair) && pair.length === 2, 'a limit is a pair');
      return [word<LimitChanges[number][0]>().read(pair[0]), big.read(pair[1])] as const;
    });
  },
};

const wishOf = <K extends Wish['type']>(
  fields: Omit<Fields<Extract<Wish, { type: K }>>, 'type'>,
): Codec<Extract<Wish, { type: K }>> =>
  record({ type: text, ...fields } as unknown as Fields<Extract<Wish, { type: K }>>);

const wish = union<Wish, 'type'>('type', {
  open_account: wishOf<'open_account'>({ account: text }),
  grant: wishOf<'grant'>({ to: text, amount, reason: text }),
  sweep_fees: wishOf<'sweep_fees'>({}),
  freeze_account: wishOf<'freeze_account'>({ account: text, reason: text }),
  unfreeze_account: wishOf<'unfreeze_account'>({ account: text, reason: text }),
  grant_role: wishOf<'grant_role'>({ account: text, role: word() }),
  revoke_role: wishOf<'revoke_role'>({ account: text, role: word() }),
  set_limits: wishOf<'set_limits'>({ limits }),
  adopt_rules: wishOf<'adopt_rules'>({ rules: int }),
  sealed: wishOf<'sealed'>({}),
  tick: wishOf<'tick'>({}),
  create_market: wishOf<'create_market'>({ market: text, sponsor: text, draft }),
  edit_draft: wishOf<'edit_draft'>({ market: text, draft }),
  open: wishOf<'open'>({ market: text }),
  pause: wishOf<'pause'>({ market: text }),
  resume: wishOf<'resume'>({ market: text }),
  close: wishOf<'close'>({ market: text }),
  extend: wishOf<'extend'>({ market: text, closesAt: int }),
  resolve: wishOf<'resolve'>({ market: text, resolution: opt(resolution), reason: text }),
  cancel: wishOf<'cancel'>({ market: text, reason: text }),
  confirm: wishOf<'confirm'>({ market: text, verdict }),
  pay_out: wishOf<'pay_out'>({ market: text, first: int }),
  trade: wishOf<'trade'>({
    market: text,
    side: word(),
    outcome: opt(text),
    spend: opt(amount),
    shares: opt(amount),
    getsMin: opt(amount),
    paysMax: opt(amount),
  }),
  mint: wishOf<'mint'>({ market: text, amount }),
  merge: wishOf<'merge'>({ market: text, amount }),
  fund: wishOf<'fund'>({ market: text, amount, priceMin: opt(int), priceMax: opt(int) }),
  join_rally: wishOf<'join_rally'>({ market: text, units: int }),
  record_fact: wishOf<'record_fact'>({ market: text, fact: text, kind: text, happenedAt: int }),
  undo_fact: wishOf<'undo_fact'>({ market: text, fact: text, undoes: text }),
});

const eventOf = <K extends Event['type']>(
  fields: Omit<Fields<Extract<Event, { type: K }>>, 'type'>,
): Codec<Extract<Event, { type: K }>> =>
  record({ type: text, ...fields } as unknown as Fields<Extract<Event, { type: K }>>);

const event = union<Event, 'type'>('type', {
  account_opened: eventOf<'account_opened'>({ account: text, transfers }),
  granted: eventOf<'granted'>({ by: text, to: text, amount, reason: text, transfers }),
  fees_swept: eventOf<'fees_swept'>({ transfers }),
  account_frozen: eventOf<'account_frozen'>({ account: text, reason: text }),
  account_unfrozen: eventOf<'account_unfrozen'>({ account: text, reason: text }),
  role_granted: eventOf<'role_granted'>({ account: text, role: word() }),
  role_revoked: eventOf<'role_revoked'>({ account: text, role: word() }),
  limits_set: eventOf<'limits_set'>({ limits }),
  rules_adopted: eventOf<'rules_adopted'>({ rules: int }),
  sealed: eventOf<'sealed'>({}),
  refused: eventOf<'refused'>({ code: word() }),
  market_created: eventOf<'market_created'>({
    market: text,
    mechanism: word(),
    sponsor: word(),
    draft,
    transfers,
  }),
  draft_edited: eventOf<'draft_edited'>({ market: text, draft, transfers }),
  market_opened: eventOf<'market_opened'>({ market: text, transfers }),
  market_halted: eventOf<'market_halted'>({ market: text, until: int, mark: prices, prices }),
  treasury_low: eventOf<'treasury_low'>({ balance: amount, floor: amount }),
  market_paused: eventOf<'market_paused'>({ market: text }),
  market_resumed: eventOf<'market_resumed'>({ market: text }),
  market_closed: eventOf<'market_closed'>({ market: text }),
  market_extended: eventOf<'market_extended'>({ market: text, closesAt: int }),
  verdict_proposed: eventOf<'verdict_proposed'>({ market: text, by: text, verdict }),
  market_resolved: eventOf<'market_resolved'>({
    market: text,
    resolution,
    reason: text,
    transfers,
  }),
  market_cancelled: eventOf<'market_cancelled'>({
    market: text,
    reason: text,
    due: amount,
    funds: amount,
    transfers,
  }),
  paid_out: eventOf<'paid_out'>({ market: text, first: int, next: int, transfers }),
  market_settled: eventOf<'market_settled'>({ market: text, transfers }),
  market_refunded: eventOf<'market_refunded'>({ market: text, transfers }),
  traded: eventOf<'traded'>({
    market: text,
    player: text,
    side: word(),
    outcome: opt(text),
    pays: amount,
    gets: amount,
    fee: amount,
    merged: opt(amount),
    mark: opt(prices),
    transfers,
  }),
  minted: eventOf<'minted'>({ market: text, player: text, amount, transfers }),
  merged: eventOf<'merged'>({ market: text, player: text, amount, transfers }),
  funded: eventOf<'funded'>({ market: text, amount, mark: prices, transfers }),
  joined: eventOf<'joined'>({ market: text, player: text, units: int, added: int, transfers }),
  fact_recorded: eventOf<'fact_recorded'>({
    market: text,
    source: text,
    fact: text,
    kind: text,
    happenedAt: int,
    asked: big,
    applied: big,
    mark: prices,
    transfers,
  }),
  fact_undone: eventOf<'fact_undone'>({
    market: text,
    source: text,
    fact: text,
    undoes: text,
    asked: big,
    applied: big,
    mark: prices,
    transfers,
  }),
});

const events = list(event);

/** The last wish that was written: deciding, encoding and folding one command all ask for the same text. */
let lastWish: Wish | undefined;
let lastText = '';

/** The canonical text of a command without its envelope: what "the same content" means. */
export function encodeWish(value: Wish): string {
  if (value !== lastWish) {
    lastText = wish.write(value);
    lastWish = value;
  }
  return lastText;
}

const command = record<Command>({
  by: text,
  id: opt(text),
  validUntil: opt(int),
  wish: { write: encodeWish, read: wish.read },
});

export const encodeCommand = command.write;
export const decodeCommand = command.read;

/** Everything of an entry but its hash, which is taken over this. */
export type EntryBody = Omit<Entry, 'hash'>;

/** `,"hash":"<64 hex>"}`: what the chain leaves out of a line. */
export const HASH_TAIL_CHARS = 75;

/** The line without its last 75 characters: the bytes that the chain covers. */
export function encodeBody({ v, seq, at, rules, command: asked, events: done }: EntryBody): string {
  const head = `{"v":${v},"seq":${seq},"at":${at},"rules":${rules},"command":`;
  return `${head}${encodeCommand(asked)},"events":${events.write(done)}`;
}

export const sealBody = (body: string, hash: Hash): string => `${body},"hash":"${hash}"}`;

export const encodeEntry = (entry: Entry): string => sealBody(encodeBody(entry), entry.hash);

const PRINTABLE = /^[\x20-\x7e]*$/;

/** Reads one line; throws `NotAnEntry` unless it is exactly what `encodeEntry` would write. */
export function decodeEntry(line: string): Entry {
  must(PRINTABLE.test(line), 'printable ASCII expected');
  const parsed = parse(line);
  must(typeof parsed === 'object' && parsed !== null, 'an object expected');
  const raw = parsed as Record<string, unknown>;
  const entry: Entry = {
    v: int.read(raw.v),
    seq: int.read(raw.seq),
    at: int.read(raw.at),
    rules: int.read(raw.rules),
    command: decodeCommand(raw.command),
    events: events.read(raw.events),
    hash: text.read(raw.hash),
  };
  must(encodeEntry(entry) === line, 'it is not in its one form');
  return entry;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new NotAnEntry('not a journal entry: no JSON');
  }
}
