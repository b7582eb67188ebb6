/** Nodes that tell people: killed, copied, stopped, and beginning with an old journal. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import {
  Ear,
  granted,
  hooked,
  noticesOf,
  PACE,
  TOLD,
  tablesThere,
  type Told,
  told,
} from './effects-bench.js';
import { CLUSTER_SECRET, freeLease, freeUrl, until } from './nodes.js';
import { endAll, type Running, run } from './processes.js';

let ear: Ear;
beforeAll(async () => {
  ear = await Ear.open();
});
afterAll(async () => {
  await endAll();
  await ear.close();
});

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'fairground-told-'));

test('[E19] a copy under another name tells nobody anything, and says so; under its own name it goes on', async () => {
  const at = await told();
  await tablesThere(at);
  await hooked(at, at.bob.key, ear.url, ['granted']);
  await granted(at, at.bob.account, '1');
  await until(() => ear.calls.length === 1);
  await at.node.close();
  const dir = await folder();
  await cp(at.dir, dir, { recursive: true });
  const alarms: string[] = [];
  const again = (name: string | undefined): Promise<Told> =>
    told({
      dir,
      onAlarm: (reason) => void alarms.push(reason),
      env: name === undefined ? {} : { FAIRGROUND_INSTANCE: name },
      isThere: { ana: at.ana, bob: at.bob },
    });
  const copy = await again('trial');
  await tablesThere(copy);
  expect(alarms.filter((reason) => reason.includes('it sends no mail'))).toHaveLength(1);
  await granted(copy, copy.bob.account, '2');
  expect(await noticesOf(copy, copy.bob.key)).toHaveLength(2);
  const jobs = await copy.must('GET', '/v1/admin/jobs', { key: copy.ana.key });
  expect(jobs.json.delivers).toBe(false);
  expect(jobs.json.queues).toContainEqual({ queue: 'webhook', state: 'created', count: 1 });
  await copy.node.close();
  // A new directory for an old vault was not told whose it is.
  await rm(join(dir, 'instance'));
  const unnamed = await again(undefined);
  await tablesThere(unnamed);
  const [said] = alarms.filter((reason) => reason.includes('was not told its name'));
  const name = /FAIRGROUND_INSTANCE=([\w-]+)/.exec(said ?? '')?.[1];
  await unnamed.node.close();
  expect(ear.calls).toHaveLength(1);
  const own = await again(name);
  await until(() => ear.calls.length === 2);
  await own.node.close();
}, 90_000);

test('[E21] [E15] an old journal tells nobody of its past; a lost database tells nothing again', async () => {
  ear.calls.length = 0;
  // From a time before all this: no tables, no mark.
  const old = await told({ env: { FAIRGROUND_READ_MODEL: '0' } });
  await granted(old, old.bob.account, '1');
  await old.node.close();
  const people = { dir: old.dir, isThere: { ana: old.ana, bob: old.bob } };
  const first = await told(people);
  await hooked(first, first.bob.key, ear.url, ['granted']);
  await tablesThere(first);
  expect(await noticesOf(first, first.bob.key)).toHaveLength(1);
  await granted(first, first.bob.account, '2');
  await until(() => ear.calls.length === 1);
  await first.must('POST', '/v1/admin/rebuild', { key: first.token });
  await granted(first, first.bob.account, '3');
  await until(() => ear.calls.length === 2);
  await first.node.close();
  await rm(join(old.dir, 'read'), { recursive: true });
  await rm(join(old.dir, 'read.mark'));
  const second = await told(people);
  await tablesThere(second);
  await granted(second, second.bob.account, '4');
  await until(() => ear.calls.length === 3);
  expect(await noticesOf(second, second.bob.key)).toHaveLength(4);
  await second.node.close();
  const amounts = ear.calls.map(({ body }) => body.data.amount);
  expect(amounts).toEqual(['2', '3', '4']);
}, 90_000);

/** Trades and grants go on while the node that tells of them is killed, again and again. */
async function killed(
  start: () => Promise<Running>,
  people: { readonly ana: string; readonly account: string; readonly bob: string },
  kills: number,
): Promise<void> {
  ear.calls.length = 0;
  let grants = 0;
  let node = await start();
  const ask = (path: string, body: object, once_: string): Promise<number> =>
    fetch(`${node.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${people.ana}`,
        'content-type': 'application/json',
        'idempotency-key': once_,
      },
      body: JSON.stringify(body),
    }).then(
      ({ status }) => status,
      () => 0,
    );
  const grant = async (): Promise<void> => {
    const body = { to: people.account, amount: `${++grants}`, reason: 'more' };
    const key = `grant-${grants}`;
    // However often it has to be asked, it is one.
    await until(async () => (await ask('/v1/admin/grants', body, key)) === 201);
  };
  // Some are taken, some fail.
  let n = 0;
  ear.answer = () => [204, 500, 204][n++ % 3];
  for (let kill = 0; kill < kills; kill++) {
    const before = ear.calls.length;
    for (let more = 0; more < 3; more++) await grant();
    // Once at once, once when something is on its way.
    if (kill % 3 !== 0) await until(() => ear.calls.length > before);
    await node.kill('SIGKILL');
    node = await start();
  }
  ear.answer = () => 204;
  const heard = () => new Set(ear.calls.map(({ body }) => String(body.data.amount)));
  await until(() => heard().size === grants);
  const byAmount = new Map<string, Set<string>>();
  for (const { id, body } of ear.calls) {
    const amount = String(body.data.amount);
    byAmount.set(amount, (byAmount.get(amount) ?? new Set()).add(id));
  }
  expect([...byAmount.values()].every((ids) => ids.size === 1)).toBe(true);
  expect(new Set(ear.calls.map(({ id }) => id)).size).toBe(grants);
  const isQuiet = async (): Promise<boolean> => {
    const reply = await fetch(`${node.url}/v1/admin/jobs`, {
      headers: { authorization: `Bearer ${people.ana}` },
    });
    // Its database is not open yet.
    if (reply.status !== 200) return false;
    const { queues } = (await reply.json()) as { queues: { queue: string; state: string }[] };
    return queues.every(({ queue, state }) => queue !== 'webhook' || state === 'completed');
  };
  await until(isQuiet);
  // All are marked: another start sends nothing.
  const calls = ear.calls.length;
  await node.kill('SIGTERM');
  node = await start();
  await until(isQuiet);
  await new Promise((wait) => setTimeout(wait, 1_000));
  expect(ear.calls).toHaveLength(calls);
  await node.kill('SIGTERM');
}

