/** Reads what somebody typed into a form, and collects what is wrong with it, by field. */
import { type Amount, micro, parseAmount } from '@fairground/engine';

export type Faults = Readonly<Record<string, string>>;

const AMOUNT = 'An amount such as 12.5, at most six decimals.';
const COUNT = 'A whole number.';

/** "1,5" is "1.5". */
export const plain = (text: string | undefined): string => (text ?? '').trim().replace(',', '.');

/** What a date field says, as the wire writes it; undefined where it says nothing. */
export function instantOf(local: string | undefined): string | undefined {
  const at = Date.parse(local ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** As a date field of this browser says it, to the minute. */
export function localOf(ms: number): string {
  const offsetMs = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offsetMs).toISOString().slice(0, 16);
}

export class Reading {
  readonly faults: Record<string, string> = {};
  readonly #fields: Readonly<Record<string, string>>;

  constructor(fields: Readonly<Record<string, string>>) {
    this.#fields = fields;
  }

  fault(field: string, says: string): void {
    this.faults[field] ??= says;
  }

  text(field: string): string {
    return (this.#fields[field] ?? '').trim();
  }

  /** Undefined where nothing is typed. */
  maybe(field: string): string | undefined {
    const text = this.text(field);
    return text === '' ? undefined : text;
  }

  amount(field: string, typed = this.text(field)): Amount {
    const value = parseAmount(plain(typed));
    if (value === undefined) this.fault(field, AMOUNT);
    return value ?? micro(0n);
  }

  maybeAmount(field: string): Amount | undefined {
    return this.maybe(field) === undefined ? undefined : this.amount(field);
  }

  /** In millionths of one. */
  part(field: string): number {
    return Number(this.amount(field));
  }

  count(field: string, typed = this.text(field)): number {
    if (!/^\d{1,10}$/.test(typed.trim())) this.fault(field, COUNT);
    return Number.parseInt(typed, 10) || 0;
  }

  instant(field: string): number | undefined {
    const typed = this.maybe(field);
    if (typed === undefined) return undefined;
    const at = Date.parse(typed);
    if (Number.isNaN(at)) this.fault(field, 'A date and a time.');
    return Number.isNaN(at) ? undefined : at;
  }
}
