/** The leader is killed. */
import { type Trial, underLoad } from './trial.js';

/** Eight seconds, of which five are the silence that the others wait for. */
const TICKS_MAX = 80;

export const killed: Trial = {
  name: 'killed',
  shows: 'kill -9 of the leader: writes flow again within 8 s, nothing told is lost or done twice',
  rounds: { quick: 2, long: 20 },
  run: (rounds, say) =>
    underLoad(say, {}, async ({ cluster, load, findings }) => {
      const waits: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        await load.more(50);
        const leader = await cluster.whoLeads();
        await cluster.kill(leader);
        const ticks = await load.flows();
        waits.push(ticks);
        if (ticks >= TICKS_MAX) findings.push(`round ${round}: no writes for ${ticks} ticks`);
        await cluster.sit(leader);
        say(`killed ${round} of ${rounds}: ${ticks} ticks`);
      }
      return { ticks: waits.join(' ') };
    }),
};
