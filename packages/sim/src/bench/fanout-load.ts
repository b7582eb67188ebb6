/**
 * The watchers of `fanout`: a process of its own with thousands of sockets. It speaks just enough of RFC 6455 over
 * plain sockets, so that what is measured is the server and not the reading of its frames.
 */
import { connect } from 'node:net';
import { type Crowd, frameKey, type Heard, machineMs } from './fanout-frames.js';

/** Upgrades under way at once. */
const OPENING_MAX = 100;
const TEXT_FRAME = 0x81;
const SHORT_MAX = 125;

/** A client's frames are masked; by zeros they stay as they are. */
function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > SHORT_MAX) throw new Error('too long a greeting for this client');
  const head = Buffer.from([TEXT_FRAME, 0x80 | payload.length, 0, 0, 0, 0]);
  return Buffer.concat([head, payload]);
}

/** Tells the start of each whole text frame's payload; gives what is left over. */
function readFrames(bytes: Buffer, onFrame: (start: string) => void): Buffer {
  let at = 0;
  while (at + 4 <= bytes.length) {
    const short = bytes.readUInt8(at + 1);
    if (short > 126) throw new Error('a frame of 64 KiB or more');
    const size = short === 126 ? bytes.readUInt16BE(at + 2) : short;
    const from = at + (short === 126 ? 4 : 2);
    if (from + size > bytes.length) break;
    if (bytes[at] === TEXT_FRAME)
      onFrame(bytes.toString('latin1', from, from + Math.min(size, 130)));
    at = from + size;
  }
  return bytes.subarray(at);
}

/** Resolves once it is subscribed. */
function watch(server: string, { path, hello }: Crowd, onKey: (key: string) => void) {
  const [host = '', port] = server.split(':');
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${server}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
  ];
  return new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port: Number(port) }, () => {
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    });
    let rest: Buffer = Buffer.alloc(0);
    let isOpen = false;
    socket.on('data', (bytes) => {
      let all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      if (!isOpen) {
        const end = all.indexOf('\r\n\r\n');
        if (end === -1) return void (rest = all);
        if (!all.toString('latin1', 0, 12).endsWith('101'))
          return reject(new Error(all.toString('latin1', 0, 80)));
        isOpen = true;
        socket.write(maskedFrame(hello));
        all = all.subarray(end + 4);
      }
      rest = readFrames(all, (start) => {
        const key = frameKey(start);
        if (key !== undefined) onKey(key);
        else if (start.includes('"type":"subscribed"')) resolve();
      });
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('a watcher was cut off')));
  });
}

async function run(crowd: Crowd): Promise<void> {
  const heard = new Map<string, number[]>();
  const onKey = (key: string): void => {
    const times = heard.get(key);
    if (times) times.push(machineMs());
    else heard.set(key, [machineMs()]);
  };
  let next = 0;
  const opener = async (): Promise<void> => {
    while (next < crowd.sockets) {
      const server = crowd.servers[next++ % crowd.servers.length] ?? '';
      await watch(server, crowd, onKey);
    }
  };
  await Promise.all(Array.from({ length: OPENING_MAX }, opener));
  process.send?.('ready');
  process.on('message', () => {
    const all: readonly Heard[] = [...heard].map(([key, at]) => ({ key, at }));
    process.send?.(all, () => process.exit(0));
  });
}

process.once('message', (crowd: Crowd) => void run(crowd));
