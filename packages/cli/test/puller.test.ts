/** `fairground puller` against a server that looks at an endpoint beside it. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { EXITS } from '../src/exit.js';
import { cleanUp, folder, good, inside, serve } from './cli.js';
import { fairOn } from './fair.js';

const endpoint = createServer((_request, response) => {
  response.end('[{"id":7,"home":"ARG","away":"FRA","goals":1},{"id":8,"home":"ESP"}]');
});
afterAll(() => {
  endpoint.close();
  cleanUp();
});

test('[C65] [C71] puller makes one of a file, lists what came of it, asks, says no and removes', {
  timeout: 60_000,
}, async () => {
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`;
  const server = await serve(undefined, {
    FAIRGROUND_WEBHOOKS_LOCAL: '1',
    FAIRGROUND_RATE_ADMIN: '0',
  });
  const { admin, bob, player } = await fairOn(server);
  const file = join(folder(), 'cup.json');
  const mapping = {
    items: '',
    item: 'id',
    names: ['home', 'away'],
    counts: [{ count: 'goals', path: 'goals' }],
  };
  writeFileSync(file, JSON.stringify({ name: 'Cup', url, every_s: 600, source: bob, mapping }));
  const fairground = async (...args: string[]): Promise<string> =>
    (await good(['puller', ...args], admin)).out;
  expect(await fairground('list')).toBe('there are no pullers\n');
  const made = await fairground('add', file);
  const id = /pul_[0-9a-f]+/.exec(made)?.[0] ?? '';
  expect(made).toBe(`Cup is ${id}\n`);
  const until = async (says: RegExp): Promise<string> => {
    for (;;) {
      const said = await fairground('list');
      if (says.test(said)) return said;
    }
  };
  const said = await until(/ well/);
  expect(said).toMatch(/\nCup: 8: no name at "away" \(1×\)\n$/);
  expect(said).toContain(`${id}  Cup   600 s`);
  const listed = JSON.parse(await fairground('list', '--json'));
  expect(listed.items).toMatchObject([
    {
      id,
      every_s: 600,
      pulled_at: expect.stringMatching(/Z$/),
      rejected: [{ item: '8', times: 1 }],
    },
  ]);
  await tryAndChange(fairground, file, id);
  expect(await fairground('pull', id, '--accept-jumps')).toBe(`${id} is asked to look now\n`);
  expect(JSON.parse(await fairground('pull', id, '--json'))).toEqual({ puller: id, asked: true });
  const no = ['veto', id, '7', '--reason', 'abandoned'];
  expect(await fairground(...no)).toBe('7 resolves nothing by itself\n');
  expect(JSON.parse(await fairground(...no, '--json'))).toMatchObject({ verdict: 'veto' });
  expect(JSON.parse(await fairground('remove', id, '--json'))).toEqual({ dropped: id });
  const code = async (args: readonly string[], who = admin): Promise<number | null> =>
    (await inside(['puller', ...args], who)).code;
  expect(await code(['remove', id])).toBe(EXITS.refused.code);
  expect(await code(['list'], player)).toBe(EXITS.refused.code);
  writeFileSync(file, '[1]');
  for (const wrong of [[], ['--on', '--off'], ['--every', 'x'], [`${file}.gone`]])
    expect(await code(['change', id, ...wrong]), wrong.join(' ')).toBe(EXITS.usage.code);
  expect(await code(['change', id, '--off'])).toBe(EXITS.refused.code);
  expect(await code(['add', file])).toBe(EXITS.usage.code);
  expect(await code(['add', `${file}.gone`])).toBe(EXITS.usage.code);
  expect(await code(['veto', id, '7'])).toBe(EXITS.usage.code);
  writeFileSync(file, JSON.stringify({ name: 'Two', url, every_s: 600, source: bob, mapping }));
  expect(JSON.parse(await fairground('add', file, '--json'))).toMatchObject({ name: 'Two' });
});

async function tryAndChange(
  fairground: (...args: string[]) => Promise<string>,
  file: string,
  id: string,
): Promise<void> {
  expect(await fairground('try', file)).toMatch(
    /\n7 +ARG – FRA +live +goals 1 +nothing *\n8: no name at "away"\n$/,
  );
  const wanted = JSON.parse(readFileSync(file, 'utf8'));
  const counts = [{ count: 'goals', path: 'goals', market: 'X', kind: 'goal' }];
  const other = join(folder(), 'other.json');
  writeFileSync(other, JSON.stringify({ ...wanted, mapping: { ...wanted.mapping, counts } }));
  const answer = join(folder(), 'answer.json');
  writeFileSync(answer, '[{"id":9,"home":"A","away":"B","goals":2}]');
  expect(await fairground('try', other, '--answer', answer, '--puller', id)).toMatch(
    /\n9 +A – B +live +goals 2 +2 goal for X *\n9: there is no market X\n$/,
  );
  writeFileSync(answer, 'no');
  expect(await fairground('try', other, '--answer', answer)).toBe(
    'it is of no use: the body is not JSON\n',
  );
  writeFileSync(answer, '[]');
  const none = await fairground('try', other, '--answer', answer);
  expect(none).toBe('nothing in it would count\n');
  expect(JSON.parse(await fairground('try', file, '--json'))).toMatchObject({
    items: [{ item: '7', counts: [{ value: 1, records: 0, takes_back: 0 }] }],
    refused: [{ item: '8' }],
  });
  expect(await fairground('change', id, '--every', '900', '--name', 'Cup 26')).toMatch(
    /^Cup 26 looks every 900 s: http/,
  );
  writeFileSync(other, JSON.stringify({ every_s: 600, name: 'Cup' }));
  expect(JSON.parse(await fairground('change', id, other, '--off', '--json'))).toMatchObject({
    id,
    name: 'Cup',
    every_s: 600,
    on: false,
  });
  expect(await fairground('change', id, '--on')).toMatch(/^Cup looks every 600 s: /);
}
