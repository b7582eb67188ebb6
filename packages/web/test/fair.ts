/** A real node as its own process, serving the page as it stands in src, with a few markets to look at. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiled } from '../../../scripts/programs.js';
import { layTables } from '../../../scripts/tables.js';
import { type Person, signUp } from './people.js';
import { until } from './until.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Fair {
  readonly url: string;
  readonly playerKey: string;
  readonly sourceKey: string;
  readonly dataDir: string;
  ask(path: string, body: object, key?: string): Promise<Record<string, unknown>>;
  /** Somebody with a password, a session and these roles. */
  join(handle: string, ...roles: readonly ('admin' | 'seller')[]): Promise<Person>;
  /** Stops the node, and starts it again where it was. */
  restart(): Promise<void>;
  /** Until the tables hold all that was done: while they are filled anew they say nothing. */
  tablesReach(): Promise<void>;
  close(): Promise<void>;
}

/** Their database starts in its own time. */
const TABLES_TRIES = 2_000;

export interface FairOptions {
  /** With tables: the ledger, the leaderboard and profiles are there. */
  readonly hasTables?: boolean;
  /** Its pullers may look at addresses of this machine. */
  readonly pullsLocal?: boolean;
}

export async function openFair({
  hasTables = false,
  pullsLocal = false,
}: FairOptions = {}): Promise<Fair> {
  const dir = mkdtempSync(join(tmpdir(), 'fairground-page-'));
  const data = join(dir, 'data');
  const env = {
    FAIRGROUND_READ_MODEL: hasTables ? '1' : '0',
    ...(pullsLocal && { FAIRGROUND_WEBHOOKS_LOCAL: '1' }),
  };
  if (hasTables) await layTables(data);
  let node = await startNode({ data, env });
  const { url } = node;
  const ask: Fair['ask'] = (...asked) => asking(url, tokenIn(data))(...asked);
  const { player, source } = await settle(ask);
  const tablesReach = async (): Promise<void> => {
    const { headers } = await fetch(`${url}/v1/head`);
    const seen = { 'Fairground-Min-Seq': headers.get('fairground-seq') ?? '' };
    await until(async () => {
      const { ok } = await fetch(`${url}/v1/leaderboard`, { headers: seen });
      return ok ? true : undefined;
    }, TABLES_TRIES);
  };
  // Until they are there, what rests on them is a 503, and each of those a line on a page's console.
  if (hasTables) await tablesReach();
  return {
    url,
    playerKey: String(player['key']),
    sourceKey: String(source['key']),
    dataDir: data,
    ask,
    join: async (handle, ...roles) => {
      const person = await signUp(url, data, handle);
      for (const role of roles) await ask('/v1/admin/roles', { account: person.account, role });
      return person;
    },
    restart: async () => {
      await node.stop();
      node = await startNode({ data, env: { ...env, PORT: new URL(url).port } });
    },
    tablesReach,
    close: async () => {
      await node.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export const tokenIn = (data: string): string =>
  readFileSync(join(data, 'node.token'), 'utf8').trim();

/** The first people, and the markets they find. */
export async function settle(ask: Fair['ask']) {
  const [player, source] = [
    await ask('/v1/admin/users', { handle: 'ana' }),
    await ask('/v1/admin/users', { handle: 'reporter' }),
  ];
  await ask('/v1/admin/roles', { account: source['account'], role: 'source' });
  await ask('/v1/admin/grants', { to: 'treasury', amount: '50000', reason: 'for the test' });
  await list(ask, String(source['account']));
  const other = await ask('/v1/admin/users', { handle: 'sam' });
  await listMore(ask, String(other['account']));
  return { player, source };
}

export interface RunningNode {
  readonly url: string;
  stop(): Promise<void>;
}

export function startNode(options: {
  readonly data: string;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<RunningNode> {
  const child = spawn(process.execPath, compiled('packages/server/src/main.ts'), {
    cwd: root,
    env: {
      ...process.env,
      FAIRGROUND_DATA: options.data,
      FAIRGROUND_RATE_PUBLIC: '0',
      FAIRGROUND_RATE_SIGN_IN: '1000',
      FAIRGROUND_MAIL: 'file',
      PORT: '0',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const url = /listens at (\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve({ url, stop });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`the node ended with ${String(code)}: ${said}`)));
  });
}

export function asking(url: string, token: string): Fair['ask'] {
  return async (path, body, key = token) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${key}`,
        'Idempotency-Key': randomUUID(),
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
}

async function list(ask: Fair['ask'], source: string): Promise<void> {
  const stock = {
    mechanism: 'curve',
    category: 'players',
    fundamental: '30',
    slope: '0.15',
    source,
    fact_rules: [{ kind: 'goal', num: 27, den: 25 }],
    rules: 'A goal multiplies the fundamental by 27/25.',
  };
  const match = { mechanism: 'cpmm', category: 'matches', deposit: '1500', probability: '0.4' };
  await ask('/v1/markets', { ...stock, id: 'P-ARG-10', title: 'Lionel Messi' });
  await ask('/v1/markets', { ...stock, id: 'P-NOR-9', title: 'Erling Haaland' });
  await ask('/v1/markets', { ...match, id: 'M-001', title: 'Mexico beat South Africa' });
  for (const id of ['P-ARG-10', 'P-NOR-9', 'M-001']) await ask(`/v1/markets/${id}/open`, {});
}

/** Long enough for every test, and a time that one can imagine. */
const RALLY_MS = 3 * 86_400_000 + 5 * 3_600_000;

export const TEAMS = 'ARG BRA FRA ESP NOR ENG GER POR NED MAR CRO URU'.split(' ');

/** A market of many outcomes, and two rallies: one to join, one to fill up. */
async function listMore(ask: Fair['ask'], seller: string): Promise<void> {
  const cup = { mechanism: 'lmsr', category: 'outrights', liquidity: '300', outcomes: TEAMS };
  await ask('/v1/markets', { ...cup, id: 'CHAMPION', title: 'Who wins the World Cup?' });
  const tiers = [
    { units: 0, price: '100' },
    { units: 3, price: '80' },
    { units: 8, price: '60' },
  ];
  const rally = { mechanism: 'rally', category: 'rallies', tiers, seller };
  const end = { closes_at: new Date(Date.now() + RALLY_MS).toISOString() };
  const rules = 'One ball for each unit. Everybody pays the price of all units together.';
  const balls = { ...rally, ...end, id: 'BALLS', title: 'Match balls', maximum: 20, minimum: 2 };
  await ask('/v1/markets', { ...balls, per_person: 6, rules });
  await ask('/v1/markets', { ...rally, ...end, id: 'SCARVES', title: 'Scarves', maximum: 8 });
  for (const id of ['CHAMPION', 'BALLS', 'SCARVES']) await ask(`/v1/markets/${id}/open`, {});
}
