/** Every door of the document, tried by everybody; and whatever can be pushed through it. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fair, fair, openMarket, rallyBody } from './bench.js';
import { conforms, type Operation, operationsOf, type Parameter, type Schema } from './conform.js';

let at: Fair;
let operations: readonly Operation[];
const keys: Record<string, string | undefined> = {};
beforeAll(async () => {
  at = await fair({ env: { FAIRGROUND_READ_MODEL: '1' } });
  operations = await operationsOf(at);
  await openMarket(at, 'L1', {
    mechanism: 'lmsr',
    deposit: undefined,
    liquidity: '50',
    outcomes: ['YES', 'NO', 'MAYBE'],
  });
  const rally = { ...rallyBody(at.ana.account), id: 'R1' };
  await at.must('POST', '/v1/markets', { key: at.ana.key, body: rally });
  await at.must('POST', '/v1/markets/R1/open', { key: at.ana.key });
  for (const scopes of [['read'], ['read', 'trade']]) {
    const body = { name: 'a part of it', scopes };
    const made = await at.must('POST', '/v1/me/keys', { key: at.ana.key, body });
    keys[scopes.at(-1) ?? ''] = made.json.key;
  }
  const made = await at.must('POST', '/v1/me/keys', {
    key: at.ana.key,
    body: { name: 'feed', scopes: ['ingest'] },
  });
  keys['ingest'] = made.json.key;
  Object.assign(keys, { admin: at.ana.key, player: at.bob.key, system: at.token });
});
afterAll(() => at.node.close());

const pathOf = ({ path }: Operation, id: string): string =>
  path.replaceAll(/\{\w+\}/g, encodeURIComponent(id));

describe('[H43] who is let in', () => {
  const WHO = ['nobody', 'ingest', 'read', 'trade', 'admin', 'system'] as const;
  /** What only the operator may, whatever the scopes of a key. */
  const OPERATORS = [
    'GET /v1/admin/node',
    'POST /v1/admin/rebuild',
    'POST /v1/admin/users',
    'POST /v1/admin/keys',
    'GET /v1/admin/users/{handle}',
    'DELETE /v1/admin/users/{handle}',
  ];
  /** What somebody does who is nobody yet. */
  const DOORS = ['sign-up', 'confirm', 'sign-in', 'sign-out', 'forgot', 'reset'];
  /** Whose scope depends on what is asked: trade opens the door, and for the house's things admin is asked for. */
  const HOUSE_TOO = [
    'POST /v1/markets',
    'POST /v1/markets/{id}/cancel',
    'POST /v1/markets/{id}/fund',
  ];

  test('no write and nothing private is without a scope', () => {
    const open = operations.filter(({ scope }) => scope === undefined);
    expect(new Set(open.filter(({ method }) => method !== 'GET').map(({ path }) => path))).toEqual(
      new Set(['/v1/markets/{id}/quote', ...DOORS.map((name) => `/v1/auth/${name}`)]),
    );
    expect(open.filter(({ path }) => /^\/v1\/(me|receipts|admin)\b/.test(path))).toEqual([]);
    const house = operations.filter(({ path }) => path.startsWith('/v1/admin/'));
    expect(house.filter(({ scope }) => scope !== 'admin')).toEqual([]);
  });

  test('a scope opens what stands in the document, and nothing else', async () => {
    for (const operation of operations) {
      const { method, path, scope } = operation;
      const name = `${method} ${path}`;
      for (const who of WHO) {
        const key = keys[who];
        // An id that is nowhere, and a body that is none: what is behind the door is not touched.
        const reply = await at.call(method, pathOf(operation, 'gone'), {
          ...(key !== undefined && { key }),
          ...(method !== 'GET' && { body: { nothing: 'known' } }),
        });
        const code = reply.status >= 400 ? (reply.json.error?.code ?? '') : '';
        const rank = ['read', 'trade', 'admin'];
        const isEnough =
          scope === 'ingest' || who === 'ingest'
            ? who === scope
            : scope !== undefined && rank.indexOf(who) >= rank.indexOf(scope);
        const may = scope === undefined || who === 'system' || isEnough;
        const where = `${who}: ${name} ${reply.status} ${code}`;
        if (who === 'nobody' && scope !== undefined) expect(code, where).toBe('unauthorized');
        else if (!may) expect(code, where).toBe('scope_missing');
        else if (!OPERATORS.includes(name) && !(who === 'system' && path.startsWith('/v1/me')))
          expect(['unauthorized', 'scope_missing'], where).not.toContain(code);
        conforms(operation, reply);
      }
    }
  });

  test('the operator’s own doors take no key at all, whatever its scopes', async () => {
    const bodies: Record<string, object> = {
      'POST /v1/admin/users': { handle: 'mallory' },
      'POST /v1/admin/keys': { handle: 'bob' },
    };
    for (const name of OPERATORS) {
      const [method = '', path = ''] = name.split(' ');
      const ask = bodies[name] === undefined ? {} : { body: bodies[name] };
      const reply = await at.call(method, path, { key: at.ana.key, ...ask });
      expect([reply.status, reply.json.error?.code], name).toEqual([403, 'scope_missing']);
    }
    const seal = await at.call('POST', '/v1/admin/seal', { key: at.ana.key, body: {} });
    expect([seal.status, seal.json.error.code]).toEqual([403, 'not_allowed']);
  });

  test('what belongs to the house asks for admin, with a key of an admin that only trades too', async () => {
    const bodies: Record<string, object> = {
      [HOUSE_TOO[0] ?? '']: { title: 'T', mechanism: 'cpmm', deposit: '1' },
      [HOUSE_TOO[1] ?? '']: { reason: 'why' },
      [HOUSE_TOO[2] ?? '']: { amount: '1' },
    };
    for (const name of HOUSE_TOO) {
      const [method = '', path = ''] = name.replace('{id}', 'M1').split(' ');
      const reply = await at.call(method, path, { key: keys['trade'] ?? '', body: bodies[name] });
      expect([reply.status, reply.json.error.code], name).toEqual([403, 'scope_missing']);
    }
  });

  test('another’s keys, receipts, positions and trades are not there', async () => {
    const once = 'mine-alone';
    const body = { market: 'M1', side: 'buy', outcome: 'YES', spend: '1' };
    await at.must('POST', '/v1/orders', { key: at.bob.key, body, once });
    const mine = (await at.must('GET', '/v1/me/keys', { key: at.bob.key })).json.items;
    const id = mine[0]?.id ?? '';
    const other = { key: at.ana.key };
    expect((await at.call('DELETE', `/v1/me/keys/${id}`, other)).json.error.code).toBe(
      'key_id_unknown',
    );
    const left = (await at.must('GET', '/v1/me/keys', { key: at.bob.key })).json.items;
    expect(left.map((each) => each.id)).toEqual(mine.map((each) => each.id));
    expect((await at.must('GET', `/v1/receipts/${once}`, other)).json).toMatchObject({
      state: 'not_seen',
    });
    for (const part of ['positions', 'trades'])
      expect((await at.must('GET', `/v1/me/${part}`, other)).json.items).toEqual([]);
    // And the same key of another account is another command.
    const again = await at.must('POST', '/v1/orders', { ...other, body, once });
    expect(again.headers['idempotency-replayed']).toBeUndefined();
  });
});

