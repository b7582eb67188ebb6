/** Reads JSON that came from elsewhere, field by field: what is not as promised is a fault, not `undefined`. */
import type { Amount } from '@fairground/engine';
import { parseAmount } from '@fairground/engine';
import { parseChange } from './amounts.js';
import { FairgroundFault } from './errors.js';

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export class Fields {
  readonly #from: Readonly<Record<string, unknown>>;
  readonly #what: string;

  constructor(value: unknown, what: string) {
    if (!isRecord(value)) throw new FairgroundFault(`The answer holds no ${what}.`);
    this.#from = value;
    this.#what = what;
  }

  /** The raw value; null counts as absent. */
  raw(name: string): unknown {
    return this.#from[name] ?? undefined;
  }

  text(name: string): string {
    return this.#sure(name, this.maybeText(name));
  }

  maybeText(name: string): string | undefined {
    const value = this.raw(name);
    return value === undefined || typeof value === 'string' ? value : this.#wrong(name);
  }

  amount(name: string): Amount {
    return this.#sure(name, this.maybeAmount(name));
  }

  maybeAmount(name: string): Amount | undefined {
    const text = this.maybeText(name);
    return text === undefined ? undefined : this.#sure(name, parseAmount(text));
  }

  /** A figure that may be negative. */
  change(name: string): bigint {
    return this.#sure(name, parseChange(this.text(name)));
  }

  maybeChange(name: string): bigint | undefined {
    return this.raw(name) === undefined ? undefined : this.change(name);
  }

  count(name: string): number {
    return this.#sure(name, this.maybeCount(name));
  }

  maybeCount(name: string): number | undefined {
    const value = this.raw(name);
    return value === undefined || (typeof value === 'number' && Number.isSafeInteger(value))
      ? value
      : this.#wrong(name);
  }

  flag(name: string): boolean {
    const value = this.raw(name);
    return typeof value === 'boolean' ? value : this.#wrong(name);
  }

  /** ISO-8601 on the wire, milliseconds since 1970 here. */
  instant(name: string): number {
    return this.#sure(name, this.maybeInstant(name));
  }

  maybeInstant(name: string): number | undefined {
    const text = this.maybeText(name);
    if (text === undefined) return undefined;
    const at = Date.parse(text);
    return Number.isNaN(at) ? this.#wrong(name) : at;
  }

  texts(name: string): readonly string[] {
    return this.#array(name).map((value) =>
      typeof value === 'string' ? value : this.#wrong(name),
    );
  }

  /** A flat record of words and figures. */
  words(name: string): Readonly<Record<string, string | number>> {
    const value = this.raw(name);
    if (!isRecord(value)) return this.#wrong(name);
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) =>
        typeof each === 'string' || typeof each === 'number' ? [key, each] : this.#wrong(name),
      ),
    );
  }

  /** Something nested that may be absent. */
  maybe<T>(name: string, read: (from: Fields) => T): T | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : read(new Fields(value, `${this.#what}.${name}`));
  }

  list<T>(name: string, read: (each: Fields) => T): readonly T[] {
    return this.#array(name).map((value) => read(new Fields(value, `${this.#what}.${name}`)));
  }

  #array(name: string): readonly unknown[] {
    const value = this.raw(name);
    return Array.isArray(value) ? value : this.#wrong(name);
  }

  #sure<T>(name: string, value: T | undefined): T {
    return value === undefined ? this.#wrong(name) : value;
  }

  #wrong(name: string): never {
    throw new FairgroundFault(`The answer’s ${this.#what} has no usable “${name}”.`);
  }
}
