/** The baseline of `fanout`: a server that sends what it is told to all its sockets and does nothing else. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { machineMs } from './fanout-frames.js';

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const sockets = new Set<WebSocket>();
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket) => {
  sockets.add(socket);
  socket.on('message', () => socket.send('{"type":"subscribed"}'));
});
process.on('message', (texts: readonly string[]) => {
  const frames = texts.map((text) => Buffer.from(text));
  process.send?.(machineMs());
  for (const frame of frames) for (const socket of sockets) socket.send(frame, { binary: false });
});
// Nobody is left to tell it to end.
process.once('disconnect', () => process.exit(0));
const address = server.address();
process.send?.(typeof address === 'object' && address ? `127.0.0.1:${address.port}` : '');
