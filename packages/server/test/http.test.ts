/**
 * The contract of docs/api.md at the edge.
 * Long because one exchange serves every test, and the contract reads as one list.
 */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buy,
  draftMarket,
  type Fair,
  fair,
  freshKey,
  openMarket,
  type Reply,
  parse,
} from './bench.js';

let at: Fair;
beforeAll(async () => {
  at = await fair();
});
afterAll(() => at.node.close());

const order = (body: unknown, once?: string): Promise<Reply> =>
  at.call('POST', '/v1/orders', { key: at.bob.key, body, ...(once !== undefined && { once }) });
const seqNow = (): number => at.node.sequencer.head.seq;

function expectEdge(reply: Reply, status: number, code: string): void {
  expect([reply.status, reply.json?.error?.code]).toEqual([status, code]);
  expect(Object.keys(reply.json.error)).toEqual([
    'code',
    'message',
    'details',
    'retryable',
    'final',
    'request_id',
  ]);
  expect(reply.json.error.final).toBe(false);
  expect(reply.text).not.toMatch(/node_modules|at .*\.[tj]s:\d|fastify|zod/i);
}

test('[H1] a done order is a function of its entry, and can be had again for ever', async () => {
  const made = await order(buy('M1', '10'));
  expect(made.status).toBe(201);
  expect(made.headers['fairground-seq']).toBe(`${made.json.seq}.${made.json.hash.slice(0, 8)}`);
  expect(made.json).toMatchObject({
    id: `ord_${made.json.seq}`,
    type: 'trade',
    market: 'M1',
    side: 'buy',
    outcome: 'YES',
    pays: '10',
    fee: '0.2',
  });
  const again = await at.call('GET', `/v1/orders/${made.json.id}`);
  expect(again.text).toBe(made.text);
});

test('[H2] a key gives its first answer again; for another body it is a clash', async () => {
  const key = freshKey();
  const first = await order(buy('M1', '3'), key);
  const before = seqNow();
  const again = await order(buy('M1', '3'), key);
  expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([
    201,
    first.text,
    'true',
  ]);
  expect(first.headers['idempotency-replayed']).toBeUndefined();
  const other = await order(buy('M1', '4'), key);
  expect([other.status, other.json.error.code, other.json.error.final]).toEqual([
    409,
    'command_id_reused',
    true,
  ]);
  expect(seqNow()).toBe(before);
  // Another account may use the same key: it is another command.
  expect(
    (await at.call('POST', '/v1/orders', { key: at.ana.key, body: buy('M1', '4'), once: key }))
      .status,
  ).toBe(201);
});

test('[H2] a market created twice with one key keeps its id, its text and its salt', async () => {
  const key = freshKey();
  const ask = {
    key: at.ana.key,
    once: key,
    body: { title: 'Twice', mechanism: 'cpmm', deposit: '1' },
  };
  const [first, again] = [
    await at.must('POST', '/v1/markets', ask),
    await at.must('POST', '/v1/markets', ask),
  ];
  expect(first.json.market).toMatch(/^mkt_[0-9a-f-]{36}$/);
  expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
});

describe('[H6] an amount is a decimal string', () => {
  test.each([
    '1e3',
    '-1',
    '0.0000001',
    12.5,
    5,
    '',
    '9'.repeat(40),
    '01',
    '1.',
    '.5',
    '+1',
    ' 1',
    '1,5',
    '0x10',
    null,
    true,
    [],
    {},
    'NaN',
  ])('%j is none', async (spend) => {
    const before = seqNow();
    const reply = await order({ market: 'M1', side: 'buy', outcome: 'YES', spend });
    expectEdge(reply, 400, 'bad_request');
    expect(reply.json.error.details[0]?.path).toBe('spend');
    expect(reply.json.error.details[0]?.message).toContain('"12.5"');
    expect(seqNow()).toBe(before);
  });

  test('the largest and the smallest are understood', async () => {
    expect((await order(buy('M1', '1000000000000'))).json.error.code).toBe('insufficient_points');
    expect((await order(buy('M1', '0.000001'))).json.error.code).toBe('too_small');
    expectEdge(await order(buy('M1', '1000000000000.000001')), 400, 'bad_request');
  });
});

