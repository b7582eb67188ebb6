/** Nodes on one database, each in a directory of its own, for tests that start, stop and lose them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type Server } from '../../../scripts/postgres.js';
import { openMarket, type Stage, stage, type StageOptions } from './bench.js';

export const CLUSTER_SECRET = 'a secret that only the nodes of this test know';

export const freeUrl = async (): Promise<string> => `http://127.0.0.1:${await freePort()}`;

/** One more node on this database. */
export async function member(database: string, options: StageOptions = {}): Promise<Stage> {
  return stage({
    ...options,
    onAlarm: options.onAlarm ?? (() => {}),
    env: {
      DATABASE_URL: database,
      FAIRGROUND_NODE_URL: await freeUrl(),
      FAIRGROUND_CLUSTER_SECRET: CLUSTER_SECRET,
      ...options.env,
    },
  });
}

/** Gives back the lease of a leader that was killed: the silence others wait for is for tests of just that. */
export const freeLease = (server: Server, database: string): Promise<unknown> =>
  server.sql(database, "update lease set holder = '', url = ''");

/** Asks until it holds; what never does fails by the time its test has. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}

/** Opens market `M1` there, and an account that may do all. */
export async function fairOf(at: Stage) {
  const ana = await at.node.signUp({ handle: 'ana', admin: true });
  await openMarketOf(at, ana.key);
  return { ...at, ana };
}

export async function openMarketOf(at: Stage, key: string): Promise<void> {
  const body = { to: 'treasury', amount: '50000', reason: 'a start' };
  await at.must('POST', '/v1/admin/grants', { key: at.token, body });
  await openMarket({ ...at, ana: { account: '', key } }, 'M1');
}
