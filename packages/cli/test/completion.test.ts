/** What a shell completes, asked of a real bash. */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { requiredOrSkip } from '../../../scripts/required.js';
import { good } from './cli.js';
import { closeHomes, home } from './homes.js';

afterAll(closeHomes);

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.runIf(requiredOrSkip(['bash', 'curl'].every(isThere), 'there is no bash or curl'))(
  'completion',
  { timeout: 60_000 },
  () => {
    async function completed(words: readonly string[], url = 'http://127.0.0.1:1') {
      const { out } = await good(['completion', 'bash']);
      const quoted = words.map((word) => `'${word}'`).join(' ');
      const ask = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _fairground`;
      const script = `${out}\n${ask}\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
      const env = { PATH: process.env['PATH'], FAIRGROUND_URL: url };
      const { stdout } = await promisify(execFile)('bash', ['-c', script], { env });
      return stdout.trim().split('\n');
    }

    test('[C59] verbs and options are completed', async () => {
      expect(await completed(['fairground', 'ver'])).toEqual(['verify']);
      expect(await completed(['fairground', 'user', ''])).toContain('promote');
      expect(await completed(['fairground', 'user', 'create', '--ad'])).toEqual(['--admin']);
      expect(await completed(['fairground', 'trade', 'M1', 'buy', '--sp'])).toEqual(['--spend']);
    });

    test('[C59] ids of open markets too, where a server is near, and nothing where none is', async () => {
      const { url } = await home('a directory');
      expect(await completed(['fairground', 'trade', 'M'], url)).toEqual(['M1']);
      expect(await completed(['fairground', 'trade', 'M'])).toEqual(['']);
    });

    test('[C59] zsh gets the same, with what it needs to read it', async () => {
      const { out } = await good(['completion', 'zsh']);
      expect(out).toMatch(/^autoload -Uz bashcompinit && bashcompinit\n_fairground_ids/);
    });
  },
);
