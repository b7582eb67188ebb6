/** A small fair over HTTP: an admin with keys, and a market that is open. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { good, type Server, type Variables } from './cli.js';

export interface Fair {
  admin: Variables;
  player: Variables;
  /** The player's account. */
  bob: string;
}

let keys = 0;

export async function call(
  server: Server,
  key: string,
  path: string,
  body: unknown,
): Promise<unknown> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': `fair-${keys++}`,
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  expect(response.status, `${path}: ${text}`).toBeLessThan(300);
  return JSON.parse(text);
}

/** Opens an account and hands back its id and key. */
export async function newUser(
  server: Server,
  ...args: string[]
): Promise<{ account: string; key: string }> {
  const { out } = await good(['user', 'create', ...args, '--json'], server.variables);
  const made: { account: string; key: string } = JSON.parse(out);
  return made;
}

/** M1 and M2, both open, sponsored by ana, who is an admin; bob plays. */
export async function fairOn(server: Server): Promise<Fair> {
  const ana = await newUser(server, 'ana', '--admin');
  const bob = await newUser(server, 'bob');
  await openMarket(server, ana, 'M1', 'Will it rain?');
  await openMarket(server, ana, 'M2', 'Will it snow?');
  return {
    admin: { ...server.variables, FAIRGROUND_KEY: ana.key },
    player: { ...server.variables, FAIRGROUND_KEY: bob.key },
    bob: bob.account,
  };
}

/** CUP, of three outcomes, and R1, a rally of bob's that ends with its fifth unit; both are open. */
export async function manyOn(server: Server, { admin, bob }: Fair): Promise<void> {
  const key = admin['FAIRGROUND_KEY'] ?? '';
  const token = readFileSync(join(server.data, 'node.token'), 'utf8').trim();
  await call(server, token, '/v1/admin/grants', { to: 'treasury', amount: '500', reason: 'why' });
  const cup = { mechanism: 'lmsr', liquidity: '100', outcomes: ['ARG', 'BRA', 'FRA'] };
  await call(server, key, '/v1/markets', { id: 'CUP', title: 'Champions', ...cup });
  await call(server, key, '/v1/markets/CUP/open', {});
  const tiers = [
    { units: 0, price: '100' },
    { units: 3, price: '80' },
    { units: 5, price: '60' },
  ];
  const rally = { mechanism: 'rally', tiers, maximum: 5, seller: bob };
  const end = { closes_at: '2100-01-01T00:00:00Z' };
  await call(server, key, '/v1/markets', { id: 'R1', title: 'Jerseys', ...rally, ...end });
  await call(server, key, '/v1/markets/R1/open', {});
}

async function openMarket(
  server: Server,
  by: { account: string; key: string },
  id: string,
  title: string,
): Promise<void> {
  const terms = { mechanism: 'cpmm', deposit: '100', sponsor: by.account, category: 'weather' };
  await call(server, by.key, '/v1/markets', { id, title, ...terms });
  await call(server, by.key, `/v1/markets/${id}/open`, {});
}
