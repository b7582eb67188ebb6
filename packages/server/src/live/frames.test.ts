import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Frame } from './frames.js';

const around = (size: number): number[] => [size - 1, size, size + 1];
/** What `{"type":""}` takes beside the text. */
const BESIDE = 11;

const server = createServer();
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => void server.close());

test('[W16] a message of any length is read back by whoever knows the protocol', async () => {
  const sizes = [BESIDE, ...around(125), ...around(65_535), 300_000];
  const texts = [...sizes.map((size) => 'x'.repeat(size - BESIDE)), 'Zoë ⚽ 😀'.repeat(20)];
  const sockets = new WebSocketServer({ noServer: true });
  server.once('upgrade', (request, line, head) => {
    sockets.handleUpgrade(request, line, head, () => {
      for (const text of texts) line.write(new Frame({ type: text }).message);
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  const heard: string[] = [];
  socket.on('message', (data: Buffer) => heard.push(data.toString('utf8')));
  while (heard.length < texts.length) await once(socket, 'message');
  expect(heard).toEqual(texts.map((text) => JSON.stringify({ type: text })));
  socket.terminate();
});
