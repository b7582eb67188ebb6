/**
 * Bugs that are planted, each of which the simulator must catch: a simulator that finds nothing may be blind.
 *
 * Long because each is a few lines that are only understood side by side.
 */
import {
  deadlineOf,
  type Event,
  type EventOf,
  micro,
  type ReadonlyMarket,
  type ReadonlyWorld,
  type Traded,
  type Transfer,
} from '@fairground/engine';
import { commandIdOf, type Disk, type Journal, type Laws } from '@fairground/journal';
import { RISK_CANARIES } from './canaries-risk.js';
import { SNAPSHOT_CANARIES } from './canaries-snapshots.js';
import { bad, type Canary, marketOf, only, withMarket } from './canary.js';
import { NEVER_MOVED } from './swarm.js';

/** Changes the events of what was accepted. */
const changing =
  (change: (events: readonly Event[], world: ReadonlyWorld) => readonly Event[]) =>
  (laws: Laws): Laws => ({
    ...laws,
    decide(world, command, at) {
      const decision = laws.decide(world, command, at);
      if (decision.kind !== 'accepted') return decision;
      return { ...decision, events: change(decision.events, world) };
    },
  });

const eachEvent = (change: (event: Event, world: ReadonlyWorld) => Event) =>
  changing((events, world) => events.map((event) => change(event, world)));

const eachPayout = (
  change: (event: EventOf<'paid_out'>, market: ReadonlyMarket) => readonly Transfer[],
) =>
  eachEvent((event, world) => {
    const market = event.type === 'paid_out' ? world.markets.get(event.market) : undefined;
    if (event.type !== 'paid_out' || !market) return event;
    return { ...event, transfers: change(event, market) };
  });

/** The first movement of Points is off by so much. */
function off(transfers: readonly Transfer[], by: bigint): readonly Transfer[] {
  const at = transfers.findIndex(({ asset }) => asset === 'points');
  return transfers.map((one, n) => (n === at ? { ...one, amount: micro(one.amount + by) } : one));
}

const LOSSES = { request_lost: 100, request_delayed: 150, answer_lost: 200, request_copied: 100 };

/** A trade of exactly so much: what is held then, and what was held with it added, are the same in another order. */
function isTie({ transfers, pays }: Traded, market: ReadonlyMarket, world: ReadonlyWorld): boolean {
  const sorted = (list: readonly bigint[]): string =>
    [...list].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join();
  const before = market.names.assets.map((asset): bigint => world.books.issued(asset));
  const after = market.names.assets.map((asset, at) => {
    const issued = transfers.find((one) => one.asset === asset && one.from === 'mint');
    return (before[at] ?? 0n) + (issued?.amount ?? 0n);
  });
  return sorted(after) === sorted(before.map((one) => one + pays));
}

/** A sync that fails is taken to be done. */
const deaf = (disk: Disk, verb: 'sync' | 'syncContents', again: boolean) => (file: number) => {
  try {
    disk[verb](file);
  } catch (error) {
    if (!String(error).includes('EIO')) throw error;
    if (again) disk[verb](file);
  }
};

/** A disk whose other calls are untouched. */
function badlySynced(disk: Disk, again: boolean): Disk {
  return {
    open: (path, how) => disk.open(path, how),
    close: (file) => disk.close(file),
    size: (file) => disk.size(file),
    read: (file, into, at) => disk.read(file, into, at),
    write: (file, from, at) => disk.write(file, from, at),
    truncate: (file, bytes) => disk.truncate(file, bytes),
    syncDirectory: (path) => disk.syncDirectory(path),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    list: (path) => disk.list(path),
    makeDirectory: (path) => disk.makeDirectory(path),
    removeDirectory: (path) => disk.removeDirectory(path),
    sync: deaf(disk, 'sync', again),
    syncContents: deaf(disk, 'syncContents', again),
  };
}

function hasty(journal: Journal): Journal {
  let last: Promise<unknown> = Promise.resolve();
  const append = journal.append.bind(journal);
  journal.append = (group, prev) => {
    last = last.then(() => append(group, prev)).catch(() => undefined);
    return Promise.resolve('done');
  };
  return journal;
}

function forgetful(journal: Journal): Journal {
  let groups = 0;
  const append = journal.append.bind(journal);
  journal.append = (group, prev) =>
    ++groups % 40 === 0 ? Promise.resolve('done') : append(group, prev);
  return journal;
}

/** Prices come from the reserves as they were one order ago. */
function stale(laws: Laws): Laws {
  const seen = new Map<string, bigint>();
  return {
    ...laws,
    decide(world, command, at) {
      const market = marketOf(world, command);
      if (command.wish.type !== 'trade' || !market) return laws.decide(world, command, at);
      const before = new Map(seen);
      for (const asset of market.names.assets) {
        seen.set(asset, world.books.balance(market.names.pool, asset));
      }
      const books: ReadonlyWorld['books'] = {
        balance(account, asset) {
          const held = world.books.balance(account, asset);
          const old = account === market.names.pool ? before.get(asset) : undefined;
          return micro(old === undefined || old < 1n ? held : old);
        },
        issued: (asset) => world.books.issued(asset),
        of: (account) => world.books.of(account),
        accounts: () => world.books.accounts(),
      };
      return laws.decide({ ...world, books }, command, at);
    },
  };
}