describe('[H4][H7] what is not well formed never reaches the journal', () => {
  const json = 'application/json';
  const bodies: [string, unknown, Record<string, string>, number, string][] = [
    ['an unknown field', { ...buy('M1', '1'), tip: '1' }, {}, 400, 'bad_request'],
    ['a lower-case outcome', buy('M1', '1', 'yes'), {}, 400, 'bad_request'],
    ['spend and shares', { ...buy('M1', '1'), shares: '1' }, {}, 400, 'bad_request'],
    [
      'neither spend nor shares',
      { market: 'M1', side: 'buy', outcome: 'YES' },
      {},
      400,
      'bad_request',
    ],
    [
      'a sale by spend',
      { market: 'M1', side: 'sell', outcome: 'YES', spend: '1' },
      {},
      400,
      'bad_request',
    ],
    ['the wrong bound', { ...buy('M1', '1'), pays_max: '1' }, {}, 400, 'bad_request'],
    ['an id with a path in it', buy('../M1', '1'), {}, 400, 'bad_request'],
    ['broken JSON', '{"market":', { 'content-type': json }, 400, 'bad_request'],
    ['an empty body', '', { 'content-type': json }, 400, 'bad_request'],
    [
      'a poisoned prototype',
      '{"__proto__":{"admin":true},"market":"M1"}',
      { 'content-type': json },
      400,
      'bad_request',
    ],
    [
      'a poisoned constructor',
      '{"constructor":{"prototype":{}},"market":"M1"}',
      { 'content-type': json },
      400,
      'bad_request',
    ],
    ['an array', [], {}, 400, 'bad_request'],
    ['text', 'hello', { 'content-type': 'text/plain' }, 415, 'media_type'],
    [
      'a form',
      'market=M1',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'media_type',
    ],
    [
      'a body of 300 KiB',
      { ...buy('M1', '1'), pad: 'x'.repeat(300 * 1024) },
      {},
      413,
      'body_too_large',
    ],
  ];
  test.each(bodies)('%s', async (_name, body, headers, status, code) => {
    const before = seqNow();
    expectEdge(
      await at.call('POST', '/v1/orders', { key: at.bob.key, body, headers }),
      status,
      code,
    );
    expect(seqNow()).toBe(before);
  });
});

test('[H8] unknown addresses, foreign methods, and the page', async () => {
  expectEdge(
    await at.call('GET', '/v1/nothing', { headers: { accept: 'text/html' } }),
    404,
    'route_unknown',
  );
  expectEdge(await at.call('GET', '/v1/markets/nowhere'), 404, 'market_unknown');
  expectEdge(await at.call('GET', '/v1/orders/ord_999999'), 404, 'order_unknown');
  expectEdge(await at.call('GET', '/v1/orders/nonsense'), 404, 'order_unknown');
  const put = await at.call('PUT', '/v1/orders', {
    body: 'whatever',
    headers: { 'content-type': 'text/plain' },
  });
  expectEdge(put, 405, 'method_not_allowed');
  expect(put.headers['allow']).toBe('POST');
  expectEdge(await at.call('GET', '/v1/stream'), 426, 'upgrade_required');
  expectEdge(await at.call('GET', '/v1/markets/%zz'), 400, 'bad_request');
  const page = await at.call('GET', '/portfolio', { headers: { accept: 'text/html' } });
  expect([page.status, String(page.headers['content-type'])]).toEqual([
    200,
    expect.stringContaining('text/html'),
  ]);
  expectEdge(await at.call('GET', '/portfolio'), 404, 'route_unknown');
});

test('[H5] bytes that are no HTTP get no word of ours', async () => {
  const { port } = new URL(at.node.url);
  const said = await new Promise<string>((done) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('close', () => done(text));
  });
  expect(said).toMatch(/^HTTP\/1\.1 400 /);
  expect(said).not.toMatch(/node_modules|\.js:/);
});

