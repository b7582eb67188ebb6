/** Who a caller is behind his proxy, how much he may say, and how long he may take for it. */
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, type Fair, fair, type Reply, stage } from './bench.js';
import { until } from './nodes.js';

let at: Fair;
beforeAll(async () => {
  at = await fair();
});
afterAll(() => at.node.close());

describe('[H56] what a proxy says of its callers is believed of configured proxies alone', () => {
  const env = { FAIRGROUND_RATE_PUBLIC: '2' };
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

  test('the address that is counted', async () => {
    for (const trusted of ['', '10.0.0.9', '127.0.0.1']) {
      const own = await stage({ env: { ...env, FAIRGROUND_TRUSTED_PROXIES: trusted } });
      const said: number[] = [];
      for (const address of ['1.1.1.1', '2.2.2.2', '3.3.3.3', '4.4.4.4'])
        said.push((await own.call('GET', '/v1/markets', from(address))).status);
      expect(said, trusted).toEqual(
        trusted === '127.0.0.1' ? [200, 200, 200, 200] : [200, 200, 429, 429],
      );
      // What the caller himself wrote stands left of what the proxy added.
      if (trusted === '127.0.0.1') {
        const forged: number[] = [];
        for (let n = 0; n < 4; n++)
          forged.push((await own.call('GET', '/v1/markets', from(`9.9.9.${n}, 5.5.5.5`))).status);
        expect(forged).toEqual([200, 200, 429, 429]);
      }
      await own.node.close();
    }
  });

  test('https, and with it the promise to come back by it', async () => {
    const header = 'strict-transport-security';
    const headers = { 'x-forwarded-proto': 'https' };
    for (const [trusted, isTold] of [
      ['', false],
      ['10.0.0.9', false],
      ['127.0.0.1', true],
    ] as const) {
      const own = await stage({ env: { FAIRGROUND_TRUSTED_PROXIES: trusted } });
      for (const path of ['/v1/markets', '/', '/v1/nowhere']) {
        const reply = await own.call('GET', path, { headers: { ...headers, accept: 'text/html' } });
        expect(reply.headers[header] !== undefined, `${trusted} ${path}`).toBe(isTold);
        expect((await own.call('GET', path)).headers[header]).toBeUndefined();
        expect(
          (await own.call('GET', path, { headers: { 'x-forwarded-proto': 'http' } })).headers[
            header
          ],
        ).toBeUndefined();
      }
      await own.node.close();
    }
  });

  test('a page is in nobody’s frame, tells nobody where it was, and is what it says', async () => {
    const { headers } = await at.call('GET', '/', { headers: { accept: 'text/html' } });
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(String(headers['content-security-policy'])).toContain("frame-ancestors 'none'");
  });
});

/** As bytes over a line of its own: what no client library would send. */
async function raw(url: string, text: string): Promise<string> {
  const line = net.connect(Number(new URL(url).port), '127.0.0.1');
  line.on('error', () => undefined);
  let heard = '';
  line.on('data', (bytes) => (heard += String(bytes)));
  line.write(text);
  await once(line, 'close');
  return heard;
}

