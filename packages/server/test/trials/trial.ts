/** A trial: what is done to real nodes, what it is to show, and what came of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '../../../../scripts/postgres.js';
import { audit } from './audit.js';
import { ask, Cluster, type ClusterOptions, type Seat, TICK_MS } from './cluster.js';
import { Load, type LoadOptions } from './load.js';

export interface Outcome {
  /** What must not be; nothing in a trial that was passed. */
  readonly findings: readonly string[];
  readonly figures: Readonly<Record<string, string | number>>;
}

export interface Trial {
  readonly name: string;
  readonly shows: string;
  /** How many rounds a quick run and a long one have. */
  readonly rounds: { readonly quick: number; readonly long: number };
  run(rounds: number, say: (words: string) => void): Promise<Outcome>;
}

export interface Scene {
  readonly cluster: Cluster;
  readonly load: Load;
  readonly findings: string[];
  readonly say: (words: string) => void;
}

export interface SceneOptions extends ClusterOptions, LoadOptions {}

/** Nodes under load while `act` does its worst; then all of it is audited. */
export async function underLoad(
  say: (words: string) => void,
  options: SceneOptions,
  act: (scene: Scene) => Promise<Outcome['figures']>,
): Promise<Outcome> {
  const server = await Server.start();
  let cluster: Cluster | undefined;
  try {
    cluster = await Cluster.start(server, options);
    const load = await Load.prepare(cluster, options);
    const findings: string[] = [];
    load.start();
    await load.flows();
    const figures = await act({ cluster, load, findings, say });
    await load.flows();
    await load.stop();
    const { told, said } = load;
    const { findings: found, entries } = await audit(cluster, told);
    return {
      findings: [...findings, ...load.findings, ...found],
      figures: { ...figures, told: told.length, entries, said: wordsOf(said) },
    };
  } finally {
    await cluster?.end();
    await server.end();
  }
}

const FOLLOWING_TICKS_MAX = 150;

/** Whether this one comes to be as new as the leader and ready, in time. */
export async function isFollowing(cluster: Cluster, { node }: Seat): Promise<boolean> {
  for (let ticks = 0; ticks < FOLLOWING_TICKS_MAX && node; ticks++) {
    const leader = await cluster.leader();
    const due = leader?.node && (await ask(leader.node, '/v1/head?fresh=1'));
    const headers = { 'fairground-min-seq': due?.place ?? '' };
    const isThere =
      due?.status === 200 && (await ask(node, '/v1/head', { headers }))?.status === 200;
    if (isThere && (await ask(node, '/readyz'))?.status === 200) return true;
    await sleep(TICK_MS);
  }
  return false;
}

export function wordsOf(said: ReadonlyMap<string, number>): string {
  return [...said].map(([words, count]) => `${words} ×${count}`).join(', ');
}
