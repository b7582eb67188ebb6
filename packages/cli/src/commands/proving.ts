/** `fairground bench` and `fairground simulate`: the proving ground, which comes with a checkout. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXITS, Failure } from '../exit.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'sim', 'src', 'main.ts');

export function addProving(program: Verb, terminal: Terminal): void {
  program
    .command('bench')
    .description('Measure this machine, each figure beside a bare baseline. In a checkout only.')
    .argument(
      '[names...]',
      'engine, durable, http, ingest, settle, recover, fanout, failover, browser; absent: all, shortly',
    )
    .example('bench', 'All of them, some minutes; as npm run bench.')
    .example('bench settle', 'One of them, in full. Results land in bench-results as JSON.')
    .action((names: readonly string[]) => prove(terminal, 'bench', names));
  program
    .command('simulate')
    .description(
      'Play whole exchanges from seeds, with bad clients, disks and clocks. In a checkout only.',
    )
    .argument('[options...]', 'as npm run simulate takes them; “simulate -- --help” tells them')
    .allowUnknownOption()
    .example(
      'simulate',
      'One seed, drawn now; what fails is printed with the line that replays it.',
    )
    .example('simulate --seeds 300', 'Three hundred of them.')
    .action((options: readonly string[]) => prove(terminal, 'simulate', options));
}

/** As a process of its own, which ends with this one. */
async function prove(
  { self, signal }: Terminal,
  verb: 'bench' | 'simulate',
  args: readonly string[],
): Promise<void> {
  if (!self || !existsSync(MAIN)) {
    const how = `git clone the repository and say: npm run ${verb}${args.length > 0 ? ' -- …' : ''}`;
    throw new Failure('usage', `“${verb}” comes with a checkout: ${how}`);
  }
  const child = spawn(self.program, [...self.args.slice(0, -1), MAIN, verb, ...args], {
    stdio: 'inherit',
  });
  const end = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  const ended: unknown[] = await once(child, 'exit');
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  const [code] = ended;
  if (code === EXITS.ok.code) return;
  const exit = code === EXITS.usage.code ? 'usage' : 'fault';
  throw new Failure(exit, `“${verb}” did not end well: see above.`);
}
