/** Where webhooks may go, and what becomes of them there. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { faultOfUrl, get, isInside, NotTaken, post } from '../src/effects/outside.js';
import { Ear } from './effects-bench.js';

const INSIDE = [
  '127.0.0.1',
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '0.0.0.0',
  '100.64.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fc00::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'ff02::1',
];
const OUTSIDE = ['8.8.8.8', '93.184.215.14', '172.32.0.1', '2606:2800:21f:cb07::1'];

test('[E17] an address of this machine or of a private network is refused, however it is written', async () => {
  expect(INSIDE.filter((address) => !isInside(address))).toEqual([]);
  expect(OUTSIDE.filter((address) => isInside(address))).toEqual([]);
  const refused = [
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
    'http://localhost/',
    'http://a.localhost./',
    'http://db.internal/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'http://user:word@example.com/',
    'nonsense',
    '',
    `http://example.com/${'x'.repeat(500)}`,
  ];
  expect(refused.filter((url) => faultOfUrl(url, false) === undefined)).toEqual([]);
  expect(faultOfUrl('https://example.com/hook?a=1', false)).toBeUndefined();
  expect(faultOfUrl('http://127.0.0.1:9/hook', true)).toBeUndefined();
});

test('[E17] a name is judged by where it leads, at the call itself', async () => {
  const ear = await Ear.open();
  // The name of this machine itself, which is no literal address and leads here.
  const { hostname } = await import('node:os');
  const name = hostname();
  const url = ear.url.replace('127.0.0.1', name);
  const call = post(url, '{}', {}, { allowsInside: false, msMax: 5_000 });
  const said = await call.catch((error: unknown) => error);
  expect(said).toBeInstanceOf(NotTaken);
  expect(ear.calls).toEqual([]);
  await ear.close();
});

test('[E18] a call that is not answered in time has failed; what the other side says is told in a word', async () => {
  const ear = await Ear.open();
  const call = (status: number | undefined): Promise<unknown> => {
    ear.answer = () => status;
    const options = { allowsInside: true, msMax: 200 };
    return post(ear.url, '{}', {}, options).then(
      () => 'done',
      (error: Error) => error.message,
    );
  };
  expect(await call(undefined)).toBe('no answer within 0.2 s');
  expect(await call(302)).toBe('answered 302');
  expect(await call(500)).toBe('answered 500');
  expect(await call(200)).toBe('done');
  const { url } = ear;
  await ear.close();
  const gone = post(url, '{}', {}, { allowsInside: true });
  await expect(gone).rejects.toThrow('ECONNREFUSED');
});

test('[L3] [L11] what is got has a deadline as a whole, and leads nowhere else', async () => {
  const server = http.createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/' }).end('{}');
    else response.writeHead(200).write('{"it":');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const said = (path: string, more: object = {}): Promise<string> =>
    get(`${url}${path}`, {}, { allowsInside: true, bytesMax: 100, msMax: 200, ...more }).then(
      () => 'done',
      (error: Error) => error.message,
    );
  expect(await said('slow')).toBe('no answer within 0.2 s');
  expect(await said('moved')).toBe('answered 302');
  expect(await said('', { bytesMax: 3 })).toBe('more than 3 bytes');
  expect(await said('', { allowsInside: false })).toMatch(/no address of this machine/);
  server.closeAllConnections();
  server.close();
});
