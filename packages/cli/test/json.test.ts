import { afterAll, expect, test } from 'vitest';
import { cleanUp, folder, good, start } from './cli.js';
import { join } from 'node:path';

afterAll(cleanUp);

test('[C57] a server says in JSON where it is, and people are made, raised and forgotten in JSON', {
  timeout: 60_000,
}, async () => {
  const data = join(folder(), 'data');
  const server = start(['start', '--port', '0', '--data', data, '--json']);
  await server.says(/\n/);
  const said: unknown = JSON.parse(server.out());
  expect(said).toEqual({ url: expect.stringMatching(/^http:/), seq: expect.any(Number) });
  const url = /http:[^"]+/.exec(server.out())?.[0] ?? '';
  const user = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await good(['user', ...args, '--data', data, '--url', url, '--json'])).out);
  expect(await user('create', 'ana')).toMatchObject({ handle: 'ana', key_id: expect.any(String) });
  const account = expect.stringMatching(/^acc_/);
  expect(await user('promote', 'ana')).toEqual({ handle: 'ana', account, role: 'admin' });
  expect(await user('grant', 'ana', 'seller')).toEqual({ handle: 'ana', account, role: 'seller' });
  expect(await user('erase', 'ana')).toEqual({ handle: 'ana', erased: true });
  server.child.kill('SIGINT');
  expect((await server.ended).code).toBe(0);
});
