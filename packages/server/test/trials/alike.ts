/** Two watchers at two nodes hear the same, to the byte. */
import { Watch } from '../bench.js';
import type { Cluster } from './cluster.js';
import type { Load } from './load.js';
import { type Trial, underLoad } from './trial.js';

const TOPICS = ['market/M1', 'global'];
const SECONDS_PER_ROUND = 8;
const TICKS_PER_SECOND = 10;

/** For each topic: each event by its seq, in order, and each state by its seq. */
type Heard = ReadonlyMap<string, string>;

export const alike: Trial = {
  name: 'alike',
  shows: 'what two nodes send of a topic at one seq is the same bytes, and so is every place',
  rounds: { quick: 1, long: 30 },
  run: (rounds, say) =>
    underLoad(say, {}, async ({ cluster, load, findings }) => {
      let [same, events] = [0, 0];
      for (let round = 1; round <= rounds; round++) {
        const [one, two] = await hearBoth(cluster, load);
        const compared = compare(one, two, findings);
        same += compared.same;
        events += compared.events;
        say(`alike ${round} of ${rounds}: ${compared.same} frames the same`);
      }
      return { same, events };
    }),
};

async function hearBoth(cluster: Cluster, load: Load): Promise<readonly [Watch, Watch]> {
  const [first, second] = cluster.nodes;
  if (!first || !second) throw new Error('two nodes are needed');
  const watches = [new Watch(first.url), new Watch(second.url)] as const;
  for (const watch of watches) await watch.watch(TOPICS);
  await load.ticks(SECONDS_PER_ROUND * TICKS_PER_SECOND);
  const { seq = 0 } = load.told.at(-1) ?? {};
  for (const watch of watches) {
    await watch.until(() => newestOf(watch) >= seq, 10_000);
    watch.close();
  }
  return watches;
}

const newestOf = (watch: Watch): number =>
  Math.max(0, ...watch.heard.slice(-20).map(({ seq }) => Number(seq ?? 0)));

function heardBy(watch: Watch, type: 'state' | 'event'): Heard {
  const heard = new Map<string, string>();
  watch.heard.forEach((frame, n) => {
    if (frame.type !== type) return;
    const key = `${frame.topic} ${frame.seq}`;
    const text = watch.raw[n] ?? '';
    const before = heard.get(key) ?? '';
    // An entry may tell of one topic several times; a state may come again.
    if (before !== text) heard.set(key, before + text);
  });
  return heard;
}

function compare(
  one: Watch,
  two: Watch,
  findings: string[],
): { readonly same: number; readonly events: number } {
  let [same, events] = [0, 0];
  for (const type of ['state', 'event'] as const) {
    const [mine, other] = [heardBy(one, type), heardBy(two, type)];
    const [from, to] = type === 'event' ? between(mine, other) : [0, 0];
    for (const [key, text] of mine) {
      const their = other.get(key);
      const seq = seqOf(key);
      const isDue = type === 'event' && seq > from && seq < to;
      if (their === undefined && !isDue) continue;
      if (their === text) same++;
      else findings.push(`${key}: ${text.slice(0, 300)} or ${their?.slice(0, 300) ?? 'nothing'}`);
      if (type === 'event') events++;
    }
    for (const key of other.keys())
      if (seqOf(key) > from && seqOf(key) < to && !mine.has(key))
        findings.push(`${key}: only there`);
  }
  if (same === 0) findings.push('nothing was heard on both');
  return { same, events };
}

const seqOf = (key: string): number => Number(key.split(' ').at(-1));

/** Both heard everything from here to there. */
function between(mine: Heard, other: Heard): readonly [number, number] {
  const [ours, theirs] = [[...mine.keys()].map(seqOf), [...other.keys()].map(seqOf)];
  return [
    Math.max(Math.min(...ours), Math.min(...theirs)),
    Math.min(Math.max(...ours), Math.max(...theirs)),
  ];
}
