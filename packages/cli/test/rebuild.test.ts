/** Tables that are filled anew: through a server, on a directory, in a database. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasPostgres, Server as Postgres } from '../../../scripts/postgres.js';
import {
  cleanUp,
  folder,
  good,
  inside,
  NO_TABLES,
  serve,
  type Server,
  stop,
  TABLES,
} from './cli.js';
import { type Fair, fairOn } from './fair.js';

let server: Server;
let fair: Fair;
beforeAll(async () => {
  server = await serve(undefined, TABLES);
  fair = await fairOn(server);
}, 120_000);
afterAll(cleanUp);

const seqOf = (out: string): number =>
  Number(/up to entry ([\d,]+)/.exec(out)?.[1]?.replaceAll(',', ''));

/** Its tables are opened some time after it listens. */
async function rebuilt(args: readonly string[]): Promise<string> {
  for (;;) {
    const { code, out, err } = await inside(['rebuild', ...args], server.variables);
    if (code === 0) return out;
    expect([code, err]).toEqual([4, expect.stringContaining('try again')]);
    await new Promise((wait) => setTimeout(wait, 100));
  }
}

const legs = async (): Promise<number> => {
  const headers = { authorization: `Bearer ${fair.player['FAIRGROUND_KEY']}` };
  const reply = await fetch(`${server.url}/v1/me/ledger`, { headers });
  return ((await reply.json()) as { items: unknown[] }).items.length;
};

test('[C60] rebuild fills them beside the running server, and on the directory where none runs', async () => {
  const first = await rebuilt([]);
  expect(first).toMatch(/^The tables were filled anew, up to entry [\d,]+\.\n$/);
  expect(JSON.parse(await rebuilt(['--json']))).toEqual({ seq: seqOf(first) });
  const before = await legs();
  expect(before).toBeGreaterThan(0);
  const elsewhere = ['--url', 'http://127.0.0.1:1'];
  // It has the lock; we only asked at the wrong door.
  const locked = await inside(['rebuild', ...elsewhere], server.variables);
  expect(locked).toMatchObject({ code: 4, err: expect.stringContaining('another address') });
  await stop(server);
  expect(existsSync(join(server.data, 'read.mark'))).toBe(true);
  const alone = await good(['rebuild'], server.variables);
  expect(seqOf(alone.out)).toBe(seqOf(first));
  server = await serve(server.data, TABLES);
  await rebuilt([]);
  expect(await legs()).toBe(before);
  const doctor = await good(['doctor', '--json', '--node', server.url], server.variables);
  const { findings } = JSON.parse(doctor.out) as { findings: { check: string }[] };
  const tables = findings.find(({ check }) => check.startsWith('tables'));
  expect(tables).toMatchObject({ verdict: 'good', is: 'following, 0 entries behind, for 0 ms' });
  await stop(server);
}, 120_000);

test('[C60] a server without tables says so', async () => {
  const without = await serve(join(folder(), 'data'), NO_TABLES);
  const { code, err } = await inside(['rebuild'], without.variables);
  expect([code, err]).toEqual([3, expect.stringContaining('keeps no tables')]);
  await stop(without);
}, 60_000);

test.runIf(hasPostgres())(
  '[C60] in a database, beside its nodes or without any',
  async () => {
    const postgres = await Postgres.start();
    try {
      const env = { ...TABLES, DATABASE_URL: postgres.url(await postgres.database()) };
      const node = await serve(join(folder(), 'data'), env);
      await fairOn(node);
      const [count] = [/^\d+/.exec((await good(['verify'], env)).out)?.[0]];
      // From another machine, without the node's token.
      expect(seqOf((await good(['rebuild'], { ...env, FAIRGROUND_DATA: folder() })).out)).toBe(
        Number(count),
      );
      await stop(node);
      expect(seqOf((await good(['rebuild'], env)).out)).toBe(Number(count));
    } finally {
      await postgres.end();
    }
  },
  120_000,
);
