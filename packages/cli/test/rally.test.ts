import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXITS } from '../src/exit.js';
import { cleanUp, good, inside, serve, type Server, start } from './cli.js';
import { type Fair, fairOn, manyOn } from './fair.js';

let server: Server;
let fair: Fair;

beforeAll(async () => {
  server = await serve();
  fair = await fairOn(server);
  await manyOn(server, fair);
}, 60_000);

afterAll(cleanUp);

const args = (line: string): readonly string[] => line.split(' ');

describe('rallies and many outcomes', { timeout: 60_000 }, () => {
  test('[C10] [C12] one outcome of many is traded, and stands first where it is likeliest', async () => {
    const { out } = await good(args('trade CUP buy FRA --spend 20'), fair.player);
    expect(out).toContain(`${fair.bob} pays 20 Points and gets `);
    expect(out).toContain(' FRA at ');
    const shown = (await good(args('markets CUP'), server.variables)).out;
    expect(shown).toMatch(
      /^CUP {2}Champions\nopen\n\nOUTCOME {3}PRICE {5}HELD\nFRA {6}0\.\d{4} {2}[\d.]+\nARG {6}0\.\d{4} {3}0\.0000\nBRA/,
    );
    expect(shown).toMatch(
      /\n\nvolume 20 · 1 trade · 1 holder · escrow [\d.]+ · fee 0 %\nas of entry \d+\n$/,
    );
    const cup = (await good(args('markets --mechanism lmsr'), server.variables)).out;
    expect(cup).toMatch(/\nCUP {5}Champions {2}open {4}FRA 0\.\d{4} {2}\+\d+\.\d %/);
    const detail = JSON.parse((await good(args('markets CUP --json'), server.variables)).out);
    expect(detail).toMatchObject({ id: 'CUP', terms: { mechanism: 'lmsr', liquidity: '100' } });
    expect(detail.outcomes).toHaveLength(3);
    const listed = await good(args('markets --mechanism rally'), server.variables);
    expect(listed.out).toMatch(/\nR1 {6}Jerseys/);
    expect(await inside(args('markets nowhere'), server.variables)).toMatchObject({
      code: EXITS.refused.code,
    });
  });

  test('[C26] a rally is joined, watched and read to its end', async () => {
    const watcher = start(['watch', 'rally/R1'], server.variables);
    await watcher.says('R1  open: 0 of 5 units at 100 · from 3: 80 · 0 members');
    expect(await inside(args('rally receipt R1'), server.variables)).toMatchObject({
      code: EXITS.refused.code,
      err: 'fairground: The rally has not ended: there is no receipt yet.\n',
    });
    const first = await good(args('rally join R1 3'), fair.admin);
    expect(first.out).toMatch(
      /^acc_\w+ pledges for 3 units of R1: 3 more for at most 240 Points {4}entry \d+ · [0-9a-f]{8}\n$/,
    );
    const again = await good(args('rally join R1 3'), fair.admin);
    expect(again).toMatchObject({
      out: first.out,
      err: 'So many were pledged before; nothing was added now.\n',
    });
    const shown = (await good(args('markets R1'), server.variables)).out;
    expect(shown).toContain(
      'open · 3 of 5 units · 80 Points a unit · ends 2100-01-01T00:00:00.000Z\n\n' +
        'FROM   PRICE\n   0  100.00  reached\n   3   80.00  now\n   5   60.00  2 to go\n\n' +
        `at least 1 unit · at most 5 a person · 1 member · escrow 240 · fee 2.5 % · sold by ${fair.bob}\n`,
    );
    for (const [line, variables, says] of [
      ['rally join R1 2', fair.admin, 'A pledge is binding: it does not shrink'],
      ['rally join R1 9', fair.admin, 'There are not that many units left. 2 units are left.'],
      ['rally join R1 1', fair.player, 'The seller does not join.'],
      ['rally join M1 1', fair.player, 'This kind of market has no such command.'],
    ] as const) {
      const { code, err } = await inside(args(line), variables);
      expect([code, err]).toEqual([EXITS.refused.code, expect.stringContaining(says)]);
    }
    const made = JSON.parse((await good(args('rally join R1 5 --json'), fair.admin)).out);
    expect(made).toMatchObject({ type: 'join', units: 5, gets: '2', pays: '120', attempts: 1 });
    await watcher.says(`R1  ${made.account} pledges for 5 units, 2 more for at most 120 Points`);
    await watcher.says('R1  resolved: 5 units sold at one price');
    await watcher.says('R1  settled');
    watcher.child.kill('SIGINT');
    expect(await watcher.ended).toMatchObject({ code: 0 });
    const told = (await good(args('rally receipt R1'), server.variables)).out;
    expect(told).toBe(
      'R1  5 units sold at 60 Points each, the same for all\n' +
        `${fair.bob} gets 292.5 of 300 Points, fee 7.5\n\n` +
        `MEMBER${' '.repeat(made.account.length - 6)}  UNITS    HELD    PAID   BACK\n` +
        `${made.account}      5  360.00  300.00  60.00\n`,
    );
    const asJson = await good(args('rally receipt R1 --json'), server.variables);
    expect(JSON.parse(asJson.out)).toMatchObject({
      outcome: 'sold',
      seller_gets: '292.5',
      members: [{ account: made.account, units: 5, back: '60' }],
    });
  });
});
