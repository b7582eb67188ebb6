import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { EXITS, exitLines } from '../src/exit.js';
import { reference } from '../src/reference.js';
import { cleanUp, folder, good, inside, run, runFromSource } from './cli.js';

afterAll(cleanUp);

/** No browser, and no fetch, would talk to this port; nobody listens there either. */
const NOBODY = 'http://127.0.0.1:1';
const VERBS = [
  'start',
  'demo',
  'markets',
  'trade',
  'watch',
  'rally join',
  'ingest',
  'replay-dead-letters',
  'simulate-traffic',
  'rally receipt',
  'user create',
  'rules adopt',
  'verify',
  'doctor',
  'snapshot',
  'rebuild',
  'export',
  'import',
  'bench',
  'simulate',
  'completion',
];

describe.concurrent('the command line', { timeout: 60_000 }, () => {
  test('[C1] the manual is what the help says', async ({ expect }) => {
    const out = new PassThrough();
    const manual = reference({ out, err: out, env: {}, signal: new AbortController().signal });
    await expect(manual).toMatchFileSnapshot(
      join(import.meta.dirname, '..', '..', '..', 'docs', 'cli.md'),
    );
    for (const verb of VERBS) expect(manual).toContain(`## fairground ${verb}\n`);
  });

  test.each(['', ...VERBS])('[C1] fairground %s --help', async (verb) => {
    const { code, out, err } = await inside([
      ...verb.split(' ').filter((part) => part !== ''),
      '--help',
    ]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Usage: ${`fairground ${verb}`.trim()}`);
    expect(out).toContain('Examples:');
  });

  test('[C1] as a process too, and the version', async () => {
    expect(await run(['trade', '--help'])).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('Usage: fairground trade'),
    });
    expect((await good(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    [[], 'Usage: fairground'],
    [['bogus'], "unknown command 'bogus'"],
    [['user'], 'Usage: fairground user'],
    [['markets', '--bogus'], "unknown option '--bogus'"],
    [['markets', '--limit', '0'], 'whole number from 1 to 1000'],
    [['markets', '--sort', 'luck'], 'Allowed choices are'],
    [['simulate-traffic', '--drift', '1.5'], 'from -1000 to 1000'],
    [['start', '--port', '70000'], 'from 0 to 65535'],
    [['demo', '--speed', '0'], 'above 0'],
    [['trade', 'M1'], "missing required argument 'side'"],
    [['trade', 'M1', 'hold'], 'Allowed choices are buy, sell'],
    [['trade', 'M1', 'buy', 'YES'], 'Say --spend or --shares'],
    [['trade', 'M1', 'sell', 'YES', '--spend', '1'], 'A sale needs --shares'],
    [['trade', 'M1', 'buy', 'YES', '--spend', '1', '--shares', '1'], 'cannot be used with'],
    [['trade', 'M1', 'buy', 'YES', '--spend', '1e3'], 'digits and at most six decimals'],
    [['trade', 'M1', 'buy', 'YES', '--spend', '0'], 'more than 0'],
    [['trade', '../x', 'buy', 'YES', '--spend', '1'], 'market must be'],
    [['trade', 'M1', 'buy', 'YES', '--spend', '1', '--url', 'ftp://x'], 'http: or https:'],
    [['watch', 'a/b'], 'is no market id'],
    [['watch', 'rally/'], 'is no market id'],
    [['rally'], 'Usage: fairground rally'],
    [['rally', 'join', 'R1'], "missing required argument 'units'"],
    [['rally', 'join', 'R1', '0'], 'whole number from 1'],
    [['rally', 'join', 'R1', '1.5'], 'whole number from 1'],
    [['rally', 'join', '../x', '1'], 'rally must be'],
    [['markets', 'M1', '--search', 'x'], 'needs no filter'],
    [['markets', '--mechanism', 'lottery'], 'Allowed choices are'],
    [['import', 'x'], 'Say where to'],
    [['completion', 'fish'], 'Allowed choices are bash, zsh'],
    [['bench'], 'comes with a checkout: git clone'],
    [['simulate', '--seeds', '3'], 'say: npm run simulate -- …'],
  ])('[C2] [C3] fairground %j', async (args, says) => {
    const { code, out, err } = await inside(args);
    expect(err).toContain(says);
    expect(code).toBe(EXITS.usage.code);
    expect(out).toBe('');
  });

  test('[C57] every verb has --json, but those whose output belongs to another program', () => {
    const out = new PassThrough();
    const manual = reference({ out, err: out, env: {}, signal: new AbortController().signal });
    const without = manual
      .split(/^## fairground /m)
      .slice(1)
      .filter((section) => !section.includes('--json '))
      .map((section) => section.split('\n')[0]);
    expect(without).toEqual(['bench', 'simulate', 'completion']);
  });

  test('[C58] in a checkout the proving ground is run, and its end is told', async () => {
    expect(await runFromSource(['simulate', '--', '--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('usage: npm run simulate'),
    });
    expect(await runFromSource(['bench', 'nothing'])).toMatchObject({
      code: EXITS.usage.code,
      err: expect.stringMatching(/There is no benchmark nothing[^]*did not end well/),
    });
  });

  test('[C3] every end has a code of its own, and the help shows them', async () => {
    const codes = Object.values(EXITS).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    // The journal's own end when the disk fails; the server's supervisor knows it too.
    expect(EXITS.disk.code).toBe(70);
    const { out } = await good(['--help']);
    for (const line of exitLines()) expect(out).toContain(line);
  });

  test('[C2] a setting that cannot be is named', async () => {
    const wrong = await inside(['start', '--data', folder()], {
      FAIRGROUND_LOG: 'loud',
      PORT: 'x',
    });
    expect(wrong).toMatchObject({ code: EXITS.usage.code, out: '' });
    expect(wrong.err).toContain('FAIRGROUND_LOG = "loud"');
    expect(wrong.err).toContain('PORT = "x"');
  });

  test('[C2] as a process too', async () => {
    expect(await run(['markets', '--bogus'])).toMatchObject({ code: EXITS.usage.code, out: '' });
  });

  test('[C8] [C4] where nobody listens the code is 4, and the sentence has no stack', async () => {
    const order = ['trade', 'M1', 'buy', 'YES', '--spend', '1', '--url', NOBODY];
    const all = [
      ['markets', '--url', NOBODY],
      order,
      ['watch', 'M1', '--url', NOBODY],
      ['verify', NOBODY],
    ];
    const ended = await Promise.all(all.map((args) => inside(args)));
    for (const { code, out, err } of ended) {
      expect({ code, out }).toEqual({ code: EXITS.not_now.code, out: '' });
      expect(err).toMatch(/^fairground: Cannot reach http:\/\/127\.0\.0\.1:1: .*\n$/);
    }
    const { err } = await inside(['markets'], { FAIRGROUND_URL: NOBODY, FAIRGROUND_DEBUG: '1' });
    expect(err).toMatch(/\n {4}at /);
  });

  test('[C4] what is not there is said', async () => {
    const data = join(folder(), 'nothing');
    expect(await inside(['verify', '--data', data])).toMatchObject({
      code: 1,
      err: `fairground: There is no data directory ${data}: see --data.\n`,
    });
    expect(await inside(['verify', join(data, 'x.ndjson')])).toMatchObject({ code: 1 });
    expect(await inside(['export', join(data, 'x'), '--data', data])).toMatchObject({ code: 1 });
    const { code, err } = await inside(['import', join(data, 'x'), '--data', data]);
    expect(err).toContain('There is no such file');
    expect(code).toBe(1);
  });
});
