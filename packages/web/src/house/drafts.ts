/** A market as somebody types it: the body that is sent, and the same draft for the engine to look at here. */
import {
  type Draft,
  type FactRule,
  formatAmount,
  type Preview,
  previewOf,
  type Terms,
  type Tier,
} from '@fairground/engine';
import type { MarketDetail } from '../wire.js';
import { type Faults, instantOf, localOf, plain, Reading } from './reading.js';
import type { Fees } from './wire-house.js';

export type Kind = keyof Fees;

export interface TypedTier {
  readonly units: string;
  readonly price: string;
}

export interface Typed {
  readonly kind: Kind;
  readonly fields: Readonly<Record<string, string>>;
  readonly tiers: readonly TypedTier[];
}

interface Read {
  readonly terms: Terms;
  /** What the body says of it. */
  readonly said: object;
  /** It ends by itself, at its time: no hand closes it. */
  readonly endsAlone?: true;
}

type Reader = (read: Reading, typed: Typed) => Read;

/** "YES, NO" or one a line. */
const namesIn = (text: string): readonly string[] =>
  text
    .split(/[\s,]+/)
    .filter((name) => name !== '')
    .map((name) => name.toUpperCase());

const RULE = /^(\S+)\s*(?:([+-]\d+(?:[.,]\d+)?)|[×x*]\s*(\d+)\s*\/\s*(\d+))$/;

/** One rule a line: "goal +0.5" adds, "goal ×27/25" multiplies. */
function ruleOf(line: string): { readonly rule: FactRule; readonly said: object } | undefined {
  const [, kind, add, num, den] = RULE.exec(line.trim()) ?? [];
  if (kind === undefined) return undefined;
  if (add !== undefined) {
    const read = new Reading({ add: add.slice(1) });
    const size = read.amount('add');
    const said = `${add.startsWith('-') ? '-' : ''}${formatAmount(size)}`;
    return { rule: { kind, add: add.startsWith('-') ? -size : size }, said: { kind, add: said } };
  }
  const ratio = { kind, num: Number(num), den: Number(den) };
  return { rule: ratio, said: ratio };
}

const rulesOf = (read: Reading) =>
  read
    .text('fact_rules')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const rule = ruleOf(line);
      if (!rule)
        read.fault('fact_rules', `“${line.trim()}” is no rule: goal +0.5, or goal ×27/25.`);
      return rule ?? [];
    });

function readTier(read: Reading, { units, price }: TypedTier, place: number): Tier {
  return {
    units: place === 0 ? 0 : read.count('tiers', units),
    price: read.amount('tiers', price),
  };
}

const amounts = (read: Reading, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const text = read.maybe(name);
      return text === undefined ? [] : [[name, plain(text)]];
    }),
  );

const READERS: Readonly<Record<Kind, Reader>> = {
  cpmm: (read) => {
    const outcomes = namesIn(read.text('outcomes'));
    const terms = { deposit: read.amount('deposit'), probability: read.part('probability') };
    return {
      terms: { mechanism: 'cpmm', outcomes, ...terms },
      said: { mechanism: 'cpmm', outcomes, ...amounts(read, ['deposit', 'probability']) },
    };
  },
  lmsr: (read) => {
    const outcomes = namesIn(read.text('outcomes'));
    return {
      terms: { mechanism: 'lmsr', outcomes, liquidity: read.amount('liquidity') },
      said: { mechanism: 'lmsr', outcomes, ...amounts(read, ['liquidity']) },
    };
  },
  curve: (read) => {
    const rules = rulesOf(read);
    const [factCostMax, factMoveMax] = [
      read.maybeAmount('fact_cost_max'),
      read.maybeAmount('fact_move_max'),
    ];
    return {
      terms: {
        mechanism: 'curve',
        fundamental: read.amount('fundamental'),
        slope: read.amount('slope'),
        source: read.text('source'),
        rules: rules.map(({ rule }) => rule),
        ...(factCostMax !== undefined && { factCostMax }),
        ...(factMoveMax !== undefined && { factMoveMax }),
      },
      said: {
        mechanism: 'curve',
        source: read.text('source'),
        fact_rules: rules.map(({ said }) => said),
        ...amounts(read, ['fundamental', 'slope', 'fact_cost_max', 'fact_move_max']),
      },
    };
  },
  rally: (read, { tiers }) => {
    const steps = tiers.map((tier, place) => readTier(read, tier, place));
    const [minimum, maximum] = [read.count('minimum'), read.count('maximum')];
    const perPerson = read.maybe('per_person') === undefined ? maximum : read.count('per_person');
    const seller = read.text('seller');
    const counts = { minimum, maximum, per_person: perPerson };
    return {
      terms: { mechanism: 'rally', tiers: steps, minimum, maximum, perPerson, seller },
      said: {
        mechanism: 'rally',
        tiers: steps.map(({ units, price }) => ({ units, price: formatAmount(price) })),
        ...counts,
        seller,
      },
      endsAlone: true,
    };
  },
};

const RISK_AMOUNTS = ['breaker_move', 'position_limit', 'extreme_price'];
const RISK_TIMES = ['breaker_window_ms', 'breaker_halt_ms'];

