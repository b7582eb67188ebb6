/** `fairground ingest` and `fairground replay-dead-letters` against a whole node, and against one that is not well. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { EXITS, Failure } from '../src/exit.js';
import { run } from '../src/run.js';
import { folder, good, inside, start, type Variables } from './cli.js';
import { closeHomes, home } from './homes.js';

afterAll(closeHomes);

const HEAD = 'symbol,traded_at,price,size\n';
const rowsOf = (count: number): string =>
  Array.from({ length: count }, (_, n) => `A,${1_000 + n},${100 + (n % 7)}.50,2\n`).join('');
const MAP = ['--source', 's', '--map', 'time=traded_at', '--time-unit', 'ms'];

test('[C66] [C68] a file of ticks without ids is taken once, grown or begun again; what is none is said', {
  timeout: 120_000,
}, async () => {
  const at = await home('a directory');
  const { key } = await at.node.signUp({ handle: 'feed', scopes: ['ingest'] });
  const env: Variables = { FAIRGROUND_URL: at.url, FAIRGROUND_KEY: key };
  const file = join(folder(), 'ticks.csv.gz');
  const sums = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await good(['ingest', file, ...MAP, ...args, '--json'], env)).out);
  const none = { repeated: 0, late: 0, dead: 0, dead_letters: [] };
  writeFileSync(file, gzipSync(HEAD + rowsOf(4_100)));
  expect(await sums()).toEqual({ ...none, rows: 4_100, taken: 4_100 });
  expect(await sums()).toEqual({ ...none, rows: 4_100, taken: 0, repeated: 4_100 });
  writeFileSync(file, gzipSync(HEAD + rowsOf(4_150)));
  expect(await sums('--from', '2999')).toMatchObject({ rows: 2_150, taken: 50, repeated: 2_100 });
  const kept = await at.ana.ticks.list({ symbol: 'A', order: 'asc', limit: 2 });
  expect(kept.items).toMatchObject([
    { source: 's', price: '100.50', time: '1970-01-01T00:00:01.000000Z' },
    { time: '1970-01-01T00:00:01.001000Z' },
  ]);
  const lines = join(folder(), 'ticks.ndjson');
  const tick = { source: 's', symbol: 'B', time: 1, price: '1', size: '2', id: '1' };
  const texts = [tick, tick, { ...tick, price: 'dear' }].map((one) => JSON.stringify(one));
  writeFileSync(lines, `${texts.join('\n\n')}\nno tick`);
  const said = await good(['ingest', lines], env);
  expect(said.out).toMatch(
    /^4 rows: 1 taken \(1 late\)\n1 had been taken before\n2 are dead letters\n {2}row 3: price: .*\n {2}row 4: .*\n$/,
  );
  const code = async (args: readonly string[], who = env): Promise<number | null> =>
    (await inside(['ingest', ...args], who)).code;
  expect(await code([file])).toBe(EXITS.usage.code);
  expect(await code([`${file}.gone`])).toBe(EXITS.usage.code);
  expect(await code([lines, '--from', 'x'])).toBe(EXITS.usage.code);
  expect(await code([lines], { ...env, FAIRGROUND_KEY: at.key })).toBe(EXITS.refused.code);
  await replayAll(at.url, lines, env, at.boss);
});

test('[C72] ticks, matches and dead letters are watched, in words and as JSON', {
  timeout: 120_000,
}, async () => {
  const at = await home('a directory');
  const { key } = await at.node.signUp({ handle: 'feed', scopes: ['ingest'] });
  const env: Variables = { FAIRGROUND_URL: at.url, FAIRGROUND_KEY: key };
  const admin = await at.boss.keys.create({ name: 'k', scopes: ['admin'] });
  const boss = { ...env, FAIRGROUND_KEY: admin.key };
  const file = join(folder(), 'ticks.ndjson');
  const send = async (...ticks: object[]): Promise<void> => {
    writeFileSync(file, ticks.map((one) => `${JSON.stringify(one)}\n`).join(''));
    await good(['ingest', file, '--json'], env);
  };
  const tick = { source: 's', symbol: 'B/C', time: 1_000_000, price: '1.50', size: '2', id: '1' };
  await send(tick);
  const watcher = start(['watch', 'ticks/B/C', 'matches', 'dead-letters'], boss);
  const json = start(['watch', 'ticks/B/C', '--json'], env);
  await watcher.says('ticks/B/C  1.50 × 2  1970-01-01T00:00:01.000000Z  s\n');
  await watcher.says('matches  none yet\n');
  await watcher.says('dead-letters  none is open\n');
  await json.says('"price":"1.50"');
  await send({ ...tick, id: '2', price: 'dear' }, { ...tick, id: '3', price: '1.7', side: 'sell' });
  await watcher.says('ticks/B/C  1.7 × 2  sell  1970-01-01T00:00:01.000000Z  s\n');
  await watcher.says('dead-letters  1 open\n');
  await json.says('"price":"1.7"');
  for (const one of [watcher, json]) one.child.kill('SIGINT');
  expect([(await watcher.ended).code, (await json.ended).code]).toEqual([0, 0]);
  const lines = json.out().trim().split('\n');
  expect(lines.map((text) => JSON.parse(text))).toMatchObject([
    { topic: 'ticks/B/C', symbol: 'B/C', not_shown: 0 },
    { topic: 'ticks/B/C', side: 'sell', not_shown: 0 },
  ]);
});

/** The letters of the test above, and of a source that did not know its symbol yet. */
async function replayAll(
  url: string,
  lines: string,
  env: Variables,
  boss: Awaited<ReturnType<typeof home>>['boss'],
): Promise<void> {
  const admin = {
    ...env,
    FAIRGROUND_KEY: (await boss.keys.create({ name: 'k', scopes: ['admin'] })).key,
  };
  const source = async (...symbols: string[]): Promise<void> => {
    const response = await fetch(`${url}/v1/admin/sources/desk`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${admin.FAIRGROUND_KEY}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ requires_registration: true, symbols }),
    });
    expect(response.status).toBeLessThan(300);
  };
  await source('X');
  const ticks = [1, 2, 3].map((n) => {
    return { source: 'desk', symbol: 'C', time: n, price: '1', size: '2', id: String(n) };
  });
  writeFileSync(lines, ticks.map((tick) => JSON.stringify(tick)).join('\n'));
  expect((await good(['ingest', lines], env)).out).toContain('3 are dead letters');
  await source('C');
  const fairground = async (...args: string[]): Promise<string> =>
    (await good(['replay-dead-letters', ...args], admin)).out;
  expect(await fairground('--list', '--source', 'desk')).toMatch(
    /dl_[0-9a-f]{32} .*unknown_symbol/,
  );
  const { items, open } = JSON.parse(await fairground('--list', '--source', 'desk', '--json'));
  expect([items.length, open]).toEqual([3, 5]);
  expect(await fairground(items[0].id)).toBe('1 letter replayed\n');
  const some = ['--reason', 'unknown_symbol', '--json'];
  expect(JSON.parse(await fairground(...some))).toEqual({ replayed: 2, repeated: 0, refused: [] });
  expect(JSON.parse(await fairground(...some))).toEqual({ replayed: 0, repeated: 0, refused: [] });
  expect(await fairground('--all')).toMatch(
    /^0 letters replayed\n2 still are no ticks\n {2}dl_\w+: .*\n {2}dl_\w+: .*\n$/,
  );
  expect(await fairground('--list', '--symbol', 'Z')).toBe('there are none\n');
  // One that is malformed is found by what it names.
  const named = ['--symbol', 'B', '--json'];
  expect(JSON.parse(await fairground('--list', ...named)).items).toMatchObject([
    { reason: 'malformed', source: 's', symbol: 'B' },
  ]);
  expect(JSON.parse(await fairground(...named))).toMatchObject({ replayed: 0, refused: [{}] });
  for (const wrong of [[], ['--all', 'dl_1']])
    expect((await inside(['replay-dead-letters', ...wrong], admin)).code).toBe(EXITS.usage.code);
  const done = await inside(['replay-dead-letters', items[0].id], admin);
  expect(done.code).toBe(EXITS.refused.code);
}

