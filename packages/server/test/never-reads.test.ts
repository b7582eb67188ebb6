/** Clients that open the feed and never read a byte of it: what they cost, and how they end. */
import type { Socket } from 'node:net';
import net from 'node:net';
import { expect, test } from 'vitest';
import { buy, fair, Watch } from './bench.js';
import { until } from './nodes.js';

const HELD_MAX = 1024 * 1024;
/** Written at one stroke: an entry's frames, whatever was waiting before it. */
const STROKE_MAX = 512 * 1024;
const EACH = 3;

test('[W32] who never reads costs at most 1 MiB each, is cut off with 4008, and is gone though he never goes', async () => {
  const at = await fair();
  const lines = new Set<Socket>();
  at.node.app.server.on('connection', (line: Socket) => {
    lines.add(line);
    line.once('close', () => lines.delete(line));
  });
  const limits = { trades_per_minute: 1_000_000 };
  await at.must('POST', '/v1/admin/limits', { key: at.ana.key, body: { limits } });
  const sockets = async (): Promise<number> =>
    (await at.must('GET', '/v1/admin/node', { key: at.token })).json.sockets;
  const headers = { authorization: `Bearer ${at.bob.key}` };
  const watches = await Promise.all(
    Array.from({ length: EACH }, async () => {
      const watch = new Watch(at.node.url, { headers });
      await new Promise((resolve) => watch.socket.on('open', resolve));
      await watch.watch(['market/M1', 'me']);
      watch.socket.pause();
      return watch;
    }),
  );
  const { port } = new URL(at.node.url);
  const streams = Array.from({ length: EACH }, () => {
    const line = net.connect(Number(port), '127.0.0.1');
    line.on('error', () => undefined);
    line.pause();
    line.write(
      `GET /v1/stream/sse?topics=market/M1,me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${at.bob.key}\r\n\r\n`,
    );
    return line;
  });
  await until(async () => (await sockets()) === 2 * EACH);
  const orders = Array.from({ length: 100 }, () => buy('M1', '0.001'));
  const reasons = new Set<string>();
  let most = 0;
  let count = 0;
  // The machine's own buffers hold some megabytes first.
  while ((await sockets()) > 0 && count < 100_000) {
    await Promise.all(
      Array.from({ length: 10 }, () =>
        at.must('POST', '/v1/orders/batch', { key: at.bob.key, body: { orders } }),
      ),
    );
    count += 1_000;
    for (const line of lines) most = Math.max(most, line.writableLength);
  }
  expect(count).toBeLessThan(100_000);
  // It was held back for them, and bounded.
  expect(most).toBeGreaterThan(64 * 1024);
  expect(most).toBeLessThan(HELD_MAX + STROKE_MAX);
  // Nobody here has read, or gone away: the node has let go of every line by itself.
  await until(() => lines.size === 0);
  for (const { socket } of watches) {
    socket.on('close', (code) => reasons.add(String(code)));
    socket.resume();
  }
  await until(() => reasons.size > 0);
  for (const reason of reasons) expect(['4008', '1006']).toContain(reason);
  for (const line of streams) line.destroy();
  await at.node.close();
}, 60_000);
