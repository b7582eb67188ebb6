/** What can be watched, and what its newest state is: a function of the world at the seq it names. */
import {
  accountTopic,
  GLOBAL,
  globalView,
  isId,
  marketView,
  meView,
  type ReadonlyWorld,
} from '@fairground/engine';

/** A topic by its name inside: `market/M1`, `global`, `account/acc_…` (called `me` outside). */
export type Topic = string;

const MARKET = 'market/';
const ACCOUNT = 'account/';

/** The topic a client means; undefined where there is no such kind. `account` is who he has shown to be. */
export function topicNamed(name: string, account: string | undefined): Topic | undefined {
  if (name === GLOBAL) return GLOBAL;
  if (name === 'me') return account === undefined ? undefined : accountTopic(account);
  return name.startsWith(MARKET) && isId(name.slice(MARKET.length)) ? name : undefined;
}

export const nameOf = (topic: Topic): string => (topic.startsWith(ACCOUNT) ? 'me' : topic);

export interface TopicState {
  /** Its last change; of `global` the world's, for everything there counts into it. */
  readonly seq: number;
  readonly data: () => object;
}

export function stateOf(world: ReadonlyWorld, topic: Topic): TopicState | undefined {
  if (topic === GLOBAL) return { seq: world.seq, data: () => globalView(world) };
  if (topic.startsWith(MARKET)) {
    const market = world.markets.get(topic.slice(MARKET.length));
    return market && { seq: market.seq, data: () => marketView(market, world.books) };
  }
  const account = world.accounts.get(topic.slice(ACCOUNT.length));
  return account && { seq: account.seq, data: () => meView(world, account) };
}

/** Where every topic stands before anything is told: what `prev` of its next event will be. */
export function lastChanges(world: ReadonlyWorld): Map<Topic, number> {
  const last = new Map<Topic, number>([[GLOBAL, world.globalSeq]]);
  for (const { id, seq } of world.markets.values()) last.set(`${MARKET}${id}`, seq);
  for (const { id, seq } of world.accounts.values()) last.set(accountTopic(id), seq);
  return last;
}
