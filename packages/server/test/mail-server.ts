/** A mail server that takes every letter: as much of SMTP (RFC 5321) as one sender needs. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface Delivery {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

export interface MailServer {
  readonly url: string;
  readonly letters: readonly Delivery[];
  /** Answers this to the next recipients, so many times. */
  refuse(times: number): void;
  end(): Promise<void>;
}

const addressIn = (line: string): string => /<(.*)>/.exec(line)?.[1] ?? '';

export async function mailServer(): Promise<MailServer> {
  const letters: Delivery[] = [];
  const open = new Set<Socket>();
  let refusals = 0;
  const server = createServer((socket) => {
    open.add(socket);
    let rest = '';
    let [from, to] = ['', ''];
    let text: string[] | undefined;
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const hear = (line: string): void => {
      if (text && line !== '.') return void text.push(line);
      if (text) {
        letters.push({ from, to, text: text.join('\n') });
        text = undefined;
        return say('250 taken');
      }
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'MAIL') from = addressIn(line);
      if (verb === 'RCPT') to = addressIn(line);
      if (verb === 'RCPT' && refusals-- > 0) return say(`451 <${to}> not now`);
      if (verb === 'DATA') text = [];
      if (verb === 'QUIT') socket.end('221 good-bye\r\n');
      else say(verb === 'DATA' ? '354 go on' : '250 ok');
    };
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString('utf8')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) hear(line);
    });
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    say('220 a test');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    letters,
    refuse: (times) => (refusals = times),
    end: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
