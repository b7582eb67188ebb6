/** Real answers held against what the document promises of them. */
import { expect } from 'vitest';
import { ANSWERS } from '../src/api/answers.js';
import { NOTES } from '../src/api/notes.js';
import type { Reply, Stage } from './bench.js';

export interface Operation {
  readonly method: string;
  /** With `{id}` where something is named. */
  readonly path: string;
  readonly scope: string | undefined;
  readonly summary: string | undefined;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  readonly responses: Readonly<Record<string, { readonly 'x-codes'?: readonly string[] }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Told>>>>;
}

interface Told extends Pick<Operation, 'summary' | 'responses'> {
  readonly security: readonly { readonly key?: readonly string[] }[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: Schema } };
  };
}

/** Every operation of the document that a node serves. */
export async function operationsOf(at: Stage): Promise<readonly Operation[]> {
  const { text } = await at.must('GET', '/v1/openapi.json');
  const { paths }: Document = JSON.parse(text);
  return Object.keys(paths).flatMap((path) =>
    Object.entries(paths[path] ?? {}).map(([method, told]) => ({
      method: method.toUpperCase(),
      path,
      scope: told.security[0]?.key?.[0],
      summary: told.summary,
      parameters: told.parameters ?? [],
      body: told.requestBody?.content['application/json'].schema,
      responses: told.responses,
    })),
  );
}

/** Fails where the answer is not one of those that the operation promises. */
export function conforms({ method, path, responses }: Operation, reply: Reply): void {
  const where = `${method} ${path}: ${reply.status} ${reply.text.slice(0, 300)}`;
  const told = responses[reply.status];
  expect(told, where).toBeDefined();
  if (told?.['x-codes']) {
    const { error } = ANSWERS.problem.parse(JSON.parse(reply.text));
    expect(told['x-codes'], where).toContain(error.code);
    return;
  }
  const note = NOTES[`${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`]!;
  // A table for people.
  if (String(reply.headers['content-type']).startsWith('text/csv')) return;
  const isJson = String(reply.headers['content-type']).startsWith('application/json');
  const said = ANSWERS[note.answer].safeParse(isJson ? JSON.parse(reply.text) : reply.text);
  expect(said.error?.issues ?? [], where).toEqual([]);
}
