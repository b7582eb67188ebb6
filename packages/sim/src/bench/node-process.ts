/** Nodes as processes of their own, which a benchmark may kill. Whatever it starts, `endAll` ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { TOKEN_FILE } from '@fairground/server';
import { freePort } from '../../../../scripts/postgres.js';

const SECRET = 'a secret that only the nodes of a benchmark know';
const MAIN = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));
const started = new Set<ChildProcess>();

export const NO_LIMITS = {
  FAIRGROUND_RATE_PUBLIC: '0',
  FAIRGROUND_RATE_TRADES: '0',
  FAIRGROUND_RATE_ADMIN: '0',
} as const;

export const freeUrl = async (): Promise<string> => `http://127.0.0.1:${await freePort()}`;

/** The settings of one node on this database, which others reach at `nodeUrl`. */
export const memberSettings = (database: string, nodeUrl: string): Record<string, string> => ({
  DATABASE_URL: database,
  FAIRGROUND_NODE_URL: nodeUrl,
  FAIRGROUND_CLUSTER_SECRET: SECRET,
  FAIRGROUND_LOG: 'silent',
  PORT: '0',
  ...NO_LIMITS,
});

export interface NodeProcess {
  /** Where it serves. */
  readonly url: string;
  /** Where other nodes reach it: how the lease calls it. */
  readonly nodeUrl: string;
  readonly token: string;
  /** Resolves when it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

export async function startNodeProcess(
  database: string,
  nodeUrl: string,
  dir: string,
): Promise<NodeProcess> {
  fs.mkdirSync(dir, { recursive: true });
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', MAIN], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...memberSettings(database, nodeUrl), FAIRGROUND_DATA: dir },
  });
  started.add(child);
  const gone = once(child, 'exit').then(() => started.delete(child));
  let said = '';
  for await (const bytes of child.stdout) {
    said += String(bytes);
    if (said.includes('\n')) break;
  }
  const url = /http:\S+/.exec(said)?.[0];
  if (url === undefined) throw new Error('a node did not start');
  const token = fs.readFileSync(path.join(dir, TOKEN_FILE), 'utf8').trim();
  const end: NodeProcess['end'] = async (signal) => {
    child.kill(signal);
    await gone;
  };
  return { url, nodeUrl, token, end };
}

export async function endAll(): Promise<void> {
  const gone = [...started].map((child) => once(child, 'exit'));
  for (const child of started) child.kill('SIGKILL');
  await Promise.all(gone);
}
