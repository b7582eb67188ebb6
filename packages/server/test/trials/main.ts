/** `npm run trials`: the long form of what the tests run briefly. Ends with 1 where something must not be. */
import { parseArgs } from 'node:util';
import { hasPostgres, Server } from '../../../../scripts/postgres.js';
import { makePrograms } from '../../../../scripts/programs.js';
import { endAll } from '../processes.js';
import { TRIALS } from './all.js';
import type { Outcome, Trial } from './trial.js';

const EXIT_USAGE = 64;
const NAME_CHARS = Math.max(...TRIALS.map(({ name }) => name.length));

const USAGE = `npm run trials -- [trial …] [--rounds N] [--quick]

Real nodes on a real PostgreSQL, under load, while something breaks. Without a name all of them run.

${TRIALS.map(({ name, shows, rounds }) => `  ${name.padEnd(NAME_CHARS)}  ${shows} (${rounds.long} rounds)`).join('\n')}

  --rounds N  this many rounds of each
  --quick     as many rounds as the tests have
  --help      this
`;

interface Ran extends Outcome {
  readonly name: string;
  readonly rounds: number;
  readonly seconds: number;
}

async function runOne(trial: Trial, rounds: number): Promise<Ran> {
  const began = performance.now();
  const say = (words: string): void => void process.stdout.write(`${words}\n`);
  say(`${trial.name}: ${trial.shows}`);
  const outcome = await trial.run(rounds, say).catch((error: unknown): Outcome => {
    return {
      findings: [error instanceof Error ? (error.stack ?? '') : String(error)],
      figures: {},
    };
  });
  const seconds = Math.round((performance.now() - began) / 1_000);
  for (const finding of outcome.findings) say(`  FOUND ${finding}`);
  for (const [name, figure] of Object.entries(outcome.figures)) say(`  ${name}: ${figure}`);
  return { ...outcome, name: trial.name, rounds, seconds };
}

function table(all: readonly Ran[]): string {
  const rows = all.map(({ name, rounds, seconds, findings }) => {
    const said = findings.length === 0 ? 'nothing found' : `${findings.length} FOUND`;
    return `${name.padEnd(NAME_CHARS)}  ${String(rounds).padStart(6)}  ${String(seconds).padStart(5)} s  ${said}`;
  });
  return [`${'trial'.padEnd(NAME_CHARS)}  rounds    time  findings`, ...rows, ''].join('\n');
}

/** How the process ends. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const unknown = positionals.filter((name) => !TRIALS.some((trial) => trial.name === name));
  const { rounds: asked } = values;
  const isBad = unknown.length > 0 || (asked !== undefined && !/^[1-9]\d{0,3}$/.test(asked));
  if (values.help || isBad) {
    for (const name of unknown) process.stderr.write(`There is no trial ${name}.\n`);
    process.stdout.write(USAGE);
    return isBad ? EXIT_USAGE : 0;
  }
  if (!hasPostgres()) return 1;
  makePrograms();
  const chosen = TRIALS.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  const ran: Ran[] = [];
  for (const trial of chosen) {
    const { quick, long } = trial.rounds;
    ran.push(await runOne(trial, asked ? Number(asked) : values.quick ? quick : long));
  }
  process.stdout.write(`\n${table(ran)}`);
  return ran.every(({ findings }) => findings.length === 0) ? 0 : 1;
}

async function endEverything(): Promise<void> {
  await endAll();
  await Server.endAll();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void endEverything().finally(() => process.exit(1)));
try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT_USAGE;
} finally {
  await endEverything();
}