test('[H9] the envelope', async () => {
  const ask = { key: at.bob.key, body: buy('M1', '1') };
  expectEdge(await at.call('POST', '/v1/orders', { ...ask, once: false }), 400, 'key_required');
  expectEdge(await at.call('POST', '/v1/orders', { ...ask, once: 'a key' }), 400, 'bad_request');
  expectEdge(
    await at.call('POST', '/v1/orders', { ...ask, once: 'k'.repeat(65) }),
    400,
    'bad_request',
  );
  for (const headers of [
    { 'fairground-valid-until': 'soon' },
    { 'fairground-valid-until': '2999-01-01T00:00:00Z' },
    { 'fairground-attempt': '0' },
    { 'fairground-attempt': 'two' },
  ]) {
    expectEdge(await at.call('POST', '/v1/orders', { ...ask, headers }), 400, 'bad_request');
  }
  // Where the state makes a repetition harmless, no key is needed.
  await draftMarket(at, 'keyless');
  expect(
    (await at.call('POST', '/v1/markets/keyless/open', { key: at.ana.key, once: false })).status,
  ).toBe(200);
});

test('[H16] a refused retry of an unknown attempt takes its key for ever', async () => {
  const key = freshKey();
  const ask = { key: at.bob.key, once: key, body: { ...buy('M1', '1'), gets_min: '500' } };
  const refused = await at.call('POST', '/v1/orders', {
    ...ask,
    headers: { 'fairground-attempt': '2' },
  });
  expect([refused.status, refused.json.error.code]).toEqual([422, 'price_moved']);
  const receipt = await at.call('GET', `/v1/receipts/${key}`, { key: at.bob.key });
  expect(receipt.json).toMatchObject({ state: 'refused', code: 'price_moved' });
});

test('[H16] receipts: done, not seen, and never those of others', async () => {
  const key = freshKey();
  const made = await order(buy('M1', '1'), key);
  const mine = await at.call('GET', `/v1/receipts/${key}`, { key: at.bob.key });
  expect(mine.json).toMatchObject({
    state: 'done',
    entry: { seq: made.json.seq, hash: made.json.hash },
  });
  const hers = await at.call('GET', `/v1/receipts/${key}`, { key: at.ana.key });
  expect(hers.json).toEqual({ state: 'not_seen', seq: seqNow() });
  expectEdge(await at.call('GET', `/v1/receipts/${key}`), 401, 'unauthorized');
});

test('[H11] a reader who has seen more waits, then is told; another history is told at once', async () => {
  const made = await order(buy('M1', '1'));
  const cursor = String(made.headers['fairground-seq']);
  const read = (min: string): Promise<Reply> =>
    at.call('GET', '/v1/markets', { headers: { 'fairground-min-seq': min } });
  expect((await read(cursor)).status).toBe(200);
  expect((await read(cursor.split('.')[0] ?? '')).status).toBe(200);
  expectEdge(await read(`${made.json.seq}.00000000`), 409, 'forked');
  expectEdge(await read('soon'), 400, 'bad_request');
  const started = performance.now();
  const behind = await read(`${made.json.seq + 1_000}`);
  expectEdge(behind, 503, 'behind');
  expect(behind.headers['retry-after']).toBe('1');
  expect(performance.now() - started).toBeGreaterThan(1_900);
  const waiting = read(`${seqNow() + 1}`);
  await order(buy('M1', '1'));
  expect((await waiting).status).toBe(200);
});

test('[H12] keys, scopes, and the system', async () => {
  expectEdge(await at.call('POST', '/v1/orders', { body: buy('M1', '1') }), 401, 'unauthorized');
  expectEdge(
    await at.call('GET', '/v1/markets', { key: 'fg_0123456789abcdef0123' }),
    401,
    'key_unknown',
  );
  expectEdge(await at.call('GET', '/v1/markets', { key: 'nonsense' }), 401, 'key_unknown');
  expectEdge(
    await at.call('GET', '/v1/markets', { key: `fgs_${'x'.repeat(43)}` }),
    401,
    'key_unknown',
  );
  expectEdge(
    await at.call('POST', '/v1/markets/M1/pause', { key: at.bob.key }),
    403,
    'scope_missing',
  );
  expectEdge(await at.call('GET', '/v1/me', { key: at.token }), 403, 'scope_missing');
  expectEdge(
    await at.call('POST', '/v1/admin/users', { key: at.ana.key, body: { handle: 'eve' } }),
    403,
    'scope_missing',
  );
  const made = await at.must('POST', '/v1/admin/users', {
    key: at.token,
    body: { handle: 'Eve', scopes: ['read'] },
  });
  expect(made.json).toMatchObject({ handle: 'Eve', scopes: ['read'] });
  expectEdge(
    await at.call('POST', '/v1/admin/users', { key: at.token, body: { handle: 'eve' } }),
    409,
    'handle_taken',
  );
  expectEdge(
    await at.call('POST', '/v1/orders', { key: made.json.key, body: buy('M1', '1') }),
    403,
    'scope_missing',
  );
  const me = await at.must('GET', '/v1/me', { key: made.json.key });
  expect(me.json).toMatchObject({
    account: made.json.account,
    handle: 'Eve',
    points: '10000',
    roles: [],
    frozen: false,
  });
});