test('[C67] a busy server is waited out under one key, and who is stopped is told where to go on', {
  timeout: 60_000,
}, async () => {
  const stop = new AbortController();
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    request.resume();
    seen.push(request.headers['idempotency-key']);
    const told = { taken: 2_000, repeated: 0, late: 0, dead: 0, items: [] };
    const error = { code: 'too_many_requests', message: 'Wait.', final: false, request_id: 'r' };
    const isBusy = seen.length <= 5;
    if (seen.length === 7) stop.abort(new Failure('interrupted', 'Interrupted.'));
    else
      request.on('end', () => {
        response.writeHead(isBusy ? 429 : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(isBusy ? { error } : told));
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = join(folder(), 'ticks.csv');
  writeFileSync(file, HEAD + rowsOf(2_001));
  const [out, err] = [new PassThrough(), new PassThrough()];
  const args = ['ingest', file, ...MAP, '--url', url];
  const code = await run(args, { out, err, env: {}, signal: stop.signal });
  server.closeAllConnections();
  server.close();
  expect(code).toBe(EXITS.interrupted.code);
  expect(String(out.read())).toBe('2,000 rows: 2,000 taken (0 late)\n');
  expect(String(err.read())).toContain('with --from 2000\n');
  expect(new Set(seen.slice(0, 6)).size).toBe(1);
  expect(seen[6]).not.toBe(seen[0]);
});

test('[C68] what is more than one answer takes is replayed by several, each where the last one ended', async () => {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => (text += String(part)));
    request.on('end', () => {
      const isList = request.method === 'GET';
      if (!isList) asked.push(JSON.parse(text));
      const isFirst = asked.length === 1;
      const refused = isFirst ? [{ id: 'dl_1', message: 'No.' }] : [];
      const told = { replayed: 2, repeated: 1, refused, ...(isFirst && { cursor: 'on' }) };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isList ? { items: [], open: 5 } : told));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { out } = await good(['replay-dead-letters', '--symbol', 'A/B', '--url', url], {
    FAIRGROUND_KEY: 'fg_k',
  });
  server.closeAllConnections();
  server.close();
  expect(out).toBe(
    '4 letters replayed, of which 2 had been taken before\n1 still is no tick\n  dl_1: No.\n',
  );
  expect(asked).toEqual([{ symbol: 'A/B' }, { symbol: 'A/B', cursor: 'on' }]);
});
