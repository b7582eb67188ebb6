/** The newcomer's path of docs/api.md, typed into a shell as it stands there. */
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { folder } from './cli.js';
import { closeHomes, home, HOMES } from './homes.js';

afterAll(closeHomes);

const PAGE = join(import.meta.dirname, '..', '..', '..', 'docs', 'api.md');

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const ready = requiredOrSkip(['bash', 'curl', 'jq'].every(isThere), 'there is no bash, curl or jq');

/** The commands of one chapter. */
function commandsOf(title: string): string {
  const page = readFileSync(PAGE, 'utf8');
  const chapter = page.split(/^## /m).find((one) => one.startsWith(`${title}\n`)) ?? '';
  const blocks = [...chapter.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, code]) => code ?? '');
  return blocks.join('\n');
}

/** Each answer of the path is one document. */
const answersIn = (text: string): unknown[] =>
  text
    .replaceAll(/\}(?=\{|event:)/g, '}\n')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): unknown => JSON.parse(line));

describe.each(HOMES)('docs/api.md on %s', { timeout: 120_000 }, (name, runs) => {
  test.runIf(runs && ready)('[C55] from nothing to a sale, as a newcomer types it', async () => {
    const at = await home(name);
    const script = `set -euo pipefail\n${commandsOf('From nothing to a sale')}`;
    const { stdout } = await promisify(execFile)('bash', ['-c', script], {
      cwd: folder(),
      env: { PATH: process.env['PATH'], FAIR: at.url, DATA: at.data, NAME: 'nina' },
    });
    const bought = { side: 'buy', outcome: 'YES', pays: '10', market: 'M1' };
    const sold = { side: 'sell', outcome: 'YES', market: 'M1' };
    expect(answersIn(stdout)).toMatchObject([
      { mailed: true },
      { handle: 'nina' },
      { handle: 'nina', points: expect.stringMatching(/^\d+$/) },
      bought,
      sold,
      { items: [{ market: 'M1', shares: [{ outcome: 'YES' }] }] },
      { items: [sold, bought] },
    ]);
    // Asked twice under one key, it was bought once; and the watcher saw both trades.
    expect((await at.ana.markets.get('M1')).trades).toBe(2);
    expect(stdout.match(/event: event$/gm)).toHaveLength(2);
  });
});