test('[H12] keys of one’s own: never more than one has, and gone when revoked', async () => {
  const mine = { key: at.bob.key };
  expectEdge(
    await at.call('POST', '/v1/me/keys', { ...mine, body: { name: 'x', scopes: ['admin'] } }),
    403,
    'scope_missing',
  );
  const made = await at.must('POST', '/v1/me/keys', {
    ...mine,
    body: { name: 'a bot', scopes: ['trade'] },
  });
  const listed = await at.must('GET', '/v1/me/keys', mine);
  expect(listed.text).not.toContain(made.json.key);
  expect(listed.json.items.at(-1)).toMatchObject({
    id: made.json.id,
    name: 'a bot',
    last4: made.json.key.slice(-4),
  });
  const bot = { key: made.json.key, body: buy('M1', '1') };
  expect((await at.call('POST', '/v1/orders', bot)).status).toBe(201);
  expectEdge(
    await at.call('DELETE', `/v1/me/keys/${made.json.id}`, { key: at.ana.key }),
    404,
    'key_id_unknown',
  );
  await at.must('DELETE', `/v1/me/keys/${made.json.id}`, mine);
  expectEdge(await at.call('POST', '/v1/orders', bot), 401, 'key_unknown');
});

test('[H13] pages of foreign origins may read, not write', async () => {
  const foreign = { origin: 'https://evil.example' };
  const ask = { key: at.bob.key, body: buy('M1', '1') };
  expectEdge(
    await at.call('POST', '/v1/orders', { ...ask, headers: foreign }),
    403,
    'origin_refused',
  );
  expect(
    (await at.call('POST', '/v1/orders', { ...ask, headers: { origin: at.node.url } })).status,
  ).toBe(201);
  expect((await at.call('GET', '/v1/markets', { headers: foreign })).status).toBe(200);
});

test('[H15] a batch answers each order by itself, and again the same', async () => {
  const once = freshKey();
  const orders = [buy('M1', '1'), buy('nowhere', '1'), buy('M1', '2', 'NO'), buy('M1', '1000000')];
  const ask = { key: at.bob.key, once, body: { orders } };
  const first = await at.must('POST', '/v1/orders/batch', ask);
  expect(first.json.items.map(({ status }) => status)).toEqual([201, 404, 201, 422]);
  expect(first.json.items[0]?.order.pays).toBe('1');
  expect(first.json.items[1]?.error).toMatchObject({ code: 'market_unknown', final: true });
  const again = await at.must('POST', '/v1/orders/batch', ask);
  expect(again.json.items[2]?.order).toEqual(first.json.items[2]?.order);
  const receipt = await at.call('GET', `/v1/receipts/${once}?item=2`, { key: at.bob.key });
  expect(receipt.json.entry.seq).toBe(first.json.items[2]?.order.seq);
  expectEdge(
    await at.call('POST', '/v1/orders/batch', { ...ask, body: { orders: [] } }),
    400,
    'bad_request',
  );
  expectEdge(
    await at.call('POST', '/v1/orders/batch', {
      ...ask,
      body: { orders: Array(101).fill(buy('M1', '1')) },
    }),
    400,
    'bad_request',
  );
});

