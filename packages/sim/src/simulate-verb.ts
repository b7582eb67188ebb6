/** `npm run simulate`: one seed, many seeds, or the canaries; what failed is printed with the line that replays it. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { caught } from './catch.js';
import { help, type Outcome, play, playAll } from './helpers.js';
import { ALONE, type World, worldNamed, WORLDS } from './worlds.js';

const USAGE = `usage: npm run simulate -- [options]

  (nothing)           one seed, drawn now
  --seed N            that seed, once more
  --seeds N           N seeds, on two cores where there are two
  --from M            the first of them (1)
  --world NAME        alone: one exchange on its disk (usual); cluster: several nodes on one database;
                      keys: keys that come back after they were forgotten
  --canary NAME       with a planted bug, which must be caught
  --canaries          every planted bug, each with as many seeds as it may take
  --help              this
`;

const OPTIONS = {
  seed: { type: 'string' },
  seeds: { type: 'string' },
  from: { type: 'string', default: '1' },
  world: { type: 'string', default: ALONE.name },
  canary: { type: 'string' },
  canaries: { type: 'boolean', default: false },
  'help-another': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const out = (text: string): void => void process.stdout.write(`${text}\n`);

/** `drawn` is the seed that chance gave, where none is asked for. */
export async function simulateVerb(args: readonly string[], drawn: number): Promise<number> {
  let values: ReturnType<typeof parsed>;
  try {
    values = parsed(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  if (values['help-another']) return help();
  if (values.help) {
    out(USAGE.trimEnd());
    return 0;
  }
  const world = worldNamed(values.world);
  if (!world) return refused(`There is no world ${values.world}.`, WORLDS);
  if (values.canaries) return flyAll(world);
  const { canary, seed, seeds, from } = values;
  if (canary !== undefined && !world.canaries.some(({ name }) => name === canary))
    return refused(`There is no canary ${canary}.`, world.canaries);
  if (seeds === undefined) return runOne({ world, canary }, whole(seed) ?? drawn);
  return runMany(world, whole(from) ?? 1, whole(seeds) ?? 0);
}

/** What is played: a world, perhaps with a planted bug. */
interface Played {
  readonly world: World;
  readonly canary?: string | undefined;
}

function refused(why: string, instead: readonly { readonly name: string }[]): number {
  process.stderr.write(`${why} There are ${instead.map(({ name }) => name).join(', ')}.\n`);
  return 2;
}

function parsed(args: readonly string[]) {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  for (const name of ['seed', 'seeds', 'from'] as const) {
    const value = values[name];
    if (value !== undefined && whole(value) === undefined) {
      throw new RangeError(`--${name} is a whole number.`);
    }
  }
  return values;
}

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

function replayOf(seed: number, { world, canary }: Played): string {
  const where = world === ALONE ? '' : ` --world ${world.name}`;
  return `npm run simulate --${where} --seed ${seed}${canary === undefined ? '' : ` --canary ${canary}`}`;
}

function tellWrong({ seed, wrong }: Outcome, played: Played): void {
  if (!wrong) return;
  out(`seed ${seed}  step ${wrong.step}  broke: ${wrong.law}`);
  out(`  ${wrong.what}`);
  out(`  replay: ${replayOf(seed, played)}`);
}

async function runOne(played: Played, seed: number): Promise<number> {
  const { world, canary } = played;
  out(`seed ${seed}`);
  const { swarm } = world.begin(seed, canary);
  out(
    JSON.stringify(swarm, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
  );
  const outcome = await play(seed, canary, world);
  if (outcome.wrong) {
    tellWrong(outcome, played);
    return 1;
  }
  out(`${outcome.entries} entries in ${Math.round(outcome.ms)} ms; every law held`);
  out(table(new Map(outcome.counts)));
  return 0;
}

async function runMany(world: World, from: number, count: number): Promise<number> {
  out(`seeds ${from} to ${from + count - 1}`);
  const totals = new Map<string, number>();
  const wrong: Outcome[] = [];
  const began = performance.now();
  let done = 0;
  let entries = 0;
  let toldAt = began;
  const seeds = Array.from({ length: count }, (_, n) => {
    return { seed: from + n, world: world.name };
  });
  await playAll(seeds, Math.min(2, availableParallelism(), count), (outcome) => {
    done++;
    entries += outcome.entries;
    for (const [name, n] of outcome.counts) totals.set(name, (totals.get(name) ?? 0) + n);
    if (outcome.wrong) {
      wrong.push(outcome);
      tellWrong(outcome, { world });
    }
    if (performance.now() - toldAt > PROGRESS_MS) {
      toldAt = performance.now();
      process.stderr.write(`${done} of ${count} seeds, ${wrong.length} wrong\n`);
    }
    return true;
  });
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  out(table(totals));
  const never = world.faults.filter((name) => (totals.get(`fault ${name}`) ?? 0) === 0);
  if (never.length > 0) out(`never happened: ${never.join(', ')}`);
  out(`${done} seeds, ${entries} entries, ${seconds} s: ${wrong.length} broke a law`);
  return wrong.length === 0 ? 0 : 1;
}

const PROGRESS_MS = 5_000;

/** Every canary, and by which law it was caught. */
async function flyAll(world: World): Promise<number> {
  let missed = 0;
  for (const canary of world.canaries) {
    const found = await caught(canary, world);
    if (!found) missed++;
    const by = found
      ? `caught by ${found.wrong.law}, seed ${found.seed}, step ${found.step}`
      : `NOT CAUGHT in ${canary.seeds} seeds`;
    out(`${canary.name.padEnd(22)} ${by}\n  ${canary.says}\n  ${found?.wrong.message ?? ''}`);
  }
  out(`${world.canaries.length - missed} of ${world.canaries.length} canaries were caught`);
  return missed === 0 ? 0 : 1;
}

/** Counts in columns, by name. */
function table(counts: ReadonlyMap<string, number>): string {
  const cells = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`.padEnd(38));
  const rows = Array.from({ length: Math.ceil(cells.length / 3) }, (_, n) =>
    cells
      .slice(n * 3, n * 3 + 3)
      .join('')
      .trimEnd(),
  );
  return rows.join('\n');
}