describe('[H57] a body has one type and 256 KiB', () => {
  const post = (headers: Record<string, string>, body: string): Promise<Reply> =>
    at.call('POST', '/v1/orders', { key: at.bob.key, body, headers });

  test('to the byte', async () => {
    const filled = (bytes: number): string => {
      const bare = JSON.stringify({ ...buy('M1', '1'), market: '' });
      return bare.replace('"market":""', `"market":"${'x'.repeat(bytes - bare.length)}"`);
    };
    expect(Buffer.byteLength(filled(256 * 1024))).toBe(256 * 1024);
    expect((await post({}, filled(256 * 1024))).status).toBe(400);
    const over = await post({}, filled(256 * 1024 + 1));
    expect([over.status, over.json.error.code]).toEqual([413, 'body_too_large']);
  });

  test('also where nobody says how long it is: it is cut off on the way', async () => {
    const part = `${(64 * 1024).toString(16)}\r\n${'x'.repeat(64 * 1024)}\r\n`;
    const said = await raw(
      at.node.url,
      `POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${at.bob.key}\r\n` +
        `Idempotency-Key: one\r\nContent-Type: application/json\r\nConnection: close\r\n` +
        `Transfer-Encoding: chunked\r\n\r\n${part.repeat(6)}0\r\n\r\n`,
    );
    expect(said).toContain('413 Payload Too Large');
    expect(said).toContain('"code":"body_too_large"');
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    '',
  ])('%s is none', async (type) => {
    const before = at.node.sequencer.durable.seq;
    const reply = await post({ 'content-type': type }, JSON.stringify(buy('M1', '1')));
    expect([reply.status, reply.json.error.code]).toEqual([415, 'media_type']);
    expect(at.node.sequencer.durable.seq).toBe(before);
  });
});

describe('[H58] who is slow on purpose', () => {
  const lines = { headersMs: 300, requestMs: 600, idleMs: 400, lookMs: 50 };
  let own: Fair;
  beforeAll(async () => {
    own = await fair({ lines, env: { FAIRGROUND_CONNECTIONS: '40' } });
  });
  afterAll(() => own.node.close());

  /** Says one piece after the other, with a pause before each; how it ended. */
  async function drip(pieces: readonly string[], pauseMs: number): Promise<string> {
    const line = net.connect(Number(new URL(own.node.url).port), '127.0.0.1');
    line.on('error', () => undefined);
    let heard = '';
    let isOver = false;
    line.on('data', (bytes) => (heard += String(bytes)));
    line.on('close', () => (isOver = true));
    for (const piece of pieces) {
      if (isOver) break;
      line.write(piece);
      await sleep(pauseMs);
    }
    await until(() => isOver);
    return heard;
  }

  const head = 'POST /v1/orders HTTP/1.1\r\nHost: x\r\n';
  test.each([
    ['says nothing', ['']],
    ['ends no header', [head, ...Array.from({ length: 20 }, (_, n) => `X-${n}: 1\r\n`)]],
    [
      'ends no body',
      [
        `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`,
        ...Array.from({ length: 30 }, () => '{'),
      ],
    ],
  ])('%s, and is cut off', async (_, pieces) => {
    const heard = await drip(pieces, 50);
    if (heard !== '') expect(heard).toMatch(/^HTTP\/1\.1 (408|401|400)/);
    expect(heard).not.toContain('HTTP/1.1 20');
  });

  test('a hundred of them keep nobody from trading, and lines beyond the limit are closed', async () => {
    const open: net.Socket[] = [];
    const closed = new Set<net.Socket>();
    for (let n = 0; n < 100; n++) {
      const line = net.connect(Number(new URL(own.node.url).port), '127.0.0.1');
      line.on('error', () => undefined);
      line.once('close', () => closed.add(line));
      line.resume();
      line.write(head);
      open.push(line);
    }
    await until(() => closed.size >= 60);
    const order = { key: own.bob.key, body: buy('M1', '1') };
    await own.must('POST', '/v1/orders', order);
    // Those that were let in have their time, and make room.
    await until(() => closed.size === 100);
    const said = await new Promise<number | undefined>((resolve, reject) => {
      http
        .get(`${own.node.url}/v1/markets`, { agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
        .on('error', reject);
    });
    expect(said).toBe(200);
    for (const line of open) line.destroy();
  });

  test('a line that is kept alive is let go when nobody asks any more', async () => {
    const agent = new http.Agent({ keepAlive: true });
    const socket = await new Promise<net.Socket>((resolve, reject) => {
      const asked = http.get(`${own.node.url}/v1/markets`, { agent }, (response) => {
        const { socket } = response;
        response.resume();
        response.once('end', () => resolve(socket));
      });
      asked.on('error', reject);
    });
    if (!socket.destroyed) await once(socket, 'close');
    agent.destroy();
  });
});
