/** The body of what sends ticks: one, several, or a line for each; a line that cannot be read harms no other. */
import type { Part } from './ticks.js';

export const NDJSON = 'application/x-ndjson';

/** Lines as they came. */
export class Lines {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  *[Symbol.iterator](): Generator<Part> {
    const text = this.#text;
    for (let from = 0; from < text.length; ) {
      const found = text.indexOf('\n', from);
      const end = found < 0 ? text.length : found;
      const line = text.slice(from, end).trim();
      from = end + 1;
      if (line !== '') yield partOf(line);
    }
  }
}

function partOf(line: string): Part {
  try {
    const value: unknown = JSON.parse(line);
    return { value, text: line };
  } catch {
    return { broken: line };
  }
}

export function* partsOf(body: unknown): Generator<Part> {
  if (body instanceof Lines) {
    yield* body;
    return;
  }
  const values: readonly unknown[] = Array.isArray(body) ? body : [body];
  for (const value of values) yield { value };
}