function riskOf(read: Reading): object | undefined {
  for (const name of RISK_AMOUNTS) read.maybeAmount(name);
  const times = RISK_TIMES.flatMap((name) =>
    read.maybe(name) === undefined ? [] : [[name, read.count(name)] as const],
  );
  const risk = { ...amounts(read, RISK_AMOUNTS), ...Object.fromEntries(times) };
  return Object.keys(risk).length === 0 ? undefined : risk;
}

interface Closed {
  readonly closing: Draft['closing'];
  readonly said: object;
}

/** Without an end a market is closed by hand. */
function closingOf(read: Reading, endsAlone: boolean, closesAt: number | undefined): Closed {
  const wish = read.text('closing');
  if (!endsAlone && wish === 'auto_with_buffer') {
    const closing = { mode: 'auto_with_buffer', minutes: read.count('buffer') } as const;
    return { closing, said: { closing } };
  }
  if (!endsAlone && (wish === 'manual' || closesAt === undefined)) {
    const closing = { mode: 'manual' } as const;
    return { closing, said: { closing } };
  }
  return { closing: { mode: 'auto' }, said: {} };
}

export interface Drafted {
  /** What is sent. */
  readonly body: object;
  /** What is wrong, by field; `whole` is the engine's own word on the draft. */
  readonly faults: Faults;
  readonly preview: Preview | undefined;
}

const UNSAID = '0'.repeat(64);

/** Reads all of it, and asks the engine what it would open with. `fees`: the usual ones. */
export function drafted(typed: Typed, fees: Fees): Drafted {
  const { kind, fields } = typed;
  const read = new Reading(fields);
  if (read.maybe('title') === undefined) read.fault('title', 'This must not be empty');
  const { terms, said, endsAlone = false } = READERS[kind](read, typed);
  const [opensAt, closesAt] = [read.instant('opens_at'), read.instant('closes_at')];
  const { closing, said: closingSaid } = closingOf(read, endsAlone, closesAt);
  if (endsAlone && closesAt === undefined) read.fault('closes_at', 'A date and a time.');
  const fee = read.maybe('fee_bps') === undefined ? undefined : read.count('fee_bps');
  const refundCap = read.maybeAmount('refund_cap') ?? read.amount('none', '0');
  const risk = riskOf(read);
  const draft: Draft = {
    text: UNSAID,
    closing,
    ...(opensAt !== undefined && { opensAt }),
    ...(closesAt !== undefined && { closesAt }),
    twoPerson: fields['two_person'] === 'yes',
    refundCap,
    terms: { ...terms, bps: fee ?? fees[kind] },
  };
  // What it opens with does not hang on what it is called.
  const isWhole = Object.keys(read.faults).every((name) => name === 'title');
  const preview = isWhole ? previewOf(draft) : undefined;
  if (typeof preview === 'string') read.fault('whole', sentence(preview));
  return {
    body: {
      ...amounts(read, ['refund_cap']),
      ...textOf(read),
      ...said,
      ...closingSaid,
      ...timesOf(fields),
      ...(fields['two_person'] === 'yes' && { two_person: true }),
      ...(fee !== undefined && { fee_bps: fee }),
      ...(risk && { risk }),
    },
    faults: read.faults,
    preview: typeof preview === 'string' ? undefined : preview,
  };
}

/** The engine names what is wrong as a part of a sentence. */
const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

function textOf(read: Reading): object {
  const [title, rules, category] = [
    read.text('title'),
    read.maybe('rules'),
    read.maybe('category'),
  ];
  return {
    title,
    ...(rules !== undefined && { rules }),
    ...(category !== undefined && { category }),
  };
}

function timesOf(fields: Typed['fields']): object {
  const [opens, closes] = [instantOf(fields['opens_at']), instantOf(fields['closes_at'])];
  return {
    ...(opens !== undefined && { opens_at: opens }),
    ...(closes !== undefined && { closes_at: closes }),
  };
}

const localText = (iso: string | undefined): string =>
  iso === undefined ? '' : localOf(Date.parse(iso));

/** A draft that stands, as the form that would have made it. */
export function typedOf(market: MarketDetail): Typed {
  const { terms, risk = {}, closing } = market;
  const tiers = 'tiers' in terms ? terms.tiers : [];
  const figures = Object.entries({ ...terms, ...risk }).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as const] : [],
  );
  return {
    kind: terms.mechanism,
    tiers: tiers.map(({ units, price }) => ({ units: String(units), price })),
    fields: {
      ...Object.fromEntries(figures),
      title: market.title,
      rules: market.text?.rules ?? '',
      category: market.category,
      outcomes: 'outcomes' in terms ? terms.outcomes.join(', ') : '',
      fact_rules: 'fact_rules' in terms ? terms.fact_rules.map(lineOf).join('\n') : '',
      opens_at: localText(market.opens_at),
      closes_at: localText(market.closes_at),
      closing: closing?.mode ?? '',
      buffer: String(closing?.minutes ?? ''),
      two_person: market.two_person === true ? 'yes' : '',
      refund_cap: market.refund_cap ?? '',
    },
  };
}

const lineOf = (
  rule: { readonly kind: string } & (
    | { readonly add: string }
    | { readonly num: number; readonly den: number }
  ),
): string =>
  'add' in rule
    ? `${rule.kind} ${rule.add.startsWith('-') ? rule.add : `+${rule.add}`}`
    : `${rule.kind} ×${rule.num}/${rule.den}`;