describe('[E20] a node that is killed while it tells people', () => {
  let server: Server | undefined;
  afterEach(endAll);
  afterAll(() => server?.end());

  /** Somebody who listens, on an exchange that only its journal and vault remember. */
  async function begun(env: Record<string, string>, dir: string) {
    const at = await told({ dir, env });
    await tablesThere(at);
    await hooked(at, at.bob.key, ear.url, ['granted']);
    await at.node.close();
    return { ana: at.ana.key, account: at.bob.account, bob: at.bob.key };
  }
  const main = 'test/told-main.mjs';
  const env = { ...TOLD, TOLD_PACE: JSON.stringify({ ...PACE, retryLimit: 20 }) };

  test('on a directory', async () => {
    const dir = await folder();
    const people = await begun({}, dir);
    await killed(() => run(undefined, '', { main, dir, env }), people, 6);
  }, 240_000);

  test.runIf(hasPostgres())(
    'on PostgreSQL',
    async () => {
      const started = await Server.start();
      server = started;
      const name = await started.database();
      const database = started.url(name);
      const url = await freeUrl();
      const cluster = { FAIRGROUND_NODE_URL: url, FAIRGROUND_CLUSTER_SECRET: CLUSTER_SECRET };
      const people = await begun({ DATABASE_URL: database, ...cluster }, await folder());
      const start = async (): Promise<Running> => {
        await freeLease(started, name);
        return run(database, url, { main, env });
      };
      await killed(start, people, 6);
    },
    240_000,
  );
});
