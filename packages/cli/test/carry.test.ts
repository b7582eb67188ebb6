import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXITS } from '../src/exit.js';
import { cleanUp, folder, good, inside, serve, type Server, stop } from './cli.js';
import { call, type Fair, fairOn } from './fair.js';

let server: Server;
let fair: Fair;
const scratch = folder();

beforeAll(async () => {
  server = await serve();
  fair = await fairOn(server);
}, 60_000);

afterAll(cleanUp);

const args = (line: string) => line.split(' ');

describe('carrying and proving', { timeout: 60_000 }, () => {
  test('[C14] directory, file and server come to the same head', async () => {
    await good(args('trade M1 buy YES --spend 2'), fair.player);
    const file = join(scratch, 'one.ndjson');
    await good(['export', file], server.variables);
    const outs = await Promise.all(
      [[], [server.data], [file], [server.url]].map((source) =>
        good(['verify', ...source], server.variables),
      ),
    );
    expect(new Set(outs.map(({ out }) => out)).size).toBe(1);
    expect(outs[0]?.out).toMatch(
      /^(\d+) entries re-decided, \1 agree · books sum to 0 · head [0-9a-f]{8}…\n2 markets: 2 open · 2 accounts, 1 trade\n$/,
    );
    const proof = JSON.parse((await good(['verify', file, '--json'])).out);
    expect(proof).toMatchObject({
      agrees: true,
      folded: 0,
      differences: [],
      markets: { open: 2 },
      accounts: 2,
    });
    expect(proof.head.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('[C27] a snapshot is made beside the server, once for each entry, and listed', async () => {
    const none = await good(['snapshot', '--list'], server.variables);
    expect(none.out).toBe('There is no snapshot.\n');
    await good(args('trade M1 buy YES --spend 2'), fair.player);
    const { out } = await good(['snapshot'], server.variables);
    expect(out).toMatch(
      /^A snapshot of entry ([\d,]+) · [0-9a-f]{8}… was made\.\n {2}entry \1 · 1 part, \d+ KiB\n$/,
    );
    const again = JSON.parse((await good(['snapshot', '--json'], server.variables)).out);
    expect(again).toMatchObject({ made: { is_new: false }, kept: [{ seq: again.made.seq }] });
    const listed = await good(['snapshot', '--list'], server.variables);
    expect(listed.out).toBe(out.slice(out.indexOf('\n') + 1));
    await good(args('trade M1 buy YES --spend 2'), fair.player);
    expect(await inside(['snapshot', '--data', join(scratch, 'nothing')])).toMatchObject({
      code: 1,
    });
  });

  test('[C16] [C17] export and import carry everything, and keys work there', async () => {
    const [journal, vault, copy] = ['a.ndjson', 'vault.ndjson', 'copy'].map((name) =>
      join(scratch, name),
    ) as [string, string, string];
    await good(['export', journal, '--vault', vault], server.variables);
    expect(statSync(vault).mode & 0o777).toBe(0o600);
    expect(await inside(['export', journal], server.variables)).toMatchObject({
      code: EXITS.usage.code,
    });
    const piped = await good(['export', '-'], server.variables);
    expect(piped.out).toBe(readFileSync(journal, 'utf8'));
    const taken = await good(['import', journal, '--vault', vault, '--data', copy]);
    expect(taken.out).toMatch(/^\d+ entries taken into /);
    expect((await good(['import', journal, '--data', copy])).out).toMatch(
      /^0 entries taken into .*, \d+ entries were there already\n$/,
    );
    expect(await inside(['import', journal, '--vault', vault, '--data', copy])).toMatchObject({
      code: EXITS.refused.code,
    });
    const back = join(scratch, 'b.ndjson');
    await good(['export', back, '--data', copy]);
    expect(readFileSync(back, 'utf8')).toBe(readFileSync(journal, 'utf8'));
    const there = await serve(copy);
    const order = await good(args('trade M1 buy YES --spend 1'), {
      ...there.variables,
      FAIRGROUND_KEY: fair.player['FAIRGROUND_KEY']!,
    });
    expect(order.out).toContain(fair.bob);
    expect((await good(['verify'], there.variables)).out).toContain('books sum to 0');
    expect(await stop(there)).toMatchObject({ code: 0 });
    // Both went on by themselves: they are two exchanges now.
    const later = join(scratch, 'later.ndjson');
    await call(server, fair.player['FAIRGROUND_KEY']!, '/v1/orders', {
      market: 'M2',
      side: 'buy',
      outcome: 'NO',
      spend: '3',
    });
    await good(['export', later], server.variables);
    const joined = await inside(['import', later, '--data', copy]);
    expect(joined.code).not.toBe(0);
    expect(joined.err).toContain('two different histories');
  });

  test('[C15] a changed byte is found, and its entry named', async () => {
    const file = join(scratch, 'good.ndjson');
    await good(['export', file], server.variables);
    const text = readFileSync(file, 'latin1');
    const lines = text.split('\n');
    const inLine = (n: number, from: string, to: string) =>
      lines.map((line, at) => (at === n ? line.replace(from, to) : line)).join('\n');
    const wrong: [string, number][] = [
      [inLine(4, '"at":1', '"at":2'), 4],
      [inLine(6, '"events"', '"evEnts"'), 6],
      [lines.filter((_, at) => at !== 3).join('\n'), 3],
    ];
    for (const [bad, entry] of wrong) {
      writeFileSync(file, bad, 'latin1');
      const { code, out, err } = await inside(['verify', file]);
      expect({ code, err }).toEqual({
        code: EXITS.difference.code,
        err: `fairground: The first difference is at entry ${entry}.\n`,
      });
      expect(out).toContain(`\n  entry ${entry}: `);
    }
    writeFileSync(file, text.slice(0, -10), 'latin1');
    expect(await inside(['verify', file])).toMatchObject({
      code: 1,
      err: expect.stringContaining('in the middle of a line'),
    });
    writeFileSync(file, text.split('\n').slice(1).join('\n'), 'latin1');
    expect(await inside(['verify', file])).toMatchObject({
      code: 1,
      err: expect.stringContaining('not an exported journal'),
    });
  });
});
