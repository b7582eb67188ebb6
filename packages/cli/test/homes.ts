/** The two homes an exchange may have, each with a whole node in this process, its tables too. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, createClient, points } from '@fairground/client';
import { type Node, readConfig, startNode, TOKEN_FILE } from '@fairground/server';
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import { freePort, hasPostgres, Server as Postgres } from '../../../scripts/postgres.js';
import { layTables } from '../../../scripts/tables.js';
import { cleanUp, folder, type Variables } from './cli.js';

export interface Home {
  readonly node: Node;
  readonly url: string;
  readonly data: string;
  /** What this home needs beside the directory. */
  readonly variables: Variables;
  /** Whoever holds the directory. */
  readonly system: Client;
  /** An admin, who runs it. */
  readonly boss: Client;
  readonly bossAccount: string;
  /** A player's key. */
  readonly key: string;
  readonly ana: Client;
}

const NO_LIMITS = {
  FAIRGROUND_RATE_PUBLIC: '0',
  FAIRGROUND_RATE_TRADES: '0',
  FAIRGROUND_RATE_ADMIN: '0',
  FAIRGROUND_RATE_SIGN_IN: '0',
};

let postgres: Postgres | undefined;
const open = new Set<Node>();

export const HOMES: readonly (readonly [name: string, runs: boolean])[] = [
  ['a directory', true],
  ['PostgreSQL', hasPostgres()],
];

async function variablesOf(name: string): Promise<Variables> {
  if (name !== 'PostgreSQL') return {};
  postgres ??= await Postgres.start();
  return {
    DATABASE_URL: postgres.url(await postgres.database()),
    FAIRGROUND_NODE_URL: `http://127.0.0.1:${await freePort()}`,
    FAIRGROUND_CLUSTER_SECRET: 'a secret that only the nodes of this test know',
  };
}

export async function startAt(data: string, variables: Variables, port = '0'): Promise<Node> {
  if (variables['DATABASE_URL'] === undefined) await layTables(data);
  const node = await startNode(
    readConfig({
      ...NO_LIMITS,
      FAIRGROUND_DATA: data,
      PORT: port,
      FAIRGROUND_LOG: 'silent',
      FAIRGROUND_READ_MODEL: '1',
      ...variables,
    }),
  );
  open.add(node);
  return node;
}

export const clientAt = (url: string, key: string): Client =>
  createClient({ url, key, webSocket: WebSocket });

/** A node with a treasury, an admin, a player, and M1, which is open. */
export async function home(name: string, more: Variables = {}): Promise<Home> {
  const data = join(folder(), 'data');
  const variables = { ...(await variablesOf(name)), ...more };
  const node = await startAt(data, variables);
  const { url } = node;
  const system = clientAt(url, readFileSync(join(data, TOKEN_FILE), 'utf8').trim());
  const [admin, player] = [
    await node.signUp({ handle: 'boss', admin: true }),
    await node.signUp({ handle: 'ana' }),
  ];
  const boss = clientAt(url, admin.key);
  await system.grant({ to: 'treasury', amount: points('5000'), reason: 'a start' });
  await boss.markets.create({
    id: 'M1',
    title: 'Will it rain?',
    mechanism: 'cpmm',
    deposit: points('100'),
  });
  await boss.markets.open('M1');
  // On a busy machine the tables take longer to open than a client waits.
  await vi.waitFor(() => boss.leaderboard(), { timeout: 240_000, interval: 100 });
  const { key } = player;
  const ana = clientAt(url, key);
  return { node, url, data, variables, system, boss, bossAccount: admin.account, key, ana };
}

export async function stopNode(node: Node): Promise<void> {
  open.delete(node);
  await node.close();
}

/** Whatever a test left open. */
export async function closeHomes(): Promise<void> {
  await Promise.all([...open].map(stopNode));
  await postgres?.end();
  postgres = undefined;
  cleanUp();
}
