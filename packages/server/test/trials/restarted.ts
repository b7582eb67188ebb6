/** The database is restarted, crashes, and is killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import { type Trial, underLoad } from './trial.js';

const WAYS = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const;
/** How long the database is away at most: around a lease's silence, shorter and longer. */
const AWAY_MS = [0, 1_500, 6_500] as const;

export const restarted: Trial = {
  name: 'restarted',
  shows: 'PostgreSQL restarted, crashed and killed under load: appends wait, and are done once',
  rounds: { quick: 1, long: 4 },
  run: (rounds, say) =>
    underLoad(say, {}, async ({ cluster, load, findings }) => {
      const waits: string[] = [];
      let replaced = 0;
      for (let round = 0; round < rounds; round++) {
        for (const [n, signal] of WAYS.entries()) {
          await load.more(50);
          const before = await termOf(cluster);
          await cluster.server.down(signal);
          const awayMs = AWAY_MS[(n + round) % AWAY_MS.length] ?? 0;
          await sleep(awayMs);
          await cluster.server.up();
          waits.push(`${signal} ${awayMs} ms: ${await load.flows()}`);
          if ((await termOf(cluster)) !== before) replaced++;
          say(`restarted ${round + 1} of ${rounds}: ${waits.at(-1)} ticks`);
        }
      }
      // One may have been slow to come back; they are not replaced as a rule.
      if (replaced > rounds) findings.push(`${replaced} leaders were replaced`);
      return { ticks: waits.join(', '), replaced };
    }),
};

async function termOf({ server, database }: Cluster): Promise<string | undefined> {
  const [[term] = []] = await server.sql(database, 'select term from lease');
  return term;
}
