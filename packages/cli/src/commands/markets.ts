/** `fairground markets`: what is traded, and at what price. */
import { type Market, MARKET_SORTS } from '@fairground/client';
import { Option } from 'commander';
import { Failure } from '../exit.js';
import { printMarket } from '../market-page.js';
import { leaderOf } from '../outcomes.js';
import { type Column, counted, formatPrice, json, line, paint, table } from '../print.js';
import {
  countArgument,
  type JsonOption,
  type ServerOptions,
  signedIn,
  withJson,
  withServer,
} from '../settings.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

const STATUSES = [
  'draft',
  'open',
  'paused',
  'closed',
  'resolved',
  'cancelled',
  'settled',
  'refunded',
] as const;

const MECHANISMS = ['cpmm', 'lmsr', 'curve', 'rally'] as const;

interface MarketsOptions extends ServerOptions, JsonOption {
  readonly search?: string;
  readonly status?: string;
  readonly mechanism?: string;
  readonly category?: string;
  readonly sort: (typeof MARKET_SORTS)[number];
  readonly limit: number;
}

export function addMarkets(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('markets')
    .description('List markets with their prices, or show one whole.')
    .argument('[market]', 'a market’s id: its outcomes, or how far a rally is')
    .option('--search <text>', 'only markets whose title contains this')
    .addOption(new Option('--status <status>', 'only markets of this status').choices(STATUSES))
    .addOption(new Option('--mechanism <name>', 'only markets of this kind').choices(MECHANISMS))
    .option('--category <name>', 'only markets of this category')
    .addOption(
      new Option('--sort <order>', 'what comes first').choices(MARKET_SORTS).default('volume'),
    )
    .option('--limit <count>', 'how many, at most 1000', countArgument(1, 1_000), 20)
    .example('markets', 'The twenty markets with the most volume.')
    .example('markets --search Messi --status open', 'Open markets about one player.')
    .example('markets CHAMPION', 'Every outcome of one market, the likeliest first.')
    .example('markets --mechanism rally', 'Group purchases.')
    .example('markets --sort moved --json', 'The biggest movers, for a program.');
  withJson(withServer(verb, terminal)).action(
    (market: string | undefined, options: MarketsOptions) =>
      market === undefined ? listMarkets(terminal, options) : showMarket(terminal, market, options),
  );
}

async function showMarket(terminal: Terminal, id: string, options: MarketsOptions): Promise<void> {
  const { search, status, mechanism, category } = options;
  if ([search, status, mechanism, category].some((filter) => filter !== undefined)) {
    throw new Failure('usage', 'A market that is named needs no filter.');
  }
  const market = await signedIn(terminal, options).markets.get(id, { signal: terminal.signal });
  if (options.json) json(terminal, market);
  else printMarket(terminal, market);
}

const PAGE_MAX = 100;

async function listMarkets(terminal: Terminal, options: MarketsOptions): Promise<void> {
  const client = signedIn(terminal, options);
  const { search, status, mechanism, category, sort, limit } = options;
  const items: Market[] = [];
  let cursor: string | undefined;
  do {
    const wanted = Math.min(PAGE_MAX, limit - items.length);
    const query = { search, status, mechanism, category, sort, cursor, limit: wanted };
    const page = await client.markets.list(query, { signal: terminal.signal });
    items.push(...page.items);
    ({ cursor } = page);
  } while (cursor !== undefined && items.length < limit);
  if (options.json) return json(terminal, { items, cursor });
  if (items.length === 0) return line(terminal.err, 'No market matches.');
  table(terminal, COLUMNS, items.map(cells));
  const more = cursor === undefined ? '' : '; there are more (--limit, --search)';
  line(
    terminal.err,
    paint(terminal, 'dim', `${counted(items.length, 'market', 'markets')}${more}`, terminal.err),
  );
}

const COLUMNS: readonly Column[] = [
  { name: 'MARKET' },
  { name: 'TITLE', flexible: true },
  { name: 'STATUS', spare: 1 },
  { name: 'PRICE', right: true },
  { name: 'MOVED', right: true, spare: 2 },
  { name: 'VOLUME', right: true, spare: 3 },
  { name: 'TRADES', right: true, spare: 4 },
  { name: 'HOLDERS', right: true, spare: 5 },
];

function cells(market: Market): string[] {
  return [
    market.id,
    market.title ?? '',
    market.status,
    priceText(market),
    moved(market),
    formatPrice(market.volume, 2),
    String(market.trades),
    String(market.holders),
  ];
}

function priceText(market: Market): string {
  const leader = leaderOf(market);
  if (leader) return `${leader.outcome ?? ''} ${formatPrice(leader.price)}`;
  return market.price === undefined ? '–' : formatPrice(market.price);
}

/** How far the price is from where it opened; all of many open alike. */
function moved(market: Market): string {
  const { openingPrice } = market;
  const price = leaderOf(market)?.price ?? market.price;
  if (price === undefined || openingPrice === undefined || openingPrice === 0n) return '–';
  const permille = ((price - openingPrice) * 1_000n) / openingPrice;
  const size = permille < 0n ? -permille : permille;
  const sign = permille > 0n ? '+' : permille < 0n ? '-' : '';
  return `${sign}${size / 10n}.${size % 10n} %`;
}
