/** `fairground puller` against a server that looks at an endpoint beside it. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
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

test('[C65] puller makes one of a file, lists what came of it, asks, says no and removes', {
  timeout: 60_000,
}, async () => {
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`;
  const server = await serve(undefined, { FAIRGROUND_WEBHOOKS_LOCAL: '1' });
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
  expect(await code(['add', file])).toBe(EXITS.usage.code);
  expect(await code(['add', `${file}.gone`])).toBe(EXITS.usage.code);
  expect(await code(['veto', id, '7'])).toBe(EXITS.usage.code);
  writeFileSync(file, JSON.stringify({ name: 'Two', url, every_s: 600, source: bob, mapping }));
  expect(JSON.parse(await fairground('add', file, '--json'))).toMatchObject({ name: 'Two' });
});
