/** Amounts in and out of the SDK: micro-units as `bigint`, never a JavaScript number. */
import {
  type Amount,
  BOUNDS,
  formatAmount,
  isId,
  isOutcome,
  micro,
  parseAmount,
} from '@fairground/engine';
import { FairgroundInvalid } from './errors.js';

/** `points('12.5')` is 12_500_000n. Shares are counted the same way. */
export function points(text: string): Amount {
  const value = parseAmount(text);
  if (value === undefined) {
    throw new FairgroundInvalid(
      'amount',
      `“${text}” is not an amount: digits, at most six decimals, at most 1000000000000.`,
    );
  }
  return value;
}

/** A signed amount as answers hold it where something may fall; undefined when it is none. */
export function parseChange(text: string): bigint | undefined {
  if (!text.startsWith('-')) return parseAmount(text);
  const size = parseAmount(text.slice(1));
  return size === undefined ? undefined : micro(-size);
}

/** An amount about to be sent. */
export function outgoingAmount(field: string, value: bigint): string {
  const text = formatAmount(value);
  if (value <= 0n || parseAmount(text) === undefined) {
    throw new FairgroundInvalid(
      field,
      `${field} must be more than 0 and at most 1000000000000, not ${text}.`,
    );
  }
  return text;
}

/** Whole units of a rally about to be sent. */
export function outgoingUnits(value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= BOUNDS.unitsMax) return value;
  throw new FairgroundInvalid(
    'units',
    `units must be a whole number from 1 to ${BOUNDS.unitsMax}, not ${value}.`,
  );
}

/** A bound about to be sent: nothing is a bound too. */
export const outgoingBound = (field: string, value: bigint): string =>
  value === 0n ? '0' : outgoingAmount(field, value);

/** An id about to be put into a path or a body. */
export function outgoingId(field: string, value: string): string {
  if (!isId(value)) {
    throw new FairgroundInvalid(
      field,
      `${field} must be 1 to 64 letters, digits, “_” or “-”, not “${value}”.`,
    );
  }
  return value;
}

export function outgoingOutcome(value: string): string {
  if (!isOutcome(value)) {
    throw new FairgroundInvalid(
      'outcome',
      `An outcome is 1 to 16 capitals, digits, “_” or “-”, not “${value}”.`,
    );
  }
  return value;
}
