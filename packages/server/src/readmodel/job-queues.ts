/**
 * Jobs in the database itself: one is there from the transaction that made it, is taken by one node, and is there
 * until it was done or given up. No other server keeps them.
 */
import PgBoss from 'pg-boss';
import type { RawRows, RunSql, SqlStore } from './sql-store.js';

/** Beside the tables, and never made anew with them. */
const SCHEMA = 'jobs';

/** Runs a statement wherever the database is. */
export type ExecuteSql = (statement: string, values?: readonly unknown[]) => Promise<RawRows>;

export interface Queue {
  readonly name: string;
  readonly retryLimit: number;
  /** Seconds before the first retry; twice as many before each next one. */
  readonly retryDelay: number;
  /** After so long without a word its node is taken for dead. */
  readonly expireSeconds: number;
}

export interface NewJob {
  readonly id?: string;
  readonly name: string;
  readonly data: object;
}

export interface Job {
  readonly id: string;
}

export interface QueueCount {
  readonly queue: string;
  readonly state: string;
  readonly count: number;
}

export interface FailedJob {
  readonly id: string;
  readonly queue: string;
  readonly attempts: number;
  readonly reason: string;
  readonly failedAt: number;
}

export interface LastRun {
  readonly queue: string;
  readonly at: number;
}

const bossOn = (execute: ExecuteSql, own: PgBoss.ConstructorOptions = {}): PgBoss =>
  new PgBoss({
    schema: SCHEMA,
    // Schedules are kept by throttled jobs: theirs would leave promises behind that nobody awaits.
    schedule: false,
    ...own,
    db: {
      async executeSql(text: string, values?: unknown[]) {
        const { rows } = await execute(text, values);
        return { rows: [...rows] };
      },
    },
  });

/** Makes the queues where they are not there yet. */
export async function makeQueues(store: SqlStore, queues: readonly Queue[]): Promise<void> {
  const boss = bossOn((statement, values) => store.raw(statement, values), { supervise: false });
  await boss.start();
  for (const { name, retryLimit, retryDelay, expireSeconds } of queues) {
    const options = { name, retryLimit, retryDelay, retryBackoff: true };
    await boss.createQueue(name, { ...options, expireInSeconds: expireSeconds });
    await boss.updateQueue(name, { ...options, expireInSeconds: expireSeconds });
  }
  await boss.stop({ graceful: false });
}

/** Within somebody's transaction. A job whose id is there already is left as it is. */
export async function sendJobs(run: RunSql, jobs: readonly NewJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const within: ExecuteSql = async (statement, values = []) => {
    const { rows } = await run(statement, values.map(plain));
    return { rows };
  };
  await bossOn(within).insert([...jobs]);
}

const plain = (value: unknown): string | number | null =>
  typeof value === 'string' || typeof value === 'number' ? value : null;

export interface JobQueuesOptions {
  readonly onAlarm: (reason: string) => void;
  readonly maintainSeconds: number;
}

export class JobQueues {
  readonly #boss: PgBoss;
  readonly #execute: ExecuteSql;

  private constructor(boss: PgBoss, execute: ExecuteSql) {
    this.#boss = boss;
    this.#execute = execute;
  }

  /** Once they were made. Sees to it that jobs of dead nodes go on elsewhere, and that old ones go. */
  static async open(
    execute: ExecuteSql,
    { onAlarm, maintainSeconds }: JobQueuesOptions,
  ): Promise<JobQueues> {
    const boss = bossOn(execute, { maintenanceIntervalSeconds: maintainSeconds });
    boss.on('error', (error) => onAlarm(`The queues of jobs: ${error.message}`));
    await boss.start();
    return new JobQueues(boss, execute);
  }

  /** Jobs of a node that ended while it worked on them: where no other node is, it was this one. */
  async takeUp(): Promise<void> {
    await this.#execute(
      `update ${SCHEMA}.job set state = 'retry', start_after = now() where state = 'active' and $1::int = 1`,
      [1],
    );
  }

  /** Up to so many that are due; nobody else gets them. */
  fetch(queue: string, most: number): Promise<readonly Job[]> {
    return this.#boss.fetch(queue, { batchSize: most });
  }

  async complete(queue: string, id: string): Promise<void> {
    await this.#boss.complete(queue, id);
  }

  /** Tried again later, or never where that was the last time. */
  async fail(queue: string, id: string, reason: string): Promise<void> {
    await this.#boss.fail(queue, id, { message: reason });
  }

  /** True where this was the last attempt. */
  async isLast(queue: string, id: string): Promise<boolean> {
    const job = await this.#boss.getJobById(queue, id);
    return !job || Number(job.retryCount) >= Number(job.retryLimit);
  }

  /** One for each span of time, however many nodes ask. */
  async sendOnceEvery(queue: string, seconds: number): Promise<void> {
    await this.#boss.send(queue, {}, { singletonKey: queue, singletonSeconds: seconds });
  }

  /** Again from the beginning, under the same id. */
  async sendAgain(queue: string, id: string): Promise<void> {
    await this.#boss.deleteJob(queue, id);
    await this.#boss.send(queue, {}, { id });
  }

  /** Of a failed job; false where it is none. */
  async retry(id: string): Promise<boolean> {
    const { rows } = await this.#execute(
      `update ${SCHEMA}.job set state = 'retry', retry_limit = retry_count + 1, start_after = now()
        where id = $1::uuid and state = 'failed' returning id`,
      [id],
    );
    return rows.length > 0;
  }

  async counts(): Promise<readonly QueueCount[]> {
    const { rows } = await this.#execute(
      `select name as a, state::text as b, count(*)::text as c from ${SCHEMA}.job
        where $1::int = 1 group by name, state order by name, state`,
      [1],
    );
    return rows.map(columns).map(([queue, state, count]) => {
      return { queue, state, count: Number(count) };
    });
  }

  async failed(most: number): Promise<readonly FailedJob[]> {
    const { rows } = await this.#execute(
      `select id::text as a, name as b, retry_count::text as c, coalesce(output ->> 'message', '') as d,
          (extract(epoch from completed_on) * 1000)::bigint::text as e
        from ${SCHEMA}.job where state = 'failed' order by completed_on desc, id limit $1::int`,
      [most],
    );
    return rows.map(columns).map(([id, queue, retries, reason, at]) => {
      return { id, queue, attempts: Number(retries) + 1, reason, failedAt: Number(at) };
    });
  }

  async lastRuns(): Promise<readonly LastRun[]> {
    const { rows } = await this.#execute(
      `select name as a, (extract(epoch from max(started_on)) * 1000)::bigint::text as b
        from ${SCHEMA}.job where started_on is not null and $1::int = 1 group by name`,
      [1],
    );
    return rows.map(columns).map(([queue, at]) => ({ queue, at: Number(at) }));
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false });
  }
}

type Columns = readonly [string, string, string, string, string];

/** Columns called a, b, c …, each as text. */
function columns(row: unknown): Columns {
  const at = (name: string): string => {
    const value: unknown = row !== null && typeof row === 'object' ? Reflect.get(row, name) : '';
    return typeof value === 'string' ? value : '';
  };
  return [at('a'), at('b'), at('c'), at('d'), at('e')];
}
