/** Somebody's endpoint of matches: one that is played, one to come, one that is over, and nonsense. */
import { once } from 'node:events';
import http from 'node:http';
import type { Fair } from './fair.js';

export interface Match {
  readonly id: string;
  readonly home: string;
  readonly away: string;
  readonly goals: readonly [number, number];
  readonly status: string;
  readonly minute?: string;
  readonly winner?: string;
}

export const MATCHES: readonly Match[] = [
  { id: '1', home: 'Mexico', away: 'Spain', goals: [2, 1], status: '2H', minute: '67' },
  { id: '2', home: 'Norway', away: 'Ghana', goals: [0, 0], status: 'NS' },
  { id: '3', home: 'Japan', away: 'Peru', goals: [1, 0], status: 'FT', winner: 'home' },
  { id: '4', home: 'Korea', away: 'Egypt', goals: [0, 0], status: 'abandoned?' },
];

export class MatchServer {
  matches: readonly Match[] = MATCHES;
  /** It holds no process back: whoever is done with it lets it go. */
  readonly #server = http
    .createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ matches: this.matches }));
    })
    .unref();

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('it has no port');
    return `http://127.0.0.1:${address.port}/live.json`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const MAPPING = {
  items: 'matches',
  item: 'id',
  names: ['home', 'away'],
  minute: 'minute',
  status: { path: 'status', scheduled: ['NS'], live: ['1H', 'HT', '2H'], finished: ['FT'] },
  counts: [
    { count: 'home', path: 'goals.0' },
    { count: 'away', path: 'goals.1' },
  ],
  markets: [
    {
      market: { path: 'id', is: { 3: 'M-001' } },
      resolves: { path: 'winner', is: { home: 'YES', away: 'NO' } },
    },
  ],
  hold_s: 7_200,
};

/** A puller that looks there each second. */
export async function pullFrom(fair: Fair, url: string, adminKey: string): Promise<void> {
  const { account } = await fair.ask('/v1/admin/users', { handle: 'feed' });
  await fair.ask('/v1/admin/roles', { account, role: 'source' });
  const puller = { name: 'World Cup', url, every_s: 1, source: account, mapping: MAPPING };
  await fair.ask('/v1/admin/pullers', puller, adminKey);
}
