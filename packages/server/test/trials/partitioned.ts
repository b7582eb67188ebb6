/** Lines are cut, nodes are cut off, and what was sent before arrives after. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Seat } from './cluster.js';
import { isFollowing, type Scene, type Trial, underLoad } from './trial.js';

/** Longer than a lease and than any caller waits. */
const BEYOND_LEASE_MS = 6_500;
const WRITES = /insert into journal|update lease|insert into vault/;
const SEED = 20_261_121;

export const partitioned: Trial = {
  name: 'partitioned',
  shows:
    'lines to the database that break, deliver late or stand still, and a leader others cannot reach',
  rounds: { quick: 1, long: 8 },
  run: (rounds, say) =>
    underLoad(say, { hasDoors: true }, async (scene) => {
      const figures: Record<string, string> = {};
      for (let round = 1; round <= rounds; round++) {
        const bad = await badLines(scene, round);
        const apart = await cutOff(scene);
        const unreachable = await unreachableLeader(scene);
        figures[`round ${round}`] = `${bad} lines broken, ${apart} ticks, ${unreachable} ticks`;
        say(`partitioned ${round} of ${rounds}: ${figures[`round ${round}`]}`);
      }
      return figures;
    }),
};

/** Some of the writes meet a cut, a lost answer, or arrive once nobody waits for them. */
async function badLines({ cluster, load }: Scene, round: number): Promise<number> {
  let random = SEED + round;
  const below = (most: number): number => (random = (random * 48_271) % 2_147_483_647) % most;
  let broken = 0;
  for (const { line } of cluster.seats)
    line.fate = (bytes) => {
      if (!WRITES.test(bytes.toString('latin1')) || below(8) > 0) return 'pass';
      broken++;
      const kind = below(3);
      return kind === 0 ? 'cut' : kind === 1 ? 'deaf' : { lateMs: below(1_500) };
    };
  for (let tens = 0; tens < 8; tens++) await load.more(25);
  for (const { line } of cluster.seats) line.fate = () => 'pass';
  return broken;
}

/** The leader and the database do not hear each other; what it sent arrives when another leads. */
async function cutOff(scene: Scene): Promise<number> {
  const { cluster, load, findings } = scene;
  const seat = await cluster.whoLeads();
  seat.line.hold();
  const ticks = await load.flows();
  await cluster.whoLeads(seat);
  if (seat.node) await load.freshFrom(seat.node);
  seat.line.flow();
  if (!(await isFollowing(cluster, seat)))
    findings.push(`the one that was cut off does not follow: ${alarmsOf(seat)}`);
  return ticks;
}

/** The leader leads, and nobody can pass anything on to it: what it is asked itself is done. */
async function unreachableLeader(scene: Scene): Promise<number> {
  const { cluster, load, findings } = scene;
  const seat = await cluster.whoLeads();
  seat.door?.hold();
  const ticks = await load.flows();
  await sleep(BEYOND_LEASE_MS);
  if ((await cluster.leader()) !== seat) findings.push('a leader that leads was replaced');
  for (const other of cluster.seats)
    if (!(await isFollowingReads(scene, other))) findings.push(`no reads: ${alarmsOf(other)}`);
  seat.door?.flow();
  return ticks;
}

/** Reads go on where no leader can be reached. */
async function isFollowingReads({ load }: Scene, { node }: Seat): Promise<boolean> {
  if (!node) return false;
  const { seq = 0 } = load.told.at(-1) ?? {};
  return load.readsFrom(node, seq);
}

const alarmsOf = ({ node }: Seat): string => node?.alarms.join(' ') ?? '';
