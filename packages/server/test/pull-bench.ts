/** An exchange with stocks and markets of matches, an endpoint that tells of them, and pulls one at a time. */
import { Problem } from '../src/errors.js';
import { pull, type LowsOf, type PullTools } from '../src/pull/puller.js';
import type { Node } from '../src/index.js';
import type { PullItemRow } from '../src/vault/pull-rows.js';
import { type Fair, fair, openMarket, type Stage, type StageOptions } from './bench.js';
import { MatchServer } from './match-server.js';

export const GOAL = '0.5';
export const FUNDAMENTAL = 10;

export const mapping = (more: object = {}): object => ({
  items: 'data.matches',
  item: 'id',
  names: ['home', 'away'],
  minute: 'minute',
  status: { path: 'status', scheduled: ['NS'], live: ['1H', 'HT', '2H'], finished: ['FT'] },
  counts: [
    { count: 'home', path: 'goals.0', market: 'P-{home}', kind: 'goal' },
    { count: 'away', path: 'goals.1', market: 'P-{away}', kind: 'goal' },
  ],
  markets: [
    { market: 'P-{home}', pauses: true },
    {
      market: 'W-{id}',
      pauses: true,
      resolves: { path: 'winner', is: { home: 'HOME', away: 'AWAY', draw: 'DRAW' } },
    },
  ],
  hold_s: 600,
  ...more,
});

/** The stocks of both teams of each match, and a market on who wins. */
export async function listed(
  at: Stage & Pick<Fair, 'ana'>,
  feed: string,
  matches: readonly string[],
  more: object = {},
): Promise<void> {
  const stock = {
    mechanism: 'curve',
    fundamental: String(FUNDAMENTAL),
    slope: '0.01',
    source: feed,
  };
  const fact_rules = [{ kind: 'goal', add: GOAL }];
  for (const id of matches) {
    for (const team of [`H${id}`, `A${id}`]) {
      const body = { id: `P-${team}`, title: team, ...stock, fact_rules };
      await at.must('POST', '/v1/markets', { key: at.ana.key, body });
      await at.must('POST', `/v1/markets/P-${team}/open`, { key: at.ana.key });
    }
    const outcomes = ['HOME', 'AWAY', 'DRAW'];
    const body = { mechanism: 'lmsr', liquidity: '5', outcomes, deposit: undefined, ...more };
    await openMarket(at, `W-${id}`, body);
  }
}

/** An account whose facts are heard. */
export async function feedOf(at: Stage): Promise<string> {
  const { account } = await at.node.signUp({ handle: 'feed' });
  const body = { account, role: 'source' };
  await at.must('POST', '/v1/admin/roles', { key: at.token, body });
  return account;
}

export async function pullerMade(
  at: Stage & Pick<Fair, 'ana'>,
  source: string,
  url: string,
  more: object = {},
): Promise<string> {
  const body = { name: 'Cup', url, every_s: 86_400, source, mapping: mapping(), ...more };
  return (await at.must('POST', '/v1/admin/pullers', { key: at.ana.key, body })).json.id;
}

/** Time as the pulls see it. */
export interface Played {
  ms: number;
}

/** What the node's own pullers work with; the clock of holds is played. */
export function toolsOf(node: Node, played: Played): PullTools & { alarms: string[] } {
  const { shell } = node;
  const alarms: string[] = [];
  return {
    vault: shell.vault,
    world: () => shell.sequencer.world,
    now: () => shell.clock.now() + played.ms,
    leads: () => true,
    submit: async (by, id, _until, wish) => {
      if (shell.isDraining) throw new Problem('draining');
      const validUntil = shell.clock.now() + 60_000;
      return shell.keys.submit({ by, id, validUntil, wish }, { isTimed: false, attempt: 1 });
    },
    allowsInside: true,
    signal: new AbortController().signal,
    alarms,
    onAlarm: (reason) => alarms.push(reason),
  };
}

export interface Shown {
  readonly id: string;
  readonly on: boolean;
  readonly headers: readonly string[];
  readonly pulled_at: string | null;
  readonly error: string | null;
  readonly items: number;
  readonly rejected: readonly { item: string | null; reason: string; times: number }[];
}

export interface Cup extends Fair {
  readonly server: MatchServer;
  readonly feed: string;
  readonly puller: string;
  readonly tools: PullTools & { alarms: string[] };
  readonly played: Played;
  /** One pull; true where the answer could be read. */
  readonly pull: (acceptJumps?: boolean) => Promise<boolean>;
  /** What the puller says of itself. */
  readonly shown: () => Promise<Shown>;
  /** The facts that stand, by market. */
  readonly standing: (market: string) => number;
  readonly stateOf: (market: string) => string;
  readonly row: (item: string) => PullItemRow | undefined;
  readonly end: () => Promise<void>;
}

export interface CupOptions extends StageOptions {
  readonly matches?: readonly string[];
  readonly mapping?: object;
  /** Of the markets on who wins. */
  readonly market?: object;
}

export async function cup({
  matches = ['1'],
  mapping: more = {},
  market = {},
  ...options
}: CupOptions = {}): Promise<Cup> {
  const env = { FAIRGROUND_WEBHOOKS_LOCAL: '1', ...options.env };
  const at = await fair({ onAlarm: () => {}, ...options, env });
  const server = await MatchServer.open();
  const feed = await feedOf(at);
  await listed(at, feed, matches, market);
  // Off: its turns are taken by hand.
  const own = { mapping: mapping(more), on: false };
  const puller = await pullerMade(at, feed, server.url, own);
  const played = { ms: 0 };
  const tools = toolsOf(at.node, played);
  const lows: LowsOf = new Map();
  const { pulls } = at.node.vault;
  const world = () => at.node.sequencer.world;
  return {
    ...at,
    server,
    feed,
    puller,
    tools,
    played,
    pull: (acceptJumps = false) => pull(tools, pulls.pullerBy(puller)!, lows, acceptJumps),
    shown: async () => {
      const { text } = await at.must('GET', '/v1/admin/pullers', { key: at.ana.key });
      const { items } = JSON.parse(text) as { items: Shown[] };
      return items.find(({ id }) => id === puller)!;
    },
    standing: (market) => {
      const facts = [...(world().markets.get(market)?.facts.values() ?? [])];
      return facts.filter(({ undoes, undoneBy }) => !undoes && !undoneBy).length;
    },
    stateOf: (market) => world().markets.get(market)?.state ?? '',
    row: (item) => pulls.itemBy(puller, item),
    end: async () => {
      await at.node.close();
      await server.close();
    },
  };
}
