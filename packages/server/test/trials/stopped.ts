/** The leader stands still for longer than its lease, and goes on as if nothing had been. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, TICK_MS } from './cluster.js';
import { isFollowing, type Scene, type Trial, underLoad } from './trial.js';

export const stopped: Trial = {
  name: 'stopped',
  shows: 'SIGSTOP of the leader beyond its lease: no fork, and nothing old from it when it goes on',
  rounds: { quick: 1, long: 12 },
  run: (rounds, say) =>
    underLoad(say, {}, async (scene) => {
      const { cluster, load } = scene;
      const waits: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        await load.more(50);
        const seat = await cluster.whoLeads();
        await seat.node?.kill('SIGSTOP');
        waits.push(await load.flows());
        await cluster.whoLeads(seat);
        await askTheSleeper(scene, seat, round);
        say(`stopped ${round} of ${rounds}: ${waits.at(-1)} ticks`);
      }
      return { ticks: waits.join(' ') };
    }),
};

/** Who wakes up believes that he leads: what waits for him then comes before his clock tells him otherwise. */
async function askTheSleeper(
  { cluster, load, findings }: Scene,
  seat: Scene['cluster']['seats'][number],
  round: number,
): Promise<void> {
  const { node } = seat;
  if (!node) return;
  const market = `S${round}`;
  const draft = { id: market, title: market, mechanism: 'cpmm', deposit: '10' };
  const from = cluster.seats.indexOf(seat) + 1;
  await load.insist('/v1/markets', load.ana, draft, { once: `draft-${market}`, from });
  await load.insist(`/v1/markets/${market}/open`, load.ana, {}, { once: `open-${market}`, from });
  const fresh = Array.from({ length: 4 }, () => load.freshFrom(node));
  // To a world that is old this market is unknown, and so is the refusal final.
  const orders = Array.from({ length: 4 }, (_, n) =>
    ask(node, '/v1/orders', {
      key: load.ana.key,
      body: { market, side: 'buy', outcome: 'YES', spend: '0.01' },
      headers: { 'idempotency-key': `wake-${market}-${n}` },
    }),
  );
  await sleep(5 * TICK_MS);
  await node.kill('SIGCONT');
  for (const said of await Promise.all(orders))
    if (said?.json.error?.final) findings.push(`an old refusal: ${said.text}`);
  await Promise.all(fresh);
  if (!(await isFollowing(cluster, seat)))
    findings.push(`the one that stood still does not follow: ${node.alarms.join(' ')}`);
}
