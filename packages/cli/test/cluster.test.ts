/** A cluster as people play with it: real nodes on a real PostgreSQL, ruled by lines on the standard input. */
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { hasPostgres } from '../../../scripts/postgres.js';
import { cleanUp, folder, good, run, type Running, start } from './cli.js';

afterAll(cleanUp);

interface Seen {
  readonly database: string;
  readonly listed?: number;
  readonly nodes: readonly {
    readonly node: number;
    readonly state: string;
    readonly term?: number;
    readonly seq?: number;
    readonly pid?: number;
    readonly url: string;
  }[];
}

const at = (seen: Seen, node: number) => seen.nodes[node - 1]!;
const newest = (seen: Seen): number => Math.max(...seen.nodes.map(({ seq = 0 }) => seq));
const leaderOf = (seen: Seen): number =>
  seen.nodes.find(({ state }) => state === 'leading')?.node ?? 0;
const isGone = (pid: number): boolean => !existsSync(`/proc/${pid}/stat`);

class Played {
  readonly running: Running;

  constructor(dir: string) {
    this.running = start(['cluster', '--data', dir, '--port', '0', '--json']);
  }

  say(act: string): void {
    this.running.child.stdin.write(`${act}\n`);
  }

  get lines(): readonly string[] {
    return this.running.out().split('\n').slice(0, -1);
  }

  get happened(): string {
    return this.lines.filter((line) => line.includes('"happening"')).join('\n');
  }

  /** The newest status of which this holds; whatever never does fails by the time its test has. */
  async until(what: string, holds: (seen: Seen) => boolean): Promise<Seen> {
    for (;;) {
      const line = this.lines.filter((each) => each.includes('"status"')).at(-1);
      const seen = line === undefined ? undefined : (JSON.parse(line) as Seen);
      if (seen && holds(seen)) return seen;
      if (this.running.child.exitCode !== null)
        throw new Error(`It ended before ${what}: ${this.running.err()}`);
      await sleep(100);
    }
  }

  /** The exchange goes on: so many entries more than there were. */
  async goesOn(): Promise<Seen> {
    const before = newest(await this.until('a status', () => true));
    return this.until(`more than entry ${before}`, (seen) => newest(seen) > before + 30);
  }

  async quit(): Promise<void> {
    const pids = this.pids(await this.until('a status', () => true));
    this.say('quit');
    expect(await this.running.ended).toMatchObject({
      code: 0,
      err: expect.stringMatching(/the next start goes on from here\n$/),
    });
    for (const pid of pids) expect(isGone(pid)).toBe(true);
  }

  pids(seen: Seen): readonly number[] {
    return seen.nodes.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }
}

const postmaster = (dir: string): number =>
  Number(readFileSync(join(dir, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);

describe.runIf(hasPostgres() && process.platform === 'linux')('a cluster', () => {
  // As root PostgreSQL runs as somebody else, who must get there.
  const home = folder();
  chmodSync(home, 0o755);
  const dir = join(home, 'cluster');

  test('[C28][C29] every act works, the exchange goes on, and nothing is left running', async () => {
    const played = new Played(dir);
    const first = await played.until('three nodes', (seen) =>
      seen.nodes.every(({ state }) => ['leading', 'following'].includes(state)),
    );
    await played.goesOn();
    const leader = leaderOf(first);
    const [one, two] = [1, 2, 3].filter((node) => node !== leader) as [number, number];

    played.say(`pause ${one}`);
    await played.until('a pause', (seen) => at(seen, one).state === 'paused');
    played.say(`partition ${two}`);
    await played.until('a partition', (seen) => at(seen, two).state === 'partitioned');
    const alone = await played.goesOn();
    expect(at(alone, two).seq ?? 0).toBeLessThan(newest(alone));
    played.say(`continue ${one}`);
    played.say(`heal ${two}`);
    await played.until('all three', (seen) =>
      [one, two].every((node) => (at(seen, node).seq ?? 0) >= newest(alone)),
    );

    played.say(`kill ${leader}`);
    const next = await played.until('another leader', (seen) => {
      const now = leaderOf(seen);
      return now !== 0 && now !== leader && (at(seen, now).term ?? 0) > at(first, leader).term!;
    });
    expect(at(next, leader).state).toBe('dead');
    await played.goesOn();
    expect(played.happened).toMatch(/writes flow again after \d+\.\d s/);

    played.say(`kill ${leader}`);
    await played.running.says('is dead: restart it first');
    played.say('leap 2');
    await played.running.says('say one of: kill N');
    played.say(`restart ${leader}`);
    await played.until('its return', (seen) => at(seen, leader).state === 'following');

    played.say('database');
    await played.running.says('PostgreSQL is up again');
    await played.goesOn();

    const { nodes } = await played.until('a leader', (seen) => leaderOf(seen) !== 0);
    const proof = await good(['verify', nodes[leader - 1]!.url]);
    expect(proof.out).toContain('books sum to 0');
    const database = postmaster(dir);
    await played.quit();
    expect(isGone(database)).toBe(true);
  }, 90_000);

  test('[C30] the next start goes on where it stopped, alone in its directory; killed, it leaves nothing running', async () => {
    const played = new Played(dir);
    const seen = await played.until('a leader', (each) => leaderOf(each) !== 0);
    expect(newest(seen)).toBeGreaterThan(100);
    const second = await run(['cluster', '--data', dir, '--port', '0']);
    expect([second.code, second.err]).toEqual([4, expect.stringContaining('runs in')]);
    const { nodes } = await played.goesOn();
    played.say('pause 1');
    await played.until('a pause', (each) => at(each, 1).state === 'paused');
    const pids = [...played.pids({ database: '', nodes }), postmaster(dir)];
    const gone = once(played.running.child, 'exit');
    played.running.child.kill('SIGKILL');
    await gone;
    while (!pids.every(isGone)) await sleep(50);
  }, 60_000);
});