test('[H17] the journal, byte for byte', async () => {
  const page = await at.must('GET', '/v1/journal?from=1&limit=2');
  expect(
    page.text
      .trimEnd()
      .split('\n')
      .map((line) => parse(line).seq),
  ).toEqual([1, 2]);
  expect(page.headers['cache-control']).toContain('immutable');
  const rest = await at.must('GET', '/v1/journal?from=3&limit=10000');
  expect(rest.headers['cache-control']).toBe('no-cache');
  const lines = `${page.text}${rest.text}`.trimEnd().split('\n');
  const head = await at.must('GET', '/v1/head');
  expect(head.json).toMatchObject({ seq: lines.length, hash: parse(lines.at(-1) ?? '').hash });
  expect((await at.must('GET', '/v1/head?seq=2')).json.hash).toBe(parse(lines[1] ?? '').hash);
  expect((await at.must('GET', `/v1/journal?from=${lines.length + 1}`)).text).toBe('');
  expectEdge(await at.call('GET', '/v1/head?seq=999999'), 404, 'entry_unknown');
});

test('[H20] no script runs and no style counts but our files', async () => {
  const { headers } = await at.call('GET', '/', { headers: { accept: 'text/html' } });
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("style-src 'self';");
  expect(policy).not.toContain('unsafe');
  expect(policy).toContain("frame-ancestors 'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
  for (const path of ['/v1/markets', '/v1/markets/none', '/v1/nowhere', '/healthz']) {
    expect((await at.call('GET', path)).headers, path).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
  }
});

test('[H21] pages neither repeat nor skip', async () => {
  for (const id of ['a', 'b', 'c', 'd', 'e'])
    await openMarket(at, `page-${id}`, { category: 'paging', deposit: '10' });
  for (const sort of ['newest', 'volume', 'moved', 'closing']) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const path: string = `/v1/markets?category=paging&limit=2&sort=${sort}${cursor === undefined ? '' : `&cursor=${cursor}`}`;
      const { json } = await at.must('GET', path);
      seen.push(...json.items.map(({ id }) => id));
      cursor = json.cursor;
    } while (cursor !== undefined);
    expect([...seen].sort(), sort).toEqual(['page-a', 'page-b', 'page-c', 'page-d', 'page-e']);
  }
  expect((await at.must('GET', '/v1/markets?search=PAGE-C&status=open')).json.items).toHaveLength(
    1,
  );
  for (let n = 0; n < 3; n++) await order(buy('page-a', '1'));
  const first = await at.must('GET', '/v1/markets/page-a/trades?limit=2');
  const second = await at.must(
    'GET',
    `/v1/markets/page-a/trades?limit=2&cursor=${first.json.cursor ?? ''}`,
  );
  const seqs = [...first.json.items, ...second.json.items].map(({ seq }) => seq);
  expect(seqs).toEqual([...seqs].sort((a, b) => b - a));
  expect([seqs.length, second.json.cursor]).toEqual([3, undefined]);
  for (const cursor of ['x', 'bm9uc2Vuc2U', 'W10']) {
    expectEdge(await at.call('GET', `/v1/markets?cursor=${cursor}`), 400, 'bad_request');
    expectEdge(
      await at.call('GET', `/v1/me/trades?cursor=${cursor}`, { key: at.bob.key }),
      400,
      'bad_request',
    );
  }
});

test('[H22] a quote is advice, and its bound makes an order of it', async () => {
  const before = seqNow();
  const quote = await at.call('POST', '/v1/markets/M1/quote', {
    body: { side: 'buy', outcome: 'NO', shares: '10' },
  });
  expect(quote.status).toBe(200);
  expect(seqNow()).toBe(before);
  const { pays, pays_max } = quote.json;
  const made = await order({ market: 'M1', side: 'buy', outcome: 'NO', shares: '10', pays_max });
  expect(made.json).toMatchObject({ pays, gets: '10' });
  const refused = await at.call('POST', '/v1/markets/M1/quote', {
    body: { side: 'buy', outcome: 'MAYBE', spend: '1' },
  });
  expect([refused.status, refused.json.error.code, refused.json.error.final]).toEqual([
    404,
    'outcome_unknown',
    false,
  ]);
});

