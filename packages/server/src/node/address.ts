/** Where a node listens, and whose pages may ask it for more than a look. */
import type { App } from '../edge/app-type.js';
import type { Config } from '../config.js';
import type { Shell } from '../shell.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Whoever opens the page by an address that this node does not know as its own can only look. */
export function strangersIn({ host, port, origins }: Config): string | undefined {
  if (LOOPBACK.test(host) || origins.length > 0) return undefined;
  const own = ['0.0.0.0', '::'].includes(host) ? '' : ` and ${host}`;
  return `This node listens on ${host}, and knows as its own pages only those of localhost, 127.0.0.1${own}${port === 0 ? '' : `, port ${port}`}. Pages opened under another address can neither trade nor go live until FAIRGROUND_ORIGINS names it, such as https://fair.example.`;
}

export async function listen(app: App, { config, guards }: Shell): Promise<string> {
  await app.listen({ host: config.host, port: config.port });
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  for (const host of ['localhost', '127.0.0.1', config.host])
    guards.allowOrigin(`http://${inUrl(host)}:${port}`);
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  return `http://${inUrl(host)}:${port}`;
}

/** An address of IPv6 stands in brackets there. */
const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);