/** Values that mean something here, wherever a text is asked for. */
const KNOWN = ['M1', 'L1', 'R1', 'YES', 'NO', 'treasury', 'bob', '1', '0.5', '1000000000000', ''];
const junk = fc.oneof(
  fc.constantFrom<unknown>(...KNOWN, null, -1, 1e21, [], {}),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
);

/** What a schema asks for, mostly; at each place it may be something else. */
function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 14, arbitrary: soundOf(schema) }, { weight: 1, arbitrary: junk });
}

function soundOf(schema: Schema): fc.Arbitrary<unknown> {
  const { enum: named, const: only, anyOf, oneOf, type, properties, items } = schema;
  if (only !== undefined) return fc.constant(only);
  if (named) return fc.constantFrom(...named);
  const several = anyOf ?? oneOf;
  if (several) return fc.oneof(...several.map(valueOf));
  if (type === 'object' || properties) return objectOf(schema);
  if (type === 'array') {
    const { minItems: minLength = 0, maxItems = 4 } = schema;
    return fc.array(valueOf(items ?? {}), {
      minLength,
      maxLength: Math.max(minLength, Math.min(maxItems, 4)),
    });
  }
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  if (type === 'integer' || type === 'number') {
    const { minimum: min = 0, maximum: max = 1_000 } = schema;
    return fc.integer({ min: Math.max(min, -(2 ** 31)), max: Math.min(max, 2 ** 31 - 1) });
  }
  if (schema.format === 'date-time')
    return fc.constantFrom('2030-01-01T00:00:00Z', '1970-01-01T00:00:00Z');
  const known = fc.constantFrom(...KNOWN);
  return schema.pattern ? fc.oneof(known, fc.stringMatching(new RegExp(schema.pattern))) : known;
}

function objectOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, schema] of Object.entries(properties)) fields[name] = valueOf(schema);
  return fc.record(fields, { requiredKeys: [...required] });
}

/** A seq that is not there yet is waited for: that has a test of its own. */
const ASKED: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'Fairground-Min-Seq': fc.constantFrom('1', '2.00000000', 'soon'),
};

const textsOf = (parameters: readonly Parameter[], where: Parameter['in']) =>
  fc.record(
    Object.fromEntries(
      parameters
        .filter((one) => one.in === where)
        .map(({ name, schema }) => [name, ASKED[name] ?? valueOf(schema).map(String)]),
    ),
    { requiredKeys: [] },
  );

/** Those that were drawn. */
const textsIn = (drawn: Readonly<Record<string, string | undefined>>): [string, string][] =>
  Object.entries(drawn).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]]));

/** What HTTP itself can carry in a header. */
const carried = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200);

test('[H44] whatever the document lets one say never gives a 500', async () => {
  const requests = operations.map((operation) =>
    fc.record({
      operation: fc.constant(operation),
      who: fc.constantFrom('admin', 'player', 'system', 'read', undefined),
      id: fc.oneof(
        fc.constantFrom('M1', 'L1', 'R1', 'ord_3'),
        fc.string({ unit: 'binary', maxLength: 90 }),
      ),
      query: textsOf(operation.parameters, 'query'),
      headers: textsOf(operation.parameters, 'header'),
      body: operation.body ? valueOf(operation.body) : fc.constant({}),
    }),
  );
  const told = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.oneof(...requests), async ({ operation, who, id, query, ...sent }) => {
      // The end of this exchange would be the end of this test, and a stream has no end to wait for.
      if (operation.path === '/v1/admin/seal' && who === 'system') return;
      if (operation.path === '/v1/stream/sse') return;
      // Who is erased has no keys to go on with.
      if (operation.method === 'DELETE' && /^\/v1\/(me|admin\/users\/.*)$/.test(operation.path))
        return;
      const params = new URLSearchParams(textsIn(query)).toString();
      const key = who === undefined ? undefined : keys[who];
      const headers = textsIn(sent.headers).map(([name, text]) => [
        name.toLowerCase(),
        carried(text),
      ]);
      const reply = await at.call(
        operation.method,
        `${pathOf(operation, id)}${params === '' ? '' : `?${params}`}`,
        {
          ...(key !== undefined && { key }),
          ...(operation.method !== 'GET' && { body: sent.body }),
          headers: Object.fromEntries(headers),
        },
      );
      expect(reply.status, `${operation.path} ${reply.text}`).not.toBe(500);
      // An id of `.` or nothing leads to another address.
      if (reply.status === 404 && reply.json.error.code === 'route_unknown') return;
      if (reply.status === 405) return;
      conforms(operation, reply);
      told.add(`${operation.method} ${operation.path} ${reply.status}`);
    }),
    { numRuns: 1_200, seed: 44 },
  );
  // It got behind the doors, and into most rooms.
  expect(told.size).toBeGreaterThan(operations.length * 2);
  const proof = await at.must('GET', '/v1/proof');
  expect(proof.json.invariants.filter(({ holds }) => !holds)).toEqual([]);
}, 60_000);
