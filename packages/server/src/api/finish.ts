/** What the routes' schemas cannot say: headers, the nos of each route by status, and what comes with an answer. */
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { RATE_CLASSES } from '../edge/guards.js';
import { SCOPES } from '../vault/rows.js';
import { nosOf } from './nos.js';
import { NOTES, type Note } from './notes.js';

const Operation = z.looseObject({
  operationId: z.string(),
  parameters: z.array(z.unknown()).optional(),
  responses: z.record(z.string(), z.looseObject({ headers: z.unknown().optional() })),
  security: z.array(z.record(z.string(), z.array(z.enum(SCOPES)))),
  'x-rate': z.enum(RATE_CLASSES),
});
type Operation = z.infer<typeof Operation>;
const Made = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

const header = (name: string, description: string, schema: object, required = false): object => {
  return { name, in: 'header', required, description, schema };
};
const KEY = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' };
const KEY_SAYS = 'Made when the user decides and kept through retries.';
const UNTIL = header('Fairground-Valid-Until', 'At most 10 minutes ahead; absent: one minute.', {
  type: 'string',
  format: 'date-time',
});
const ATTEMPT = header('Fairground-Attempt', '2, 3 … of a retry after an unknown outcome.', {
  type: 'integer',
  minimum: 1,
  maximum: 999_999,
});
const MIN_SEQ = header('Fairground-Min-Seq', 'Answer with nothing older: 123 or 123.9f2c0a11.', {
  type: 'string',
  pattern: '^\\d{1,15}(\\.[0-9a-f]{8})?$',
});
const FRESH = {
  name: 'fresh',
  in: 'query',
  description: 'Holds all that anybody was told before, on any node.',
  schema: { type: 'string', enum: ['1'] },
};

const text = { type: 'string' };
const whole = { type: 'integer' };
/** By name; an operation refers to them. */
const HEADERS = {
  'Fairground-Seq': {
    description: 'The state shown: its seq, and 8 hex digits of its hash.',
    schema: text,
  },
  'Idempotency-Replayed': {
    description: 'true: the first answer, told again.',
    schema: { ...text, enum: ['true'] },
  },
  'Retry-After': { description: 'Seconds.', schema: whole },
  'RateLimit-Limit': { description: 'How many at once.', schema: whole },
  'RateLimit-Remaining': { description: 'How many are left.', schema: whole },
  'RateLimit-Reset': { description: 'Seconds until the next is allowed.', schema: whole },
} as const;
type HeaderName = keyof typeof HEADERS;
const headers = (...names: readonly HeaderName[]): object =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const ANSWERED = headers('Fairground-Seq');
const DONE = headers('Fairground-Seq', 'Idempotency-Replayed');
const LATER = headers('Fairground-Seq', 'Retry-After');
const LIMITED = headers(
  'Fairground-Seq',
  'Retry-After',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
);

export function documentOf(app: App): unknown {
  const made = Made.parse(JSON.parse(JSON.stringify(app.swagger())));
  for (const [path, operations] of Object.entries(made.paths)) {
    for (const [method, operation] of Object.entries(operations))
      finish(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'), operation);
  }
  const { components, ...rest } = made;
  // No request names a schema of an answer.
  const schemas = Object.entries(components.schemas).filter(([name]) => !name.endsWith('Input'));
  return {
    ...rest,
    components: { ...components, schemas: Object.fromEntries(schemas), headers: HEADERS },
  };
}

function finish(method: string, url: string, operation: Operation): void {
  const note = NOTES[`${method} ${url}`];
  const scope = operation.security[0]?.['key']?.[0];
  const rate = operation['x-rate'];
  const reads = method === 'GET' && note?.status !== 101 && url.startsWith('/v1/');
  const extra = note?.write ? envelope(note) : reads ? [MIN_SEQ, FRESH] : [];
  if (extra.length > 0) operation.parameters = [...(operation.parameters ?? []), ...extra];
  for (const response of Object.values(operation.responses))
    response.headers = note?.write ? DONE : ANSWERED;
  if (note?.status === 101) operation.responses = { 101: { description: 'A socket is open.' } };
  for (const [status, codes] of nosOf({ method, note, scope, rate }))
    operation.responses[status] = noOf(status, codes);
  if (url === '/readyz') operation.responses[503] = { ...operation.responses[200] };
}

const envelope = ({ write }: Note): readonly object[] => [
  header('Idempotency-Key', KEY_SAYS, KEY, write === 'key'),
  UNTIL,
  ATTEMPT,
];

function noOf(status: number, codes: readonly string[]): Operation['responses'][string] {
  return {
    description: codes.map((one) => `\`${one}\``).join(', '),
    headers: status === 429 ? LIMITED : status === 503 ? LATER : ANSWERED,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
    'x-codes': codes,
  };
}
