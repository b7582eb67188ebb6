/** What a new market is said to be, and the body the wire wants: names in its spelling, amounts and times as text. */
import { formatAmount, formatTime, parseAmount } from '@fairground/engine';
import { outgoingId, outgoingOutcome } from './amounts.js';
import { FairgroundInvalid } from './errors.js';
import { isRecord } from './fields.js';

interface Drafted {
  /** Drawn by the server when absent. */
  readonly id?: string;
  readonly title: string;
  readonly rules?: string;
  readonly category?: string;
  /** Milliseconds since 1970. Absent: an admin opens it. */
  readonly opensAt?: number;
  readonly closesAt?: number;
  readonly closing?:
    | { readonly mode: 'auto' }
    | { readonly mode: 'auto_with_buffer'; readonly minutes: number }
    | { readonly mode: 'manual' };
  readonly twoPerson?: boolean;
  readonly refundCap?: bigint;
  /** Absent: the usual fee of the mechanism. */
  readonly feeBps?: number;
}

interface Sponsored extends Drafted {
  /** Who puts in the deposit: an account, or the treasury when absent. */
  readonly sponsor?: string;
}

export interface NewCpmm extends Sponsored {
  readonly mechanism: 'cpmm';
  readonly outcomes?: readonly [string, string];
  readonly deposit: bigint;
  /** Of the first outcome, in millionths. */
  readonly probability?: bigint;
}

export interface NewLmsr extends Sponsored {
  readonly mechanism: 'lmsr';
  /** 2 to 64. */
  readonly outcomes: readonly string[];
  /** b: the sponsor puts in b·ln n. */
  readonly liquidity: bigint;
}

export interface NewCurve extends Drafted {
  readonly mechanism: 'curve';
  readonly fundamental: bigint;
  readonly slope: bigint;
  readonly source: string;
  readonly factRules?: readonly (
    | { readonly kind: string; readonly add: bigint }
    | { readonly kind: string; readonly num: number; readonly den: number }
  )[];
  readonly factCostMax?: bigint;
  readonly factMoveMax?: bigint;
}

export interface NewRally extends Drafted {
  readonly mechanism: 'rally';
  /** From so many units on, all together, a unit costs so much; the first from 0. */
  readonly tiers: readonly { readonly units: number; readonly price: bigint }[];
  readonly minimum?: number;
  readonly maximum: number;
  readonly perPerson?: number;
  readonly seller: string;
  readonly closesAt: number;
}

export type NewMarket = NewCpmm | NewLmsr | NewCurve | NewRally;

/** Fields that name somebody or something. */
const IDS: ReadonlySet<string> = new Set(['id', 'sponsor', 'source', 'seller']);

export function bodyOfMarket(market: NewMarket): unknown {
  for (const [name, value] of Object.entries(market)) {
    if (IDS.has(name) && typeof value === 'string') outgoingId(name, value);
  }
  if ('outcomes' in market) market.outcomes?.forEach(outgoingOutcome);
  return onWire(market, 'market');
}

function onWire(value: unknown, name: string): unknown {
  if (typeof value === 'bigint') return signedAmount(name, value);
  if (typeof value === 'number')
    return name.endsWith('At') ? outgoingTime(name, value) : whole(name, value);
  if (Array.isArray(value)) return value.map((each) => onWire(each, name));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [snakeCase(key), onWire(each, key)]),
  );
}

/** Only a fact's change may fall. */
function signedAmount(name: string, value: bigint): string {
  const text = formatAmount(value);
  const size = name === 'add' ? text.replace(/^-/, '') : text;
  if (parseAmount(size) !== undefined) return text;
  throw new FairgroundInvalid(name, `${name} must be an amount up to 1000000000000, not ${text}.`);
}

function whole(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new FairgroundInvalid(name, `${name} must be a whole number, not ${value}.`);
}

export function outgoingTime(name: string, value: number): string {
  if (Number.isSafeInteger(value) && value >= 0) return formatTime(value);
  throw new FairgroundInvalid(name, `${name} must be whole milliseconds, not ${value}.`);
}

const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
