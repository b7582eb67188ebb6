/** The primary dies and its standby is promoted: in step with it, or behind it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '../../../../scripts/postgres.js';
import { Proxy } from '../../../../scripts/proxy.js';
import { Watch } from '../bench.js';
import type { Running } from '../processes.js';
import { audit } from './audit.js';
import { ask, Cluster, TICK_MS } from './cluster.js';
import { Load } from './load.js';
import { isFollowing, type Outcome, type Trial, wordsOf } from './trial.js';

const KEPT = 'wal_keep_size=256MB';
const IN_STEP = 'synchronous_standby_names=standby';
/** What is written while the standby hears nothing. */
const BEHIND = 60;
const FORKED_TICKS_MAX = 150;

interface Pair {
  readonly primary: Server;
  readonly standby: Server;
  /** The line over which the standby follows. */
  readonly feed: Proxy;
}

interface Scene extends Pair {
  readonly cluster: Cluster;
  readonly load: Load;
  readonly findings: string[];
}

type Act = (scene: Scene) => Promise<Outcome['figures']>;

export const promotedInStep: Trial = {
  name: 'promoted-in-step',
  shows: 'a synchronous standby promoted under load: nothing told is lost',
  rounds: { quick: 1, long: 5 },
  run: (rounds, say) => inRounds(rounds, say, 'in step', (scene) => failOver(scene, {})),
};

export const promotedHealed: Trial = {
  name: 'promoted-healed',
  shows: 'a standby that was behind promoted while a node lives: what it lacks is written again',
  rounds: { quick: 1, long: 5 },
  run: (rounds, say) =>
    inRounds(rounds, say, 'behind', async (scene) => {
      await fallBehind(scene);
      // Whoever leads remembers all that anybody was told.
      const leader = await scene.cluster.whoLeads();
      const gone = scene.cluster.seats.find((seat) => seat !== leader) ?? leader;
      const figures = await failOver(scene, { meanwhile: () => scene.cluster.kill(gone) });
      if (!scene.cluster.alarms.some((alarm) => alarm.includes('groups are written again')))
        scene.findings.push(`nobody said that he healed: ${scene.cluster.alarms.join(' ')}`);
      await scene.cluster.sit(gone);
      return figures;
    }),
};

export const promotedLost: Trial = {
  name: 'promoted-lost',
  shows: 'a standby that was behind promoted when nobody is left: what is lost is said, and forked',
  rounds: { quick: 1, long: 5 },
  run: (rounds, say) => inRounds(rounds, say, 'lost', lose),
};

/** One node outlives the failover without a line; the others are new, and know nothing of what was lost. */
async function lose(scene: Scene): Promise<Outcome['figures']> {
  const { cluster, load, findings } = scene;
  await fallBehind(scene);
  const [survivor, ...others] = cluster.seats;
  const { node } = survivor ?? {};
  if (!survivor || !node) throw new Error('no node');
  const { place = '' } = (await ask(node, '/v1/head?fresh=1')) ?? {};
  survivor.line.hold();
  const figures = await failOver(scene, {
    meanwhile: async () => {
      await Promise.all(others.map((seat) => cluster.kill(seat)));
    },
    after: async () => {
      await Promise.all(others.map((seat) => cluster.sit(seat)));
    },
  });
  // The survivor comes back to a history that has gone on beyond what he knows.
  await load.more(2 * BEHIND);
  survivor.line.flow();
  if (!(await isFollowing(cluster, survivor))) findings.push('the survivor does not follow');
  if (!node.alarms.some((alarm) => /another history|lost/.test(alarm)))
    findings.push(`the survivor says nothing of what was lost: ${node.alarms.join(' ')}`);
  for (const each of cluster.nodes) await areForked(each, place, findings);
  return figures;
}

async function areForked(node: Running, place: string, findings: string[]): Promise<void> {
  const headers = { 'fairground-min-seq': place };
  let said = await ask(node, '/v1/markets/M1', { headers });
  for (let ticks = 0; said?.status === 503 && ticks < FORKED_TICKS_MAX; ticks++) {
    await sleep(TICK_MS);
    said = await ask(node, '/v1/markets/M1', { headers });
  }
  if (said?.status !== 409 || said.json.error.code !== 'forked')
    findings.push(`a place that was lost, ${place}: ${said?.status} ${said?.text}`);
  const watch = new Watch(node.url);
  await watch.watch(['market/M1'], place);
  await watch
    .until(() => watch.heard.some(({ type }) => type === 'start_over'))
    .catch(() => findings.push(`a cursor that was lost is gone on with`));
  const over = watch.heard.find(({ type }) => type === 'start_over');
  if (over && over.reason !== 'forked') findings.push(`start_over says ${over.reason}`);
  watch.close();
}

async function fallBehind({ feed, load }: Scene): Promise<void> {
  feed.hold();
  await load.more(BEHIND);
}

interface Around {
  readonly meanwhile?: () => Promise<void>;
  readonly after?: () => Promise<void>;
}

/** `kept`: the newest entry that the standby had. */
async function failOver(
  { primary, standby, cluster, load }: Scene,
  { meanwhile, after }: Around,
): Promise<Outcome['figures']> {
  await primary.down('SIGKILL');
  await meanwhile?.();
  await standby.sql('postgres', 'select pg_promote()');
  const [[kept] = []] = await standby.sql(cluster.database, 'select max(last_seq) from journal');
  cluster.server = standby;
  for (const { line } of cluster.seats) line.turnTo(standby.port);
  await after?.();
  return { kept: Number(kept), ticks: await load.flows() };
}

async function inRounds(
  rounds: number,
  say: (words: string) => void,
  kind: 'in step' | 'behind' | 'lost',
  act: Act,
): Promise<Outcome> {
  const findings: string[] = [];
  const figures: Record<string, string> = {};
  for (let round = 1; round <= rounds; round++) {
    const pair = await replicated(kind === 'in step');
    let cluster: Cluster | undefined;
    try {
      cluster = await Cluster.start(pair.primary, { nodes: kind === 'lost' ? 3 : 2 });
      const load = await Load.prepare(cluster, {
        mayFork: kind === 'lost',
        mayForgetTexts: kind !== 'in step',
      });
      load.start();
      await load.more(30);
      const said = await act({ ...pair, cluster, load, findings });
      await load.stop();
      const maySayLost = kind === 'lost';
      const { findings: found, missing } = await audit(cluster, load.told, { maySayLost });
      findings.push(...load.findings, ...found);
      if (maySayLost && missing.length === 0) findings.push('nothing was lost: nothing was shown');
      for (const { once, seq } of missing)
        if (seq <= Number(said['kept']))
          findings.push(`${once} at ${seq} was kept, and is missing`);
      figures[`round ${round}`] = JSON.stringify({
        ...said,
        told: load.told.length,
        said: wordsOf(load.said),
      });
      say(`${kind}, round ${round} of ${rounds}: ${figures[`round ${round}`]}`);
    } finally {
      await cluster?.end();
      await pair.feed.end();
      await pair.standby.end();
      await pair.primary.end();
    }
  }
  return { findings, figures };
}

async function replicated(isInStep: boolean): Promise<Pair> {
  const primary = await Server.start();
  await primary.down();
  const feed = await Proxy.to(primary.port);
  const standby = await Server.standbyOf(primary, feed.port);
  await primary.up(KEPT, ...(isInStep ? [IN_STEP] : []));
  await standby.up();
  return { primary, standby, feed };
}
