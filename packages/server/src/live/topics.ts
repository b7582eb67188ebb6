/** What can be watched, and what its newest state is: a function of the world at the seq it names. */
import {
  type Entry,
  type Event,
  accountTopic,
  happeningsOf,
  GLOBAL,
  globalView,
  isId,
  leaderboardView,
  marketTopic,
  marketView,
  meView,
  rallyState,
  type ReadonlyWorld,
} from '@fairground/engine';

/** A topic by its name inside: `market/M1`, `rally/R1`, `global`, `leaderboard`, `account/acc_…` (`me` outside). */
export type Topic = string;

export const LEADERBOARD = 'leaderboard';
/** Whatever happens counts into them. */
export const OF_ALL: readonly Topic[] = [GLOBAL, LEADERBOARD];
/** Its state is made of all positions there are. */
export const isCostly = (topic: Topic): boolean => topic === LEADERBOARD;

const MARKET = 'market/';
/** A rally is a market, told to those who want to know how far it is: same events, same seqs. */
const RALLY = 'rally/';
const ACCOUNT = 'account/';

/** The topic a client means; undefined where there is no such kind. `account` is who he has shown to be. */
export function topicNamed(name: string, account: string | undefined): Topic | undefined {
  if (OF_ALL.includes(name)) return name;
  if (name === 'me') return account === undefined ? undefined : accountTopic(account);
  const kind = [MARKET, RALLY].find((one) => name.startsWith(one));
  return kind !== undefined && isId(name.slice(kind.length)) ? name : undefined;
}

/** Whose entries a topic tells: of a rally its market's. */
export const sourceOf = (topic: Topic): Topic =>
  topic.startsWith(RALLY) ? MARKET + topic.slice(RALLY.length) : topic;

/** The topic that tells the same in a rally's words, if this is one of a market. */
export const rallyTopic = (topic: Topic): Topic | undefined =>
  topic.startsWith(MARKET) ? RALLY + topic.slice(MARKET.length) : undefined;

export const nameOf = (topic: Topic): string => (topic.startsWith(ACCOUNT) ? 'me' : topic);

export interface TopicState {
  /** Its last change; of `global` and `leaderboard` the world's, for everything there counts into them. */
  readonly seq: number;
  readonly data: () => object;
}

export function stateOf(world: ReadonlyWorld, topic: Topic): TopicState | undefined {
  if (topic === GLOBAL) return { seq: world.seq, data: () => globalView(world) };
  if (topic === LEADERBOARD) return { seq: world.seq, data: () => leaderboardView(world) };
  if (topic.startsWith(MARKET)) {
    const market = world.markets.get(topic.slice(MARKET.length));
    return market && { seq: market.seq, data: () => marketView(market, world.books) };
  }
  if (topic.startsWith(RALLY)) {
    const market = world.markets.get(topic.slice(RALLY.length));
    const state = market && rallyState(market, world.books);
    return state && { seq: state.seq, data: () => state };
  }
  const account = world.accounts.get(topic.slice(ACCOUNT.length));
  return account && { seq: account.seq, data: () => meView(world, account) };
}

/** The last entry that told something of each topic: what `prev` of its next event will be. */
export class LastChanges {
  readonly #last = new Map<Topic, number>();
  /** The newest entry counted in. */
  seq = 0;

  /** As if every entry up to this world had been added: what it last touched is what last told of it. */
  begin({ seq, globalSeq, markets, accounts }: ReadonlyWorld): void {
    this.#last.clear();
    this.seq = seq;
    if (globalSeq > 0) this.#last.set(GLOBAL, globalSeq);
    for (const market of markets.values()) this.#last.set(marketTopic(market.id), market.seq);
    for (const account of accounts.values()) this.#last.set(accountTopic(account.id), account.seq);
  }

  /** What the entry tells of each topic, and the seq the topic had before. */
  add(
    entry: Entry,
  ): ReadonlyMap<Topic, { readonly prev: number; readonly events: readonly Event[] }> {
    const touched = new Map<Topic, { prev: number; events: readonly Event[] }>();
    for (const [topic, events] of happeningsOf(entry)) {
      touched.set(topic, { prev: this.#last.get(topic) ?? 0, events });
      this.#last.set(topic, entry.seq);
    }
    this.seq = entry.seq;
    return touched;
  }
}
