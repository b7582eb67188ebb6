/** Ports for processes that are about to start: asked for, found free, and given up for them. */
import { once } from 'node:events';
import net from 'node:net';

/** A port that somebody has already gives way to a free one: the table shows where each node is. */
export async function portsOf(nodes: number, port: number): Promise<readonly number[]> {
  const ports: number[] = [];
  for (let index = 0; index < nodes; index++)
    ports.push(port === 0 ? await freePort() : await freePort(port + index));
  return ports;
}

export async function freePort(wanted = 0): Promise<number> {
  const server = net.createServer();
  const found = await new Promise<number | undefined>((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : undefined);
    });
  });
  if (found === undefined) return freePort();
  server.close();
  await once(server, 'close');
  return found;
}
