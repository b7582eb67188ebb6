/** What the doctor says of stores that are well, and of those that are not. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server as Postgres } from '../../../scripts/postgres.js';
import { EXITS } from '../src/exit.js';
import { cleanUp, folder, good, inside, serve, stop, type Variables } from './cli.js';
import { newUser } from './fair.js';

interface Told {
  readonly code: number | null;
  readonly healthy: boolean;
  /** The row of a check, as one text. */
  of(check: string): string;
}

async function asked(args: readonly string[], env: Variables = {}): Promise<Told> {
  const { code, out } = await inside(['doctor', '--json', ...args], env);
  const { findings, healthy }: { findings: Record<string, string>[]; healthy: boolean } =
    JSON.parse(out);
  const row = (check: string) => findings.find((finding) => finding['check'] === check) ?? {};
  return { code, healthy, of: (check) => `${row(check)['verdict']}: ${row(check)['is']}` };
}

const ILL = { code: EXITS.unwell.code, healthy: false };

afterAll(cleanUp);

test('[C45] of a directory: lock, room, chain, and a node beside it', {
  timeout: 60_000,
}, async () => {
  const server = await serve();
  const { data, url } = server;
  await newUser(server, 'ana');
  let well = await asked(['--data', data, '--node', url]);
  // On a busy machine the tables may trail at first.
  for (let n = 0; n < 10 && !well.healthy; n++) well = await asked(['--data', data, '--node', url]);
  expect(well).toMatchObject({ code: 0, healthy: true });
  expect(well.of('lock')).toContain('good: held');
  expect(well.of('chain')).toContain('continue');
  expect(well.of(`node ${url}`)).toBe('good: ready, 0 entries behind');
  const copy = join(folder(), 'copy');
  const file = join(folder(), 'early.ndjson');
  await good(['export', file, '--data', data]);
  await good(['import', file, '--data', copy]);
  await newUser(server, 'bob');
  // A store that knows less than its node has shown.
  const rewound = await asked(['--data', copy, '--node', url]);
  expect(rewound).toMatchObject(ILL);
  expect(rewound.of(`node ${url}`)).toMatch(
    /problem: shows entry \d+, but the journal ends at \d+/,
  );
  await stop(server);
  const gone = await asked(['--data', data, '--node', url]);
  expect([gone.code, gone.of('lock'), gone.of(`node ${url}`)]).toEqual([
    EXITS.unwell.code,
    'good: free: no server has it open',
    'problem: does not answer',
  ]);
  const { out, code } = await inside(['doctor', '--data', data]);
  expect([code, out]).toEqual([0, expect.stringMatching(/^what +is +what to do\nlock +free/)]);
  cpSync(data, join(copy, 'torn'), { recursive: true });
  rmSync(join(copy, 'torn', 'journal', 'watermark'));
  const torn = await asked(['--data', join(copy, 'torn')]);
  expect(torn).toMatchObject(ILL);
  expect(torn.of('journal')).toContain('watermark');
  expect(await asked(['--data', join(copy, 'nothing')])).toMatchObject(ILL);
});

describe.runIf(hasPostgres())('of a database', { timeout: 120_000 }, () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await Postgres.start();
  });
  afterAll(() => postgres.end());

  test('[C46] settings, clock, lease and chain, each by name; what is wrong ends with 8', async () => {
    const name = await postgres.database();
    const env = { DATABASE_URL: postgres.url(name).replace('postgres@', 'postgres:open-sesame@') };
    expect((await asked([], env)).of('journal')).toContain('no journal in this database');
    const node = await serve(join(folder(), 'data'), env);
    await newUser(node, 'ana');
    const well = await asked([], { ...env, FAIRGROUND_URL: node.url });
    expect(well).toMatchObject({ code: 0, healthy: true });
    expect(well.of('lease')).toBe('good: node leads in term 1, and beats');
    expect(well.of('clock')).toMatch(/^good: \d+ ms/);
    expect(well.of('fsync')).toBe('good: on');
    expect(well.of('synchronous_standby_names')).toBe('note: none');
    expect(well.of(`node ${node.url}`)).toContain('good: ready');
    await stop(node);
    expect((await asked([], env)).of('lease')).toBe('note: free, last term 1');
    await postgres.sql(name, "update lease set holder = 'dead 1'");
    const silent = await asked([], env);
    expect(silent).toMatchObject(ILL);
    expect(silent.of('lease')).toBe('problem: dead leads in term 1, and is silent');
    await postgres.sql(name, "update lease set holder = '', term = 0");
    expect((await asked([], env)).of('lease')).toContain('but the journal is of term 1');
    await postgres.sql(name, 'update lease set term = 1');
    await postgres.sql(name, `update journal set lines = replace(lines, '"at":1', '"at":2')`);
    const changed = await asked([], env);
    expect(changed).toMatchObject(ILL);
    expect(changed.of('chain')).toMatch(/problem: group \d+ breaks the chain at entry 1/);
  });

  test('[C46] a database that keeps no promises is said to be one, and one out of reach too', async () => {
    const env = { DATABASE_URL: postgres.url(await postgres.database()) };
    await good(['doctor', '--help'], env);
    await postgres.down();
    await postgres.up('fsync=off', 'full_page_writes=off');
    const bad = await asked([], env);
    expect(bad).toMatchObject(ILL);
    expect([bad.of('fsync'), bad.of('full_page_writes')]).toEqual(['problem: off', 'problem: off']);
    await postgres.down();
    const { code, out, err } = await inside(['doctor'], {
      DATABASE_URL: env.DATABASE_URL.replace('postgres@', 'postgres:open-sesame@'),
    });
    expect(code).toBe(EXITS.unwell.code);
    expect(out + err).not.toContain('sesame');
    expect(out).toMatch(/^database .*PROBLEM/m);
  });
});
