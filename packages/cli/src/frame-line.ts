/** A frame of the live feed as a line for people. What is nested in it is for `--json`. */
import { Fields, type Frame, readMarket } from '@fairground/client';
import { formatAmount } from '@fairground/engine';
import { plain } from './print.js';

export function frameLine(frame: Frame): string {
  const topic = frame.topic.replace(/^market\//, '');
  const what = frame.type === 'state' ? stateText(frame) : eventText(frame);
  return plain(`${String(frame.seq).padStart(8)}  ${topic}  ${what}`);
}

function stateText({ topic, data }: Frame): string {
  if (!topic.startsWith('market/')) return `now: ${values(data, [])}`;
  const market = readMarket(new Fields(data, 'market'));
  const prices = market.outcomes.map(
    ({ outcome, price }) => `${outcome ?? 'share'} ${formatAmount(price)}`,
  );
  return `${market.status}: ${prices.join(' · ')} · volume ${formatAmount(market.volume)} · ${market.trades} trades`;
}

/** Elsewhere than in its own market's topic an event says which market it is about. */
function eventText({ topic, data }: Frame): string {
  const event = new Fields(data, 'event');
  const about = topic.startsWith('market/') ? '' : (event.maybeText('market') ?? '');
  const text =
    sentence(event) ?? `${event.text('type').replaceAll('_', ' ')} ${values(data, COMMON)}`;
  const points = topic === 'me' ? event.maybeText('points') : undefined;
  const change =
    points === undefined || points === '0'
      ? ''
      : ` (${points.startsWith('-') ? '' : '+'}${points} Points)`;
  return `${about} ${text}${change}`.trim();
}

const COMMON = ['type', 'id', 'at', 'market', 'points'];

/** The events people watch for, said as they would say them; the others as their fields. */
function sentence(event: Fields): string | undefined {
  switch (event.text('type')) {
    case 'traded':
      return deal(event);
    case 'minted':
      return `${event.text('account')} mints ${event.text('pays')} of each`;
    case 'merged':
      return `${event.text('account')} merges ${event.text('pays')} of each`;
    case 'fact_recorded':
      return `${event.text('kind')}: ${signed(event.text('applied'))} (${event.text('fact')})`;
    case 'fact_undone':
      return `${event.text('undoes')} undone: ${signed(event.text('applied'))} (${event.text('fact')})`;
    default:
      return undefined;
  }
}

/** `acc_1 buys 19.090909 YES for 10 Points`. */
function deal(event: Fields): string {
  const what = event.maybeText('outcome') ?? 'shares';
  const [pays, gets] = [event.text('pays'), event.text('gets')];
  const account = event.text('account');
  if (event.text('side') === 'buy') return `${account} buys ${gets} ${what} for ${pays} Points`;
  return `${account} sells ${pays} ${what} for ${gets} Points`;
}

const signed = (change: string): string => (change.startsWith('-') ? change : `+${change}`);

/** The plain values of an object, in its own order. */
function values(data: unknown, without: readonly string[]): string {
  if (typeof data !== 'object' || data === null) return String(data);
  return Object.entries(data)
    .filter(
      ([name, value]) => !without.includes(name) && value !== null && typeof value !== 'object',
    )
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${String(value)}`)
    .join(' · ');
}
