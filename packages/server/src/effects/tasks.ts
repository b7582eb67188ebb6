/** What is done from time to time, by one node each time: looked after, cleaned up, and told to those who must act. */
import { type ReadonlyMarket, type ReadonlyWorld, stateAt } from '@fairground/engine';
import type { Queue } from '../readmodel/job-queues.js';
import type { Notices } from './house-notices.js';
import { asked, type ReadModel } from '../readmodel/read-model.js';
import {
  END_LOST,
  MARK_AND_PENDING,
  SWEEP_DELIVERIES,
  SWEEP_NOTICES,
} from '../readmodel/effect-tables.js';
import { SharedChecks } from '../readmodel/table-checks.js';
import type { Clock } from '../clock.js';
import type { Vault } from '../vault/vault.js';

const DAY_MS = 86_400_000;

/** Ended deliveries and old notices are kept so long. */
export const KEPT = { deliveriesMs: 30 * DAY_MS, noticesMs: 365 * DAY_MS } as const;
const UNRESOLVED_MS = DAY_MS;
/** Of so many markets at once admins are reminded. */
const REMINDED_MAX = 100;

export const TASKS = {
  /** The tables against what they promise. */
  reconcile: 3_600,
  /** What is over, and the mark below which nothing goes again. */
  sweep: 3_600,
  /** Markets that wait for their result. */
  remind: 3_600,
} as const satisfies Record<string, number>;
export type TaskName = keyof typeof TASKS;
export const isTask = (name: string): name is TaskName => name in TASKS;

export const taskQueues: readonly Queue[] = Object.keys(TASKS).map((name) => {
  return { name, retryLimit: 3, retryDelay: 30, expireSeconds: 600 };
});

export interface Tools {
  readonly tables: ReadModel;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly world: () => ReadonlyWorld;
  readonly notices: Notices;
  readonly marksInVault: boolean;
  readonly onAlarm: (reason: string) => void;
}

export function doTask(name: TaskName, tools: Tools, now = tools.clock.now()): Promise<void> {
  switch (name) {
    case 'reconcile':
      return reconcile(tools);
    case 'sweep':
      return sweep(tools, now);
    case 'remind':
      return remind(tools, now);
  }
}

async function reconcile({ tables, clock, onAlarm }: Tools): Promise<void> {
  const { at, checks } = await new SharedChecks(tables, clock.steady).get();
  for (const { name, holds } of checks)
    if (!holds) onAlarm(`The tables at entry ${at.seq} break a promise: ${name} (GET /v1/proof).`);
}

async function sweep(tools: Tools, now: number): Promise<void> {
  const { tables } = tools;
  await tables.write(
    asked(END_LOST, now),
    asked(SWEEP_DELIVERIES, now - KEPT.deliveriesMs),
    asked(SWEEP_NOTICES, now - KEPT.noticesMs),
  );
  await raiseMark(tools);
}

/** Everything up to the oldest that is still on its way was delivered, or given up. */
export async function raiseMark({ tables, vault, marksInVault }: Tools): Promise<void> {
  if (!marksInVault) return;
  const [rows = []] = await tables.write(asked(MARK_AND_PENDING));
  const [mark, pending] = (rows[0] ?? []).map((value) =>
    value === null ? undefined : Number(value),
  );
  if (mark === undefined) return;
  await vault.wishes.riseTo(pending === undefined ? mark : Math.min(mark, pending - 1));
}

/** Once for each market that is closed since a day. */
async function remind({ world, notices }: Tools, now: number): Promise<void> {
  const { markets, accounts } = world();
  const admins = [...accounts.values()].filter(({ roles }) => roles.has('admin'));
  const waiting = [...markets.values()].filter((market) => isWaiting(market, now));
  for (const { id, number } of waiting.slice(0, REMINDED_MAX)) {
    const facts = { kind: 'market_unresolved', market: id, about: number, data: {} } as const;
    await notices.tell(admins.map((admin) => ({ ...facts, account: admin.id })));
  }
}

function isWaiting(market: ReadonlyMarket, now: number): boolean {
  if (stateAt(market, now) !== 'closed') return false;
  const { closesAt } = market.draft;
  return closesAt !== undefined && closesAt <= now - UNRESOLVED_MS;
}
