/** Pullers of several nodes on one database: one of them pulls, all of them know. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { MatchServer } from './match-server.js';
import { fairOf, freeLease, freeUrl, member, until } from './nodes.js';
import { endAll, run, type Running } from './processes.js';
import { feedOf, listed, pullerMade } from './pull-bench.js';
import type { Node } from '../src/index.js';

const LOCAL = { FAIRGROUND_WEBHOOKS_LOCAL: '1' };

const standing = ({ sequencer }: Node, market: string): number =>
  [...(sequencer.world.markets.get(market)?.facts.values() ?? [])].filter(
    ({ undoes, undoneBy }) => !undoes && !undoneBy,
  ).length;

describe.runIf(hasPostgres())('pullers of several nodes', () => {
  let server: Server;
  let matches: MatchServer;
  let name: string;
  let database: string;
  beforeAll(async () => {
    server = await Server.start();
  });
  beforeEach(async () => {
    matches = await MatchServer.open();
    name = await server.database();
    database = server.url(name);
  });
  afterEach(async () => {
    await endAll();
    await matches.close();
  });
  afterAll(() => server.end());

  /** The first node, with markets, a source and a puller. */
  async function begun(every: number) {
    const at = await fairOf(await member(database, { env: LOCAL }));
    const feed = await feedOf(at);
    await listed(at, feed, ['1']);
    matches.set('1', { goals: [1, 0], status: '1H' });
    const puller = await pullerMade(at, feed, matches.url, { every_s: every });
    return { at, puller };
  }

  test('[L7] [L12] one pulls and all know; who leads next goes on; each takes an admin’s word', async () => {
    const { at: first, puller } = await begun(86_400);
    await until(() => standing(first.node, 'P-H1') === 1);
    const second = await member(database, { env: LOCAL });
    const seen = async () => JSON.stringify((await second.must('GET', '/v1/matches')).json.items);
    await until(async () => (await seen()).includes('"home","value":1'));
    expect(await seen()).toBe(JSON.stringify((await first.must('GET', '/v1/matches')).json.items));
    // A node that took its turn would have asked by now.
    await sleep(1_000);
    expect(matches.calls.length).toBe(1);
    matches.set('1', { goals: [2, 0] });
    await second.must('POST', `/v1/admin/pullers/${puller}/pull`, { key: first.ana.key });
    await until(() => standing(second.node, 'P-H1') === 2);
    expect(matches.calls.length).toBe(2);
    const body = { item: '1', reason: 'wait' };
    await second.must('POST', `/v1/admin/pullers/${puller}/veto`, { key: first.ana.key, body });
    matches.set('1', { goals: [4, 0] });
    await first.node.close();
    await until(() => standing(second.node, 'P-H1') === 4);
    expect(second.node.vault.pulls.verdictOf(puller, '1')?.act).toBe('veto');
    await second.node.close();
  }, 60_000);

  test('[L9] of a veto and the result it is against one is taken, the same on each node', async () => {
    const { at: first } = await begun(86_400);
    const second = await member(database, { env: LOCAL });
    const [a, b] = [first.node.vault.pulls, second.node.vault.pulls];
    const said = { puller: 'p', by: 'x', at: 1, ends: [] };
    for (let i = 0; i < 20; i++) {
      const item = String(i);
      const taken = await Promise.all([
        a.takeVerdict({ ...said, item, act: 'resolve' }),
        b.takeVerdict({ ...said, item, act: 'veto' }),
      ]);
      expect(taken.filter(Boolean).length).toBe(1);
      await until(
        () => a.verdictOf('p', item) !== undefined && b.verdictOf('p', item) !== undefined,
      );
      expect(a.verdictOf('p', item)?.act).toBe(b.verdictOf('p', item)?.act);
      expect(a.verdictOf('p', item)?.act).toBe(taken[0] ? 'resolve' : 'veto');
    }
    await second.node.close();
    await first.node.close();
  }, 60_000);

  test('[L5] leaders that are killed while they tell goals: none is lost, none told twice', async () => {
    const { at: first, puller } = await begun(1);
    const patch = { key: first.ana.key, body: { every_s: 1 } };
    await first.must('PATCH', `/v1/admin/pullers/${puller}`, patch);
    const truth = [1, 0];
    matches.onCall = () => {
      truth[0]! += 1;
      matches.set('1', { goals: [...truth] as [number, number], status: '1H' });
    };
    const start = async (): Promise<Running> => run(database, await freeUrl(), { env: LOCAL });
    let nodes = [await start(), await start()];
    await first.node.close();
    for (let kill = 0; kill < 4; kill++) {
      const before = matches.calls.length;
      await until(() => matches.calls.length > before + 1);
      await sleep(kill * 3);
      const leads = await Promise.all(nodes.map(isLeading));
      const leader = nodes[leads.indexOf(true)] ?? nodes[0]!;
      await leader.kill('SIGKILL');
      if (leads.includes(true)) await freeLease(server, name);
      nodes = [...nodes.filter((node) => node !== leader), await start()];
    }
    matches.onCall = () => {};
    const last = await member(database, { env: LOCAL });
    await until(() => standing(last.node, 'P-H1') === truth[0]);
    const { facts, fundamental } = last.node.sequencer.world.markets.get('P-H1')!;
    expect(facts.size).toBe(truth[0]);
    expect(fundamental).toBe(10_000_000n + 500_000n * BigInt(truth[0]!));
    await last.node.close();
  }, 180_000);
});

async function isLeading({ url, token }: Running): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  const reply = await fetch(`${url}/v1/admin/node`, { headers }).catch(() => undefined);
  return reply?.status === 200 && (await reply.text()).includes('"leading"');
}
