/** One market, whole, as a terminal shows it: its outcomes by price, or the steps a rally has come down. */
import { type MarketDetail, type Rally, readTiers } from '@fairground/client';
import { type Amount, formatAmount, formatTime, micro } from '@fairground/engine';
import { byChance } from './outcomes.js';
import { type Column, counted, formatPrice, grouped, line, paint, plain, table } from './print.js';
import type { Terminal } from './terminal.js';

export function printMarket(terminal: Terminal, market: MarketDetail): void {
  const title = plain(market.title ?? market.id);
  line(terminal.out, `${paint(terminal, 'bold', plain(market.id))}  ${title}`);
  line(terminal.out, facts(stand(market)));
  line(terminal.out);
  if (market.rally) printTiers(terminal, market, market.rally);
  else printOutcomes(terminal, market);
  line(terminal.out);
  line(terminal.out, facts(figures(market)));
  line(terminal.out, paint(terminal, 'dim', `as of entry ${market.seq}`));
}

const facts = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');

/** Where it stands, and until when. */
function stand(market: MarketDetail): readonly string[] {
  const { status, rally, price, endsAt, closesAt, opensAt, category } = market;
  const end = endsAt ?? closesAt;
  return [
    plain(category ?? ''),
    status,
    ...(rally ? [`${grouped(rally.units)} of ${grouped(rally.maximum)} units`] : []),
    ...(rally && price !== undefined ? [`${formatAmount(price)} Points a unit`] : []),
    status === 'draft' && opensAt !== undefined ? `opens ${formatTime(opensAt)}` : '',
    end === undefined ? '' : `${isRunning(status) ? 'ends' : 'end'} ${formatTime(end)}`,
  ];
}

const isRunning = (status: string): boolean => ['draft', 'open', 'paused'].includes(status);

function figures(market: MarketDetail): readonly string[] {
  const { volume, trades, holders, feeBps, fundamental, supply, escrow, rally, sponsor } = market;
  const fee = `fee ${formatAmount(micros(feeBps))} %`;
  if (rally) {
    return [
      `at least ${counted(rally.minimum, 'unit', 'units')}`,
      `at most ${grouped(rally.perPerson)} a person`,
      counted(holders, 'member', 'members'),
      `escrow ${formatAmount(escrow)}`,
      fee,
      `sold by ${plain(sponsor)}`,
    ];
  }
  return [
    ...(fundamental === undefined ? [] : [`fundamental ${formatAmount(fundamental)}`]),
    ...(supply === undefined ? [] : [`${formatAmount(supply)} shares out`]),
    `volume ${formatAmount(volume)}`,
    counted(trades, 'trade', 'trades'),
    counted(holders, 'holder', 'holders'),
    `escrow ${formatAmount(escrow)}`,
    fee,
  ];
}

/** Basis points as millionths of a percent: 250 is 2.5. */
const micros = (bps: number): Amount => micro(BigInt(bps) * 10_000n);

const OUTCOMES: readonly Column[] = [
  { name: 'OUTCOME', flexible: true },
  { name: 'PRICE', right: true },
  { name: 'HELD', right: true },
];

/** Of many the dearest first; two stay as they are named. */
function printOutcomes(terminal: Terminal, { outcomes }: MarketDetail): void {
  const shown = outcomes.length > 2 ? byChance(outcomes) : outcomes;
  const rows = shown.map(({ outcome, price, held }) => [
    outcome ?? 'share',
    formatPrice(price),
    held === undefined ? '' : formatPrice(held),
  ]);
  table(terminal, OUTCOMES, rows);
}

const TIERS: readonly Column[] = [
  { name: 'FROM', right: true },
  { name: 'PRICE', right: true },
  { name: '' },
];

function printTiers(terminal: Terminal, { terms }: MarketDetail, rally: Rally): void {
  const tiers = readTiers(terms);
  const now = tiers.filter(({ units }) => units <= rally.units).length - 1;
  const rows = tiers.map(({ units, price }, n) => [
    grouped(units),
    formatPrice(price, 2),
    n < now ? 'reached' : n === now ? 'now' : `${grouped(units - rally.units)} to go`,
  ]);
  table(terminal, TIERS, rows);
}
