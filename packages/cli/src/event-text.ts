/** What happened, as those who watch would say it. */
import { Fields, type Frame } from '@fairground/client';
import { parseAmount } from '@fairground/engine';
import { counted } from './print.js';

/** Elsewhere than in its own market's topic an event says which market it is about. */
export function eventText({ topic, data }: Frame, outcomes: readonly string[]): string {
  const event = new Fields(data, 'event');
  const about = /^(market|rally)\//.test(topic) ? '' : (event.maybeText('market') ?? '');
  const points = topic === 'me' ? event.maybeText('points') : undefined;
  const change =
    points === undefined || points === '0' || isDeal(event) ? '' : ` (${signed(points)} Points)`;
  return `${about} ${sentence(event, outcomes)}${change}`.trim();
}

/** The market whose outcomes a line must name, if it must. */
export function judgedMarket({ type, data }: Frame): string | undefined {
  if (type !== 'event') return undefined;
  const event = new Fields(data, 'event');
  const judges = ['market_resolved', 'verdict_proposed'].includes(event.text('type'));
  return judges ? event.maybeText('market') : undefined;
}

/** Says already what was paid and got. */
const isDeal = (event: Fields): boolean =>
  ['traded', 'joined', 'minted', 'merged'].includes(event.text('type'));

function sentence(event: Fields, outcomes: readonly string[]): string {
  const type = event.text('type');
  switch (type) {
    case 'traded':
      return deal(event);
    case 'joined':
      return pledge(event);
    case 'minted':
      return `${event.text('account')} mints ${event.text('pays')} of each outcome`;
    case 'merged':
      return `${event.text('account')} merges ${event.text('pays')} of each outcome`;
    case 'fact_recorded':
      return `${spoken(event.text('kind'))}: ${moved(event)} (${event.text('fact')})`;
    case 'fact_undone':
      return `${event.text('undoes')} undone: ${moved(event)} (${event.text('fact')})`;
    case 'market_created':
      return 'drafted';
    case 'market_extended':
      return `stays open until ${event.text('closes_at')}`;
    case 'market_halted':
      return `moved too fast: no buying until ${event.text('until')}`;
    case 'treasury_low':
      return `the treasury is down to ${event.text('balance')} Points, below ${event.text('floor')}`;
    case 'verdict_proposed':
      return proposal(event, outcomes);
    case 'market_resolved':
      return `resolved: ${resolution(event, outcomes)}`;
    case 'market_cancelled':
      return `cancelled: ${event.text('due')} Points are due back`;
    case 'paid_out': {
      const paid = event.count('next') - event.count('first');
      return `${counted(paid, 'position', 'positions')} paid`;
    }
    case 'funded':
      return `funded with ${event.text('amount')} Points`;
    default:
      return other(type, event);
  }
}

/** Of what has no words of its own: `opened` of a market, `account opened acc_1` of anything else. */
function other(type: string, event: Fields): string {
  if (type.startsWith('market_')) return spoken(type.slice('market_'.length));
  const said = ['account', 'role', 'amount', 'to', 'code'].flatMap((name) => {
    const value = event.maybeText(name);
    return value === undefined ? [] : [value];
  });
  return [spoken(type), ...said].join(' ');
}

/** `acc_1 buys 19.090909 YES for 10 Points`. */
function deal(event: Fields): string {
  const [pays, gets] = [event.text('pays'), event.text('gets')];
  const account = event.text('account');
  if (event.text('side') === 'buy')
    return `${account} buys ${gets} ${goods(event, gets)} for ${pays} Points`;
  return `${account} sells ${pays} ${goods(event, pays)} for ${gets} Points`;
}

/** `acc_1 pledges for 5 units, 3 more for at most 180 Points`. */
function pledge(event: Fields): string {
  const units = counted(event.count('units'), 'unit', 'units');
  const more = `${event.count('added')} more for at most ${event.text('pays')} Points`;
  return `${event.text('account')} pledges for ${units}, ${more}`;
}

const goods = (event: Fields, count: string): string =>
  event.maybeText('outcome') ?? (count === '1' ? 'share' : 'shares');

function proposal(event: Fields, outcomes: readonly string[]): string {
  if (event.text('act') === 'cancel') return `${event.text('by')} proposes to cancel`;
  const verdict = new Fields(event.raw('resolution'), 'resolution');
  return `${event.text('by')} proposes ${resolution(verdict, outcomes)}`;
}

/** `YES`, `YES 0.5 · NO 0.5`, what a share is paid, or how many units a rally sold. */
function resolution(from: Fields, outcomes: readonly string[]): string {
  const price = from.maybeText('price');
  if (price !== undefined) return `${price} Points a share`;
  const units = from.maybeCount('units');
  if (units !== undefined) return `${counted(units, 'unit', 'units')} sold at one price`;
  const parts = from.texts('payout').map((part, n) => {
    return { name: outcomes[n] ?? `outcome ${n + 1}`, part, isPaid: parseAmount(part) !== 0n };
  });
  const paid = parts.filter(({ isPaid }) => isPaid);
  const [only] = paid;
  if (only && paid.length === 1) return only.name;
  return parts.map(({ name, part }) => `${name} ${part}`).join(' · ');
}

const moved = (event: Fields): string => signed(event.text('applied'));

const signed = (change: string): string => (change.startsWith('-') ? change : `+${change}`);

const spoken = (name: string): string => name.replaceAll('_', ' ');
