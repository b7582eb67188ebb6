import { once } from 'node:events';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Gate } from './gate.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Says back what it hears. */
async function echo(): Promise<number> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => server.close());
  return (server.address() as net.AddressInfo).port;
}

async function line(port: number): Promise<{ say: (text: string) => void; heard: () => string }> {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  let heard = '';
  socket.on('data', (bytes) => (heard += String(bytes)));
  await once(socket, 'connect');
  closing.push(async () => socket.destroy());
  return { say: (text) => void socket.write(text), heard: () => heard };
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

test('[C31] while it is cut nothing passes and no line ends; healed, what was on its way arrives', async () => {
  let isCut = false;
  const gate = await Gate.open({
    to: { host: '127.0.0.1', port: await echo() },
    isCut: () => isCut,
  });
  closing.push(() => gate.close());
  const old = await line(gate.port);
  old.say('a');
  await until(() => old.heard() === 'a');
  isCut = true;
  gate.look();
  old.say('b');
  const late = await line(gate.port);
  late.say('c');
  const other = await line(await echo());
  // Whatever would pass at once has passed by the time that this has come and gone many times.
  for (let n = 1; n <= 50; n++) {
    other.say('x');
    await until(() => other.heard().length === n);
  }
  expect([old.heard(), late.heard()]).toEqual(['a', '']);
  isCut = false;
  gate.look();
  await until(() => old.heard() === 'ab' && late.heard() === 'c');
});

test('[C31] a line between nodes is cut by the name of whoever opened it', async () => {
  const cut = new Set(['http://b:1']);
  const gate = await Gate.open({
    to: { host: '127.0.0.1', port: await echo() },
    hasSender: true,
    isCut: (sender) => cut.has(sender),
  });
  closing.push(() => gate.close());
  const head = (name: string): string =>
    `POST / HTTP/1.1\r\nUser-Agent: fairground-node ${name}\r\n\r\n`;
  const [a, b] = [await line(gate.port), await line(gate.port)];
  b.say(head('http://b:1'));
  a.say(head('http://a:1').slice(0, 30));
  a.say(head('http://a:1').slice(30));
  await until(() => a.heard() === head('http://a:1'));
  expect(b.heard()).toBe('');
  cut.clear();
  gate.look();
  await until(() => b.heard() === head('http://b:1'));
});