test('[H23] two people end a two-person market, and its words and figures are shown', async () => {
  const carl = await at.node.signUp({ handle: 'carl', admin: true });
  await openMarket(at, 'two', { two_person: true, rules: 'By the book.' });
  await at.must('POST', '/v1/orders', { key: at.bob.key, body: buy('two', '100') });
  await at.must('POST', '/v1/markets/two/close', { key: at.ana.key });
  const proposed = await at.must('POST', '/v1/markets/two/resolve', {
    key: at.ana.key,
    body: { outcome: 'YES', reason: 'seen' },
  });
  const { reason_hash } = proposed.json.proposal;
  const confirm = { act: 'resolve', outcome: 'YES', reason_hash };
  const alone = await at.call('POST', '/v1/markets/two/confirm', {
    key: at.ana.key,
    body: confirm,
  });
  expect(alone.json.error.code).toBe('not_allowed');
  const wrong = await at.call('POST', '/v1/markets/two/confirm', {
    key: carl.key,
    body: { ...confirm, outcome: 'NO' },
  });
  expect(wrong.json.error.code).toBe('no_proposal');
  await at.must('POST', '/v1/markets/two/confirm', { key: carl.key, body: confirm });
  const { json } = await at.must('GET', '/v1/markets/two', {
    headers: { 'fairground-min-seq': String(seqNow()) },
  });
  expect(json).toMatchObject({
    status: 'settled',
    resolution: { payout: ['1', '0'] },
    price: '1',
    escrow: '0',
    text: { rules: 'By the book.' },
  });
  const { items } = (await at.must('GET', '/v1/me/positions', { key: at.bob.key })).json;
  expect(items.find(({ market }) => market === 'two')).toMatchObject({
    title: 'Market two',
    net: '100',
    paid: '187.253187',
    profit: '87.253187',
  });
});

test('[H1] facts, candles, my trades and the proof', async () => {
  const feed = await at.node.signUp({ handle: 'feed' });
  await at.must('POST', '/v1/admin/roles', {
    key: at.ana.key,
    body: { account: feed.account, role: 'source' },
  });
  const terms = {
    mechanism: 'curve',
    fundamental: '10',
    slope: '0.025',
    source: feed.account,
    deposit: undefined,
  };
  await openMarket(at, 'stock', {
    ...terms,
    fact_rules: [
      { kind: 'goal', num: 27, den: 25 },
      { kind: 'card', add: '-0.5' },
    ],
  });
  await at.must('POST', '/v1/orders', {
    key: at.bob.key,
    body: { market: 'stock', side: 'buy', shares: '10' },
  });
  const fact = {
    market: 'stock',
    fact: 'm1.g1',
    kind: 'goal',
    happened_at: '2026-06-11T19:00:00Z',
  };
  const made = await at.must('POST', '/v1/facts', { key: feed.key, body: fact });
  expect(made.json).toEqual({ fact: 'm1.g1', seq: seqNow() });
  await at.must('POST', '/v1/facts', {
    key: feed.key,
    body: { ...fact, fact: 'm1.c1', kind: 'card' },
  });
  await at.must('POST', '/v1/facts/undo', {
    key: feed.key,
    body: { market: 'stock', fact: 'u1', undoes: 'm1.c1' },
  });
  const { items } = (await at.must('GET', '/v1/facts?market=stock')).json;
  expect(items.map((one) => [one.fact, one.applied, one.fundamental, one.title])).toEqual([
    ['u1', '0.5', '10.8', 'Market stock'],
    ['m1.c1', '-0.5', '10.3', 'Market stock'],
    ['m1.g1', '0.8', '10.8', 'Market stock'],
  ]);
  const candles = (await at.must('GET', '/v1/markets/stock/candles?interval=1d')).json.items;
  expect(candles).toHaveLength(1);
  expect(candles[0]).toMatchObject({ open: '10', low: '10', high: '11.05', close: '11.05' });
  const trades = (await at.must('GET', '/v1/me/trades?limit=1', { key: at.bob.key })).json.items;
  expect(trades[0]).toMatchObject({ market: 'stock', gets: '10' });
  const proof = (await at.must('GET', '/v1/proof')).json;
  expect(proof.books_balance).toBe(true);
  expect(proof.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(proof.invariants.every(({ holds }) => holds)).toBe(true);
});
