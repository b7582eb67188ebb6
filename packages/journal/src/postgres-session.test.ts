import net from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { type Connection, Unsure } from './postgres-connection.js';
import { connectTo } from './postgres-driver.js';
import { Session, SESSION_LIMITS } from './postgres-session.js';
import { PlayedTimer } from './played-timer.js';
import type { Timer } from './timer.js';

test('[Q22] a closed session has ended all its lines and waits for nothing', async () => {
  const played = new PlayedTimer();
  const waits = new Set<() => void>();
  const timer: Timer = {
    now: () => played.now(),
    set: (ms, callback) => {
      const stop = played.set(ms, () => (waits.delete(end), callback()));
      const end = (): void => (waits.delete(end), stop());
      waits.add(end);
      return end;
    },
  };
  let closed = 0;
  const silent: Connection = { run: () => new Promise(() => {}), close: () => void closed++ };
  const session = new Session(async () => silent, timer);
  const lost = session.run('select 1', []).catch((error: unknown) => error);
  await played.advance(SESSION_LIMITS.answerMsMax);
  expect(await lost).toBeInstanceOf(Unsure);
  expect([closed, waits.size]).toEqual([0, 1]);
  session.close();
  expect([closed, waits.size]).toEqual([1, 0]);
});

test('[Q22] a line to a server that says nothing is let go', async () => {
  const sockets: net.Socket[] = [];
  // It greets a session, as a server does, and is deaf from then on.
  const greeting = Buffer.concat([
    Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]),
    Buffer.from([0x5a, 0, 0, 0, 5, 0x49]),
  ]);
  const answered = Buffer.concat([
    Buffer.from('430000000853455400', 'hex'),
    Buffer.from([0x5a, 0, 0, 0, 5, 0x49]),
  ]);
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.once('data', () => {
      socket.write(greeting);
      socket.on('data', () => socket.write(answered));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const connection = await connectTo(`postgres://me@127.0.0.1:${port}/none`)();
  const [socket] = sockets;
  if (!socket) throw new Error('no line');
  const gone = new Promise((resolve) => void socket.once('close', resolve));
  socket.removeAllListeners('data');
  connection.close();
  // Half closed by the other side, which this one never answers: it goes all the same.
  socket.on('error', () => {});
  const probe = setInterval(() => socket.write('x'), 100);
  await gone;
  clearInterval(probe);
  server.close();
});
