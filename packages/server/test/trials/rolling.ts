/** One node after the other is replaced, as in an update. */
import { isFollowing, type Trial, underLoad } from './trial.js';

/** What is owed is answered in five seconds. */
const CLOSING_TICKS_MAX = 150;

export const rolling: Trial = {
  name: 'rolling',
  shows: 'a rolling restart under load: nothing but answers that are worth asking again',
  rounds: { quick: 1, long: 6 },
  run: (rounds, say) =>
    underLoad(say, {}, async ({ cluster, load, findings }) => {
      const waits: number[] = [];
      const closing: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        for (const seat of cluster.seats) {
          await load.more(25);
          const { node } = seat;
          seat.node = undefined;
          const began = performance.now();
          const ended = node?.kill('SIGTERM').then(() => 'ended');
          const late = load.ticks(CLOSING_TICKS_MAX).then(() => 'late');
          if ((await Promise.race([ended, late])) === 'late') findings.push('it does not end');
          await ended;
          closing.push(Math.round(performance.now() - began));
          if (node && node.exit !== 0) findings.push(`it ended with ${node.exit}`);
          waits.push(await load.flows());
          await cluster.sit(seat);
          if (!(await isFollowing(cluster, seat))) findings.push('a new one does not follow');
          say(
            `rolling ${round} of ${rounds}: closed in ${closing.at(-1)} ms, ${waits.at(-1)} ticks`,
          );
        }
      }
      return { ticks: waits.join(' '), 'ms to close': closing.join(' ') };
    }),
};
