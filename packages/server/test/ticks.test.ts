/**
 * Ticks by the API of a whole node: taken, asked for, mended and told.
 *
 * Long because each is told of both stores, on one node of each.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { ANSWERS } from '../src/api/answers.js';
import { nameOfSaid } from '../src/index.js';
import { TICKS } from '../src/ticks/ticks.js';
import { type Ask, buy, fair, type Reply, type Stage, Watch } from './bench.js';
import { EventWatch } from './event-watch.js';
import { fairOf, member, until } from './nodes.js';
import { AT } from './ticks-bench.js';

const LINES = { 'content-type': 'application/x-ndjson' };
const made = (n: number, more: object = {}) => {
  const time = AT + n * 1_000;
  return {
    source: 'feed',
    symbol: 'X',
    time,
    price: '1.50',
    size: '2',
    side: 'buy',
    id: `${n}`,
    ...more,
  };
};
const env = { FAIRGROUND_READ_MODEL: '1' };

describe.each([
  { on: 'the embedded database', skip: () => false },
  { on: 'PostgreSQL', skip: () => !hasPostgres() },
])('on $on', ({ on, skip }) => {
  if (skip()) return;
  let server: Server | undefined;
  let at: Stage;
  const alarms: string[] = [];
  const keys = { feed: '', admin: '', player: '' };
  beforeAll(async () => {
    const onAlarm = (reason: string): void => void alarms.push(reason);
    if (on === 'PostgreSQL') {
      server = await Server.start();
      const shared = await member(server.url(await server.database()), { env, onAlarm });
      const { ana } = await fairOf(shared);
      at = shared;
      keys.admin = ana.key;
    } else {
      const made = await fair({ env, onAlarm });
      at = made;
      keys.admin = made.ana.key;
    }
    keys.player = (await at.node.signUp({ handle: 'tom' })).key;
    const body = { name: 'feed', scopes: ['ingest'] };
    keys.feed = (await at.must('POST', '/v1/me/keys', { key: keys.admin, body })).json.key;
    await until(async () => (await at.call('GET', '/v1/ticks/symbols')).status === 200);
    await until(async () => (await at.call('GET', '/v1/leaderboard')).status === 200);
  }, 60_000);
  afterAll(async () => {
    await at.node.close();
    await server?.end();
  });

  const send = (body: unknown, ask: Ask = {}): Promise<Reply> =>
    at.call('POST', '/v1/ingest', { key: keys.feed, once: false, body, ...ask });
  const sums = ({ json }: Reply) => ANSWERS.ingested.parse(json);
  const items = async (path: string): Promise<readonly Record<string, unknown>[]> =>
    (await at.must('GET', path)).json.items as unknown as Record<string, unknown>[];
  const letters = async (query: string) =>
    ANSWERS.letters.parse(
      (await at.must('GET', `/v1/dead-letters?${query}`, { key: keys.admin })).json,
    );
  const act = (path: string, body: object = {}): Promise<Reply> =>
    at.call('POST', `/v1/dead-letters/${path}`, { key: keys.admin, body });

  test('[I1] one, several, or a line for each: what was taken is there once it is answered', async () => {
    const of = { symbol: 'ways' };
    expect(sums(await send(made(1, of)))).toMatchObject({ taken: 1, late: 0, dead: 0 });
    expect(sums(await send([made(2, of), made(3, of)]))).toMatchObject({ taken: 2 });
    const text = `\n${JSON.stringify(made(4, of))}\r\n${JSON.stringify(made(5, of))}`;
    expect(sums(await send(text, { headers: LINES }))).toMatchObject({ taken: 2 });
    const found = await items('/v1/ticks?symbol=ways&order=asc');
    expect(found.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5']);
    expect(found[0]).toMatchObject({
      time: '2024-08-08T23:54:15.343000Z',
      price: '1.50',
      late: false,
    });
  });

  test('[I1] who has not the scope sends nothing, and other addresses read no lines', async () => {
    for (const key of [keys.player, keys.admin]) {
      expect((await send(made(1), { key })).json.error.code).toBe('scope_missing');
    }
    const body = { name: 'more', scopes: ['ingest'] };
    const reply = await at.call('POST', '/v1/me/keys', { key: keys.player, body });
    expect(reply.json.error.code).toBe('scope_missing');
    const lines = await at.call('POST', '/v1/orders', {
      key: keys.player,
      body: '{}',
      headers: LINES,
    });
    expect(lines.status).toBe(415);
  });

  test('[I2] once per id; without an id once per key and place, and without both nothing is taken', async () => {
    const of = { symbol: 'once', id: undefined };
    const none = [made(1, of), made(1, of)];
    expect((await send([made(9, { symbol: 'once' }), ...none])).json.error.code).toBe(
      'key_required',
    );
    expect(await items('/v1/ticks?symbol=once')).toEqual([]);
    expect(sums(await send(none, { once: 'one' }))).toMatchObject({ taken: 2 });
    const again = sums(await send(none, { once: 'one' }));
    expect(again).toMatchObject({ taken: 0, repeated: 2 });
    expect(again.items[1]).toEqual({ index: 1, became: 'repeated' });
    expect(sums(await send(none, { once: 'two' }))).toMatchObject({ taken: 2 });
    // Another content under a used key is another tick: nothing is lost to it.
    const other = [made(2, of)];
    expect(sums(await send(other, { once: 'one' }))).toMatchObject({ taken: 1 });
    const [a, b] = await Promise.all([
      send(made(7, { symbol: 'once' })),
      send(made(7, { symbol: 'once' })),
    ]);
    expect(sums(a).taken + sums(b).taken).toBe(1);
  });

  test('[I3] what is too much is refused before anything is taken', async () => {
    const big = 'x'.repeat(TICKS.bodyBytesMax + 1);
    expect((await send(big, { headers: LINES })).status).toBe(413);
    const long = `${JSON.stringify(made(1, { symbol: 'big' }))}\n`.repeat(40_000);
    const release = at.node.shell.ticks?.ingest.reserve(44 * 1024 * 1024);
    const none = await send(long, { headers: LINES });
    expect([none.status, none.json.error.code]).toEqual([429, 'too_many_requests']);
    expect(Number(none.headers['retry-after'])).toBeGreaterThan(0);
    expect(await items('/v1/ticks?symbol=big')).toEqual([]);
    expect((await send(made(1, { symbol: 'big' }))).status).toBe(200);
    release?.();
    // What was read and answered holds no room any more.
    await until(() => at.node.shell.ticks?.ingest.waiting.bytes === 0);
    const many = `${'{}\n'.repeat(TICKS.malformedMax + 1)}`;
    expect((await send(many, { headers: LINES })).status).toBe(413);
  }, 30_000);

  test('[I7] pages in both directions, after a number, within a time; candles show their gaps', async () => {
    const of = { symbol: 'pages' };
    const sent = [0, 1, 2, 3, 10, 11, 65].map((second) =>
      made(second * 1_000, { ...of, price: `${second}` }),
    );
    await send(sent);
    const late = sums(await send(made(5_000, { ...of, price: '99' })));
    expect(late).toMatchObject({ taken: 1, late: 1 });
    const ids: unknown[] = [];
    for (let cursor = ''; ; ) {
      const page = await at.must('GET', `/v1/ticks?symbol=pages&limit=3${cursor}`);
      ids.push(...page.json.items.map(({ id }) => id));
      if (page.json.cursor === undefined) break;
      cursor = `&cursor=${page.json.cursor}`;
    }
    expect(ids).toEqual(['65000', '11000', '10000', '5000', '3000', '2000', '1000', '0']);
    const [first] = await items('/v1/ticks?symbol=pages&order=asc&limit=1');
    const missed = await items(`/v1/ticks?symbol=pages&after=${String(first?.['n'])}`);
    expect(missed.map(({ id }) => id)).toEqual([
      '1000',
      '2000',
      '3000',
      '10000',
      '11000',
      '65000',
      '5000',
    ]);
    const range = `from=${AT + 1_000_000}&to=${AT + 3_000_000}`;
    expect((await items(`/v1/ticks?symbol=pages&${range}`)).map(({ id }) => id)).toEqual([
      '2000',
      '1000',
    ]);
    const boxes = await items('/v1/ticks/candles?symbol=pages&interval=1s');
    expect(boxes.map(({ gap }) => gap)).toEqual([0, 0, 0, 0, 1, 4, 0, 53]);
    expect(boxes[4]).toMatchObject({ open: '99', late: 1, ticks: 1 });
    const [latest] = await items('/v1/ticks/latest?symbols=pages,nowhere');
    expect(latest).toMatchObject({ symbol: 'pages', ticks: 8, price: '65' });
    expect((await items('/v1/ticks/symbols?prefix=pa')).map(({ symbol }) => symbol)).toEqual([
      'pages',
    ]);
    expect((await at.call('GET', '/v1/ticks?symbol=pages&cursor=no')).status).toBe(400);
  });

  test('[I9] trades of our own markets answer the same questions', async () => {
    const order = { key: keys.player, body: buy('M1', '5') };
    const { json } = await at.must('POST', '/v1/orders', order);
    await at.must('POST', '/v1/orders', order);
    const symbol = 'market:M1/YES';
    await until(async () => (await items(`/v1/ticks?symbol=${symbol}`)).length === 2);
    const [, own] = await items(`/v1/ticks?symbol=${symbol}`);
    expect(own).toMatchObject({
      source: 'fairground',
      size: json.gets,
      side: 'buy',
      id: json.id,
      n: json.seq,
    });
    const paid = Number(own?.['price']) * Number(json.gets);
    expect(paid).toBeCloseTo(Number(json.pays), 6);
    const boxes = await items(`/v1/ticks/candles?symbol=${symbol}&interval=1d`);
    expect(boxes[0]).toMatchObject({ open: own?.['price'], ticks: 2, gap: 0 });
    expect(await items(`/v1/ticks/latest?symbols=${symbol}`)).toMatchObject([{ symbol, ticks: 2 }]);
    expect(
      (await at.must('GET', `/v1/ticks?symbol=${symbol}&format=csv`)).text.trim().split('\n'),
    ).toHaveLength(3);
    const reply = sums(await send(made(1, { symbol })));
    expect(reply.items[0]).toMatchObject({ became: 'dead', reason: 'malformed' });
  });

  test('[I12] what cannot be read harms no other, lies there with its reason, and is mended once', async () => {
    const of = { symbol: 'mend' };
    const lines = [
      JSON.stringify(made(1, of)),
      '{"broken',
      JSON.stringify(made(2, { ...of, price: 1.5 })),
      JSON.stringify(made(3, { ...of, time: (at.node.clock.now() + 3_600_000) * 1_000 })),
      JSON.stringify(made(4, { ...of, id: 'x'.repeat(3_000) })),
      JSON.stringify(made(5, of)),
    ].join('\n');
    const told = sums(await send(lines, { headers: LINES, once: 'mend' }));
    expect(told).toMatchObject({ taken: 2, dead: 4 });
    const reasons = told.items.map((item) => ('reason' in item ? [item.index, item.reason] : []));
    expect(reasons).toEqual([
      [1, 'malformed'],
      [2, 'malformed'],
      [3, 'ahead'],
      [4, 'too_long'],
    ]);
    // Sent again it is neither twice in the ticks nor twice among the letters.
    expect(sums(await send(lines, { headers: LINES, once: 'mend' }))).toMatchObject({
      taken: 0,
      dead: 4,
    });
    const { items: found } = await letters('state=open&reason=malformed');
    const [typed, broken] = found;
    expect([broken?.payload, typed?.message]).toEqual([
      '{"broken',
      expect.stringContaining('price'),
    ]);
    const id = typed?.id ?? '';
    expect((await act(`${id}/replay`)).json.error.code).toBe('tick_refused');
    const payload = made(2, of);
    expect((await act(`${id}/replay`, { payload })).json).toEqual({
      replayed: id,
      repeated: false,
    });
    expect((await act(`${id}/replay`, { payload })).json.error.code).toBe('letter_done');
    // It got through meanwhile: the letter is done with, and the tick is there once.
    await send(made(6, of));
    const other = await act(`${broken?.id}/replay`, { payload: made(6, of) });
    expect(other.json).toEqual({ replayed: broken?.id, repeated: true });
    const ids = (await items('/v1/ticks?symbol=mend&order=asc')).map((one) => one['id']);
    expect(ids).toEqual(['1', '2', '5', '6']);
    const [long] = (await letters('reason=too_long')).items;
    expect((await act(`${long?.id}/drop`)).json).toEqual({ dropped: long?.id });
    expect((await letters('state=dropped')).items.map(({ id }) => id)).toEqual([long?.id]);
    expect((await act(`dl_${'0'.repeat(32)}/drop`)).json.error.code).toBe('letter_unknown');
  });

  test('[I13] of a registered source only its symbols are taken; the others wait until it has them', async () => {
    const path = '/v1/admin/sources/strict';
    const put = (symbols: string[]): Promise<Reply> =>
      at.must('PUT', path, { key: keys.admin, body: { requires_registration: true, symbols } });
    await put(['S1']);
    const sent = ['S1', 'S2', 'S3', 'S2'].map((symbol, n) => made(n, { source: 'strict', symbol }));
    const told = sums(await send(sent));
    expect(told).toMatchObject({ taken: 1, dead: 3 });
    expect(
      (await letters('source=strict')).items.map(({ symbol, reason }) => [symbol, reason]),
    ).toEqual(['S2', 'S3', 'S2'].map((symbol) => [symbol, 'unknown_symbol']));
    await put(['S1', 'S2']);
    const { json } = await act('replay', { source: 'strict' });
    expect(json).toMatchObject({
      replayed: 2,
      repeated: 0,
      refused: [{ message: expect.stringContaining('S3') }],
    });
    expect(await items('/v1/ticks?symbol=S2')).toHaveLength(2);
    expect(
      ANSWERS.replayed_many.parse((await act('replay', { source: 'strict' })).json).replayed,
    ).toBe(0);
    const { items: known } = ANSWERS.sources.parse(
      (await at.must('GET', '/v1/admin/sources', { key: keys.admin })).json,
    );
    expect(known.map(({ name, symbols }) => [name, symbols])).toEqual([['strict', ['S1', 'S2']]]);
    await at.must('DELETE', path, { key: keys.admin });
    expect(sums(await send(made(9, { source: 'strict', symbol: 'S9' }))).taken).toBe(1);
    expect((await at.call('DELETE', path, { key: keys.admin })).json.error.code).toBe(
      'source_unknown',
    );
  });

  test('[I17] what is malformed is found by its source and symbol, where it names them', async () => {
    const of = { source: 'odd', symbol: 'odd/1' };
    const sent = [
      made(1, { ...of, price: 1.5 }),
      made(2, { ...of, symbol: 'no symbol', more: 1 }),
      made(3, { ...of, source: 7, id: 'x'.repeat(3_000) }),
      ['odd', 'odd/1'],
    ];
    const lines = [...sent.map((one) => JSON.stringify(one)), '{"source":"odd","symbol":"odd/1"'];
    const told = await send(lines.join('\n'), { headers: LINES, once: 'odd' });
    expect(sums(told)).toMatchObject({ taken: 0, dead: 5 });
    const found = async (query: string): Promise<unknown[]> =>
      (await letters(query)).items.map(({ source, symbol, reason }) => [source, symbol, reason]);
    expect(await found('source=odd')).toEqual([
      ['odd', null, 'malformed'],
      ['odd', 'odd/1', 'malformed'],
    ]);
    expect(await found('symbol=odd/1')).toEqual([
      [null, 'odd/1', 'too_long'],
      ['odd', 'odd/1', 'malformed'],
    ]);
    expect(await found('source=odd&symbol=odd/1')).toHaveLength(1);
    expect((await act('replay', { source: 'odd' })).json).toMatchObject({
      replayed: 0,
      refused: [{ message: expect.stringContaining('price') }, {}],
    });
    // A name of our own markets is kept too: nobody may use it, and so it is looked for.
    await send(made(4, { ...of, symbol: 'market:M1/YES' }));
    expect(await found('symbol=market:M1/YES')).toContainEqual([
      'odd',
      'market:M1/YES',
      'malformed',
    ]);
  });

  test('[I14] whoever may mend hears that letters grow, in the log and as a notice', async () => {
    expect(alarms.filter((reason) => reason.startsWith('Dead letters grow'))).not.toEqual([]);
    const told = async () =>
      (await at.must('GET', '/v1/me/notifications', { key: keys.admin })).json.items;
    await until(async () => (await told()).some(({ kind }) => kind === 'dead_letters'));
    const { text } = await at.must('GET', '/metrics', { key: at.token });
    expect(text).toMatch(/^fairground_ticks_taken [1-9]/m);
    expect(text).toMatch(/^fairground_ticks_dead [1-9]/m);
  });

  test('[I15] whoever watches a symbol hears its newest, and finds what he missed after its number', async () => {
    const of = { symbol: 'live' };
    await send(made(1, { ...of, price: '1' }));
    const socket = new Watch(at.node.url);
    await socket.say({ id: 1, cmd: 'subscribe', topics: ['ticks/live', 'global', 'ticks/later'] });
    const stream = new EventWatch(at.node.url, { topics: ['ticks/live'] });
    const newest = (): string | undefined => stream.frames('state', 'ticks/live').at(-1);
    await stream.until(() => newest() !== undefined);
    const first = JSON.parse(newest() ?? '{}');
    expect(nameOfSaid(first)).toBe('ticks_state');
    for (let n = 2; n < 30; n++) await send(made(n, { ...of, price: `${n}` }));
    await send(made(0, { ...of, price: '0.5' }));
    await stream.until(() => newest()?.includes('"ticks":30') === true);
    const last = JSON.parse(newest() ?? '{}');
    // The late one is not the newest, and counts all the same.
    expect(last.data).toMatchObject({ price: '29', n: last.n });
    expect(last).not.toHaveProperty('seq');
    const missed = await items(`/v1/ticks?symbol=live&after=${first.n}`);
    expect(missed).toHaveLength(29);
    expect(missed.at(-1)?.['n']).toBe(last.n);
    await socket.until(() =>
      socket.heard.some(({ data }) => JSON.stringify(data) === JSON.stringify(last.data)),
    );
    await socket.say({ id: 2, cmd: 'unsubscribe', topics: ['ticks/live'] });
    const heard = (): number => socket.heard.filter(({ topic }) => topic === 'ticks/live').length;
    await socket.until(() => socket.heard.some(({ type }) => type === 'unsubscribed'));
    const before = heard();
    await send(made(40, { ...of, symbol: 'later' }));
    await send(made(50, of));
    await socket.until(() => socket.heard.some(({ topic }) => topic === 'ticks/later'));
    await sleep(200);
    expect(heard()).toBe(before);
    for (const watch of [socket, stream]) watch.close();
  });

  test('[I18] an admin hears of each dead letter and of what became of it, and nobody else does', async () => {
    const { account, key } = await at.node.signUp({ handle: 'mia', admin: true });
    const topics = ['dead-letters'];
    const watch = new Watch(at.node.url);
    await watch.say({ id: 1, cmd: 'subscribe', topics });
    await watch.until(() => watch.heard.some(({ code }) => code === 'unauthorized'));
    const headers = (of: string) => ({ authorization: `Bearer ${of}` });
    const player = new EventWatch(at.node.url, { topics, headers: headers(keys.player) });
    await player.until(() => player.status === 401);
    await watch.say({ id: 2, cmd: 'auth', key: keys.admin });
    await watch.say({ id: 3, cmd: 'subscribe', topics });
    const stream = new EventWatch(at.node.url, { topics, headers: headers(key) });
    type Told = { n: number; data: { open: number; newest: string | null } };
    const told = (): Told[] =>
      stream.frames('state', 'dead-letters').map((text) => JSON.parse(text) as Told);
    await stream.until(() => told().length === 1);
    const [first] = told();
    expect(nameOfSaid(first)).toBe('letters_state');
    expect(first?.data.open).toBe((await letters('limit=1')).open);
    const open = first?.data.open ?? 0;
    const says = async (more: number): Promise<Told | undefined> => {
      await stream.until(() => told().at(-1)?.data.open === open + more);
      return told().at(-1);
    };
    await send([made(1, { symbol: 'ear', price: 1 }), made(2, { symbol: 'ear', size: 2 })]);
    const both = await says(2);
    expect(both?.n).toBeGreaterThan(first?.n ?? 0);
    const [one, other] = (await letters('symbol=ear')).items;
    const id = one?.id ?? '';
    expect(both?.data.newest).toBe(one?.at);
    await act(`${id}/drop`);
    await says(1);
    await act(`${other?.id}/replay`, { payload: made(1, { symbol: 'ear' }) });
    expect((await says(0))?.n).toBe(both?.n);
    // Both skins say the same, and each change once.
    await watch.until(() => watch.heard.some((said) => Reflect.get(said, 'n') === both?.n));
    expect(new Set(told().map((one) => JSON.stringify(one))).size).toBe(told().length);
    const role = { account, role: 'admin', act: 'revoke' };
    await at.must('POST', '/v1/admin/roles', { key: keys.admin, body: role });
    const before = told().length;
    await send(made(3, { symbol: 'ear', price: 1 }));
    const heard = (): number => Number(Reflect.get(watch.heard.at(-1)?.data ?? {}, 'open'));
    await watch.until(() => heard() === open + 1);
    await sleep(100);
    expect(told()).toHaveLength(before);
    for (const path of ['', '/replay', `/${id}/replay`, `/${id}/drop`]) {
      const asked = path === '' ? 'GET' : 'POST';
      const { json } = await at.call(asked, `/v1/dead-letters${path}`, {
        key,
        ...(asked === 'POST' && { body: {} }),
      });
      expect(json.error.code, path).toBe('scope_missing');
    }
    await watch.say({ id: 4, cmd: 'unsubscribe', topics });
    await watch.until(() => watch.heard.some(({ type }) => type === 'unsubscribed'));
    for (const one of [watch, stream, player]) one.close();
  });
});
