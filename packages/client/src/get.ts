/** One read: its path, its reader, and how its answer is called where it is not as promised. */
import { Fields } from './fields.js';
import { readPage } from './readers.js';
import { type CallOptions, read } from './retry.js';
import type { Page } from './views.js';
import type { Wire } from './wire.js';

interface Reading<T> {
  readonly what: string;
  readonly reader: (from: Fields) => T;
  readonly how: CallOptions | undefined;
}

export async function getOne<T>(
  wire: Wire,
  path: string,
  { what, reader, how }: Reading<T>,
): Promise<T> {
  return reader(new Fields(await read(wire, { method: 'GET', path, signal: how?.signal }), what));
}

export function getPage<T>(
  wire: Wire,
  path: string,
  reader: (from: Fields) => T,
  how: CallOptions | undefined,
): Promise<Page<T>> {
  return getOne(wire, path, { what: 'page', reader: (page) => readPage(page, reader), how });
}
