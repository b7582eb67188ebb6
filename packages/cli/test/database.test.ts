/** A journal and its vault on their way: from a directory into PostgreSQL, and back. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server as Postgres } from '../../../scripts/postgres.js';
import { EXITS } from '../src/exit.js';
import { cleanUp, folder, good, inside, serve, type Server, stop } from './cli.js';
import { call, type Fair, fairOn, newUser } from './fair.js';

const text = (path: string): string => readFileSync(path, 'utf8');
const ORDER = { market: 'M2', side: 'buy', outcome: 'NO', spend: '3' };

describe.runIf(hasPostgres())('a journal in a database', { timeout: 120_000 }, () => {
  let postgres: Postgres;
  let origin: Server;
  let fair: Fair;
  let journal = '';
  let vault = '';
  const scratch = folder();
  const at = (name: string): string => join(scratch, name);
  const fresh = async (): Promise<string> => postgres.url(await postgres.database());
  const key = (): string => fair.player['FAIRGROUND_KEY'] ?? '';

  /** A small fair in a directory, its server stopped, exported. */
  beforeAll(async () => {
    postgres = await Postgres.start();
    origin = await serve();
    fair = await fairOn(origin);
    await call(origin, key(), '/v1/orders', ORDER);
    await stop(origin);
    [journal, vault] = [at('one.ndjson'), at('one.vault')];
    await good(['export', journal, '--vault', vault, '--data', origin.data]);
  }, 120_000);
  afterAll(async () => {
    cleanUp();
    await postgres.end();
  });

  const verified = async (args: string[], variables = {}): Promise<string> =>
    (await good(['verify', ...args], variables)).out;

  test('[C40] [C41] into a database, where nodes trade on it, and back: the same bytes, heads and keys', async () => {
    const url = await fresh();
    const env = { DATABASE_URL: url };
    const taken = await good(['import', journal, '--vault', vault], env);
    expect(taken.out).toMatch(/^\d+ entries taken into postgres:\/\/postgres@127/);
    expect(await verified([], env)).toBe(await verified([journal]));
    expect(await verified([url])).toBe(await verified(['--database', url]));
    const node = await serve(at('node'), env);
    const trade = async (server: Server): Promise<void> => {
      await call(server, key(), '/v1/orders', ORDER);
    };
    await trade(node);
    await newUser(node, 'cyd');
    // Beside the running node.
    const [two, twoVault] = [at('two.ndjson'), at('two.vault')];
    await good(['export', two, '--vault', twoVault], env);
    expect(statSync(twoVault).mode & 0o777).toBe(0o600);
    expect(text(two).startsWith(text(journal))).toBe(true);
    expect(text(twoVault).startsWith(text(vault))).toBe(true);
    expect(await verified([], env)).toBe(await verified([node.url]));
    await stop(node);
    const data = at('back');
    await good(['import', two, '--vault', twoVault, '--data', data], env);
    expect(existsSync(join(data, 'journal'))).toBe(true);
    // --data by itself is that directory, whatever the environment names.
    const [three, threeVault] = [at('three.ndjson'), at('three.vault')];
    await good(['export', three, '--vault', threeVault, '--data', data], env);
    expect([text(three), text(threeVault)]).toEqual([text(two), text(twoVault)]);
    expect(await verified(['--data', data], env)).toBe(await verified([], env));
    const back = await serve(data);
    await trade(back);
    await stop(back);
  });

  test('[C42] goes on where it ended, joins no other history, overwrites no vault, and waits for no node that lives', async () => {
    const env = { DATABASE_URL: await fresh() };
    const half = at('half.ndjson');
    writeFileSync(half, `${text(journal).split('\n').slice(0, 6).join('\n')}\n`);
    await good(['import', half], env);
    const lines = text(journal).split('\n').length - 2;
    const said = await good(['import', journal, '--json'], env);
    expect(JSON.parse(said.out)).toMatchObject({ known: 5, added: lines - 5, sealed: false });
    const other = at('other.ndjson');
    writeFileSync(other, text(journal).replace('"at":1', '"at":2'));
    const refused = await inside(['import', other, '--vault', vault], env);
    expect(refused).toMatchObject({ code: EXITS.fault.code });
    expect(refused.err).toContain('two different histories');
    const none = at('none.vault');
    await good(['export', at('x.ndjson'), '--vault', none], env);
    expect(text(none)).toBe('');
    await good(['import', journal, '--vault', vault], env);
    const twice = await inside(['import', journal, '--vault', vault], env);
    expect(twice).toMatchObject({ code: EXITS.refused.code });
    expect(twice.err).toContain('never overwritten');
    const node = await serve(at('leads'), env);
    await call(node, key(), '/v1/orders', ORDER);
    await good(['export', at('more.ndjson')], env);
    await stop(node);
    const empty = { DATABASE_URL: await fresh() };
    await good(['import', journal, '--vault', vault], empty);
    const leads = await serve(at('leads too'), empty);
    const held = await inside(['import', at('more.ndjson')], empty);
    expect(held).toMatchObject({ code: EXITS.not_now.code });
    expect(held.err).toContain('A node leads this journal');
    await call(leads, key(), '/v1/orders', ORDER);
    await stop(leads);
  });

  test('[C43] no password is ever shown, and what is not there is said', async () => {
    const url = (await fresh()).replace('postgres@', 'postgres:open-sesame@');
    const nowhere = 'postgres://me:open-sesame@127.0.0.1:1/none?password=open-sesame';
    const runs = [
      await inside(['verify', '--database', url]),
      await inside(['verify'], { JOURNAL_URL: url }),
      await inside(['verify', nowhere]),
      await inside(['export', at('no.ndjson'), '--database', nowhere]),
      await inside(['import', journal, '--database', nowhere]),
      await inside(['import', journal, '--database', 'mysql://me:open-sesame@here']),
      await inside(['snapshot', '--database', url]),
      await inside(['import', journal]),
    ];
    expect(runs.map(({ code }) => code)).toEqual([1, 1, 4, 4, 4, 2, 1, 2]);
    expect(runs[0]?.err).toContain('There is no journal in this database.');
    expect(runs[7]?.err).toContain('Say where to');
    const done = await good(['import', journal, '--database', url]);
    const proof = await good(['verify', '--database', url, '--json']);
    const made = await good(['snapshot', '--database', url]);
    expect(made.out).toMatch(/^A snapshot of entry .* was made\.\n {2}entry /);
    expect((await good(['snapshot', '--list', '--database', url])).out).toMatch(/^ {2}entry /);
    for (const { out, err } of [...runs, done, proof, made])
      expect(out + err).not.toContain('sesame');
    expect(existsSync(at('no.ndjson'))).toBe(false);
  });

  test('[C44] sealed, it decides nothing more there and goes on where it is taken in', async () => {
    const env = { DATABASE_URL: await fresh() };
    await good(['import', journal, '--vault', vault], env);
    const node = await serve(at('sealing'), env);
    const moved = at('moved.ndjson');
    const beside = { ...env, ...node.variables };
    const elsewhere = await inside(
      ['export', moved, '--seal', '--url', 'http://127.0.0.1:1'],
      beside,
    );
    expect(elsewhere).toMatchObject({ code: EXITS.not_now.code });
    expect(existsSync(moved)).toBe(false);
    const sealed = await good(['export', moved, '--vault', at('moved.vault'), '--seal'], beside);
    expect(sealed.err).toContain('nothing is decided here any more');
    const late = await fetch(`${node.url}/v1/orders`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key()}`,
        'content-type': 'application/json',
        'idempotency-key': 'late',
      },
      body: JSON.stringify(ORDER),
    });
    expect([late.status, await late.text()]).toEqual([409, expect.stringContaining('"sealed"')]);
    await stop(node);
    // Asked again it writes the same, without a second seal.
    await good([
      'export',
      at('again.ndjson'),
      '--seal',
      '--data',
      at('sealing'),
      '--database',
      env.DATABASE_URL,
    ]);
    expect(text(at('again.ndjson'))).toBe(text(moved));
    const whole = at('whole.ndjson');
    await good(['export', whole], env);
    const last = text(whole).split('\n').at(-2);
    expect(text(whole)).toBe(`${text(moved)}${last}\n`);
    expect(last).toContain('"sealed"');
    expect(await verified([whole])).toContain('books sum to 0');
    const home = await serve(await into(moved, at('moved.vault')));
    await call(home, key(), '/v1/orders', ORDER);
    const { out } = await good(['verify'], home.variables);
    expect(out).toContain('books sum to 0');
    await stop(home);
    const archive = await inside(['import', whole, '--data', at('archive')]);
    expect(archive).toMatchObject({
      code: 0,
      err: expect.stringContaining('decides nothing more'),
    });
  });

  test('[C44] a store without a running server is sealed by itself, in a directory and in a database', async () => {
    const data = await into(journal, vault);
    const env = { DATABASE_URL: await fresh() };
    await good(['import', journal], env);
    for (const [n, args] of [['--data', data], ['--data', data], []].entries()) {
      const file = at(`alone${n}.ndjson`);
      const said = await good(['export', file, '--seal', '--json', ...args], env);
      expect(JSON.parse(said.out)).toMatchObject({ sealed: true });
      expect(text(file)).toBe(text(journal));
    }
    const node = await serve(at('alone'), env);
    const started = await serve(data);
    await Promise.all([stop(node), stop(started)]);
  });

  const into = async (file: string, rows: string): Promise<string> => {
    const data = join(folder(), 'data');
    await good(['import', file, '--vault', rows, '--data', data]);
    return data;
  };
});
