/** A frame of the live feed as a line for people. What is nested in it is for `--json`. */
import {
  Fields,
  type Frame,
  type Market,
  type Rally,
  type RallyState,
  readMarket,
  readRallyState,
} from '@fairground/client';
import { formatAmount } from '@fairground/engine';
import { eventText } from './event-text.js';
import { byChance } from './outcomes.js';
import { counted, grouped, plain } from './print.js';

/** `outcomes` of the market the frame is about, where they are known: a payout names none. */
export function frameLine(frame: Frame, outcomes: readonly string[] = []): string {
  const topic = frame.topic.replace(/^(market|rally)\//, '');
  const what = frame.type === 'state' ? stateText(frame) : eventText(frame, outcomes);
  return plain(`${String(frame.seq).padStart(8)}  ${topic}  ${what}`);
}

function stateText({ topic, data }: Frame): string {
  if (topic === 'global') return `now: ${globalText(new Fields(data, 'global'))}`;
  if (topic === 'leaderboard') return leadersText(new Fields(data, 'leaderboard'));
  if (topic === 'me') return `now: ${accountText(new Fields(data, 'account'))}`;
  if (topic.startsWith('rally/')) return rallyText(readRallyState(new Fields(data, 'rally')));
  const market = readMarket(new Fields(data, 'market'));
  const { rally, status, price, holders: members } = market;
  if (rally && price !== undefined) return rallyText({ ...rally, status, price, members });
  const prices = likeliest(market.outcomes).map(
    ({ outcome, price }) => `${outcome ?? 'share'} ${formatAmount(price)}`,
  );
  const trades = counted(market.trades, 'trade', 'trades');
  return `${market.status}: ${prices.join(' · ')} · volume ${formatAmount(market.volume)} · ${trades}`;
}

/** More outcomes than that do not fit a line: the dearest are named. */
const NAMED_MAX = 6;

const likeliest = (outcomes: Market['outcomes']): Market['outcomes'] =>
  outcomes.length <= NAMED_MAX ? outcomes : byChance(outcomes).slice(0, NAMED_MAX);

type RallyLine = Rally & Pick<RallyState, 'status' | 'price' | 'members'>;

function rallyText({ status, units, maximum, price, next, members }: RallyLine): string {
  const tier = next ? ` · from ${grouped(next.units)}: ${formatAmount(next.price)}` : '';
  const sold = `${grouped(units)} of ${grouped(maximum)} units at ${formatAmount(price)}`;
  return `${status}: ${sold}${tier} · ${counted(members, 'member', 'members')}`;
}

function globalText(all: Fields): string {
  const states = new Fields(all.raw('markets'), 'markets');
  const markets = ['open', 'paused', 'closed', 'resolved', 'cancelled', 'settled', 'refunded']
    .map((name) => [name, states.count(name)] as const)
    .filter(([name, count]) => name === 'open' || count > 0)
    .map(([name, count]) => `${grouped(count)} ${name}`);
  return [
    `markets ${markets.join(', ')}`,
    counted(all.count('accounts'), 'account', 'accounts'),
    counted(all.count('trades'), 'trade', 'trades'),
    `volume ${all.text('volume')}`,
  ].join(' · ');
}

/** Who is ahead fits a line; all twenty do not. */
const LEADERS_MAX = 3;

function leadersText(board: Fields): string {
  const players = board.list(
    'players',
    (each) => `${each.text('account')} ${formatAmount(each.change('profit'))}`,
  );
  return players.length === 0
    ? 'nobody yet'
    : `ahead: ${players.slice(0, LEADERS_MAX).join(' · ')}`;
}

function accountText(me: Fields): string {
  const held = me.list('positions', (each) => each.text('market')).length;
  const frozen = me.flag('frozen') ? ' · frozen' : '';
  const where = held === 0 ? 'no shares' : `shares in ${counted(held, 'market', 'markets')}`;
  return `${me.text('account')} has ${me.text('points')} Points · ${where}${frozen}`;
}