export const CANARIES: readonly Canary[] = [
  {
    name: 'leaked_micro',
    says: 'a payout pays a millionth too much',
    seeds: 5,
    laws: eachPayout(({ transfers }) => off(transfers, 1n)),
  },
  {
    name: 'dropped_group',
    says: 'a group is called durable and was never written',
    seeds: 5,
    journal: forgetful,
  },
  {
    name: 'doubled_command',
    says: 'a client that asks again asks under another id',
    seeds: 5,
    swarm: bad(LOSSES),
    sent: (command, attempt) => {
      const id =
        attempt === 1 ? command.id : commandIdOf(command.by, `${attempt} of ${command.id ?? ''}`);
      return { command: { ...command, ...(id === undefined ? {} : { id }) }, attempt };
    },
  },
  {
    name: 'forgotten_ids',
    says: 'a command id is not remembered',
    seeds: 5,
    swarm: bad(LOSSES),
    laws: (laws) => ({
      ...laws,
      fold(world, entry) {
        const { by, wish } = entry.command;
        laws.fold(world, { ...entry, command: { by, wish } });
      },
    }),
  },
  {
    name: 'forgotten_barrier',
    says: 'answers leave before their entry is durable',
    seeds: 10,
    swarm: bad({ slow_before: 300, killed: 60 }),
    journal: hasty,
  },
  {
    name: 'map_order_of_people',
    says: 'people are paid in the order of a Map, not of their positions',
    seeds: 10,
    swarm: { payoutsPerCommand: 1 },
    laws: (laws) => ({
      ...laws,
      decide(world, command, at) {
        const market = command.wish.type === 'pay_out' ? marketOf(world, command) : undefined;
        if (!market) return laws.decide(world, command, at);
        const order: readonly string[] = [...world.books.accounts()];
        const place = (holder: string): number => order.indexOf(holder);
        const holders = [...market.holders].sort((a, b) => place(a.holder) - place(b.holder));
        return laws.decide(withMarket(world, { ...market, holders }), command, at);
      },
    }),
  },
  {
    name: 'map_order_of_legs',
    says: 'the movements of one payout come in another order, and the books are the same',
    seeds: 5,
    laws: eachPayout(({ transfers }) => [...transfers].reverse()),
  },
  {
    name: 'wrong_refund',
    says: 'a refund keeps a hundredth, which goes to the sponsor: nothing is lost, and it is wrong',
    seeds: 5,
    laws: changing((events, world) => {
      const [paid, ended] = events;
      const market = paid?.type === 'paid_out' ? world.markets.get(paid.market) : undefined;
      if (paid?.type !== 'paid_out' || market?.state !== 'cancelled') return events;
      const first = paid.transfers.find(({ asset }) => asset === 'points')?.amount ?? 0n;
      const kept = first / 100n;
      const rest =
        ended?.type === 'market_refunded'
          ? [{ ...ended, transfers: off(ended.transfers, kept) }]
          : [];
      return [{ ...paid, transfers: off(paid.transfers, -kept) }, ...rest];
    }),
  },
  {
    name: 'outward_tie',
    says: 'an lmsr trade whose price is a whole number is rounded away from it',
    seeds: 10,
    swarm: { ...only('lmsr'), risk: [['breaker_move', NEVER_MOVED]] },
    laws: eachEvent((event, world) => {
      const market = event.type === 'traded' ? world.markets.get(event.market) : undefined;
      if (event.type !== 'traded' || event.side !== 'buy' || event.fee > 0n || !market)
        return event;
      if (market.names.assets.length < 2 || event.outcome === undefined) return event;
      if (!isTie(event, market, world)) return event;
      return { ...event, pays: micro(event.pays + 1n), transfers: off(event.transfers, 1n) };
    }),
  },
  {
    name: 'fact_twice',
    says: 'a fact that is told again moves its stock again',
    seeds: 10,
    swarm: {
      ...only('curve'),
      actors: [
        ['feed', 3],
        ['admin', 3],
        ['trader', 3],
      ],
    },
    laws: (laws) => ({
      ...laws,
      decide(world, command, at) {
        const decision = laws.decide(world, command, at);
        const market = marketOf(world, command);
        if (decision.kind !== 'repeated' || command.wish.type !== 'record_fact' || !market) {
          return decision;
        }
        return laws.decide(withMarket(world, { ...market, facts: new Map() }), command, at);
      },
    }),
  },
  {
    name: 'stale_price',
    says: 'a trade is priced by the reserves before the last one',
    seeds: 5,
    swarm: only('cpmm'),
    laws: stale,
  },
  {
    name: 'lost_deadline',
    says: 'a market that is paused forgets its end',
    seeds: 20,
    laws: (laws) => ({
      ...laws,
      fold(world, entry) {
        laws.fold(world, entry);
        for (const event of entry.events) {
          const market =
            event.type === 'market_paused' ? world.markets.get(event.market) : undefined;
          const end = market && deadlineOf(market);
          if (end !== undefined) world.agenda.remove({ at: end, market: market?.id ?? '' });
        }
      },
    }),
  },
  {
    name: 'fee_astray',
    says: "a market's fees go to the treasury at once",
    seeds: 5,
    laws: eachEvent((event) => {
      if (event.type !== 'traded') return event;
      const transfers = event.transfers.map((one): Transfer => {
        return one.to === `fees:${event.market}` ? { ...one, to: 'house:treasury' } : one;
      });
      return { ...event, transfers };
    }),
  },
  {
    name: 'unguarded_refusal',
    says: 'a refused retry leaves the first attempt free to execute',
    seeds: 20,
    swarm: bad({ request_delayed: 300, answer_lost: 100 }),
    sent: (command) => ({ command, attempt: 1 }),
  },
  {
    name: 'swallowed_fsync',
    says: 'a sync that failed is taken to be done',
    seeds: 20,
    swarm: { store: 'disk', ...bad({ eio: 20, power_cut: 80 }) },
    disk: (disk) => badlySynced(disk, false),
  },
  {
    name: 'fsync_again',
    says: 'a sync that failed is asked again, and then reports success',
    seeds: 20,
    swarm: { store: 'disk', ...bad({ eio: 20, power_cut: 80 }) },
    disk: (disk) => badlySynced(disk, true),
  },
  {
    name: 'forgotten_netting',
    says: 'a buyer keeps both sides',
    seeds: 10,
    swarm: only('cpmm'),
    laws: eachEvent((event) => {
      if (event.type !== 'traded' || event.merged === undefined) return event;
      const { merged: _, ...rest } = event;
      // The last three legs burn the pairs and pay for them.
      return { ...rest, transfers: event.transfers.slice(0, -3) };
    }),
  },
  {
    name: 'dear_curve',
    says: 'each trade on a curve rounds for itself',
    seeds: 5,
    swarm: only('curve'),
    laws: eachEvent((event) => {
      if (event.type !== 'traded' || event.side !== 'buy') return event;
      return { ...event, pays: micro(event.pays + 1n), transfers: off(event.transfers, 1n) };
    }),
  },
  {
    name: 'two_prices',
    says: 'who joins a rally first pays what it cost then',
    seeds: 10,
    swarm: {
      ...only('rally'),
      actors: [
        ['crowd', 6],
        ['admin', 3],
      ],
    },
    laws: changing((events, world) => {
      const [paid, ended] = events;
      const market = paid?.type === 'paid_out' ? world.markets.get(paid.market) : undefined;
      if (paid?.type !== 'paid_out' || !market || !market.resolution) return events;
      const escrow = market.names.escrow;
      const back = paid.transfers.find(({ from }) => from === escrow)?.amount ?? 0n;
      const rest =
        ended?.type === 'market_settled'
          ? [{ ...ended, transfers: off(ended.transfers, back) }]
          : [];
      return [{ ...paid, transfers: off(paid.transfers, -back) }, ...rest];
    }),
  },
  {
    name: 'one_judge',
    says: 'one person ends a market that asks for two',
    seeds: 10,
    laws: (laws) => ({
      ...laws,
      decide(world, command, at) {
        const market = command.wish.type === 'resolve' ? marketOf(world, command) : undefined;
        if (!market) return laws.decide(world, command, at);
        const draft = { ...market.draft, twoPerson: false };
        return laws.decide(withMarket(world, { ...market, draft }), command, at);
      },
    }),
  },
  {
    name: 'heedless_freeze',
    says: 'who is frozen goes on trading',
    seeds: 10,
    laws: (laws) => ({
      ...laws,
      decide(world, command, at) {
        const account = world.accounts.get(command.by);
        if (!account?.frozen) return laws.decide(world, command, at);
        const accounts = new Map(world.accounts).set(command.by, { ...account, frozen: false });
        return laws.decide({ ...world, accounts }, command, at);
      },
    }),
  },
  {
    name: 'unfolded_state',
    says: 'a figure that only the living process has: replay comes to another',
    seeds: 5,
    laws(laws) {
      let folds = 0;
      return {
        ...laws,
        fold(world, entry) {
          laws.fold(world, entry);
          if (++folds % 37 === 0) world.volume += 1n;
        },
      };
    },
  },
  ...SNAPSHOT_CANARIES,
  ...RISK_CANARIES,
];
