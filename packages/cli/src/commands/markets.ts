/** `fairground markets`: what is traded, and at what price. */
import { type Market, MARKET_SORTS } from '@fairground/client';
import { formatAmount } from '@fairground/engine';
import { Option } from 'commander';
import { type Column, counted, json, line, paint, table } from '../print.js';
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

interface MarketsOptions extends ServerOptions, JsonOption {
  readonly search?: string;
  readonly status?: string;
  readonly category?: string;
  readonly sort: (typeof MARKET_SORTS)[number];
  readonly limit: number;
}

export function addMarkets(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('markets')
    .description('List markets with their prices.')
    .option('--search <text>', 'only markets whose title contains this')
    .addOption(new Option('--status <status>', 'only markets of this status').choices(STATUSES))
    .option('--category <name>', 'only markets of this category')
    .addOption(
      new Option('--sort <order>', 'what comes first').choices(MARKET_SORTS).default('volume'),
    )
    .option('--limit <count>', 'how many, at most 1000', countArgument(1, 1_000), 20)
    .example('markets', 'The twenty markets with the most volume.')
    .example('markets --search Messi --status open', 'Open markets about one player.')
    .example('markets --sort moved --json', 'The biggest movers, for a program.');
  withJson(withServer(verb, terminal)).action((options: MarketsOptions) =>
    listMarkets(terminal, options),
  );
}

const PAGE_MAX = 100;

async function listMarkets(terminal: Terminal, options: MarketsOptions): Promise<void> {
  const client = signedIn(terminal, options);
  const { search, status, category, sort, limit } = options;
  const items: Market[] = [];
  let cursor: string | undefined;
  do {
    const wanted = Math.min(PAGE_MAX, limit - items.length);
    const query = { search, status, category, sort, cursor, limit: wanted };
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
  { name: 'STATUS' },
  { name: 'PRICE', right: true },
  { name: 'MOVED', right: true },
  { name: 'VOLUME', right: true },
  { name: 'TRADES', right: true },
  { name: 'HOLDERS', right: true },
];

function cells(market: Market): string[] {
  return [
    market.id,
    market.title ?? '',
    market.status,
    market.price === undefined ? '–' : formatPrice(market.price),
    moved(market),
    formatPrice(market.volume, 2),
    String(market.trades),
    String(market.holders),
  ];
}

/** How far the price is from where it opened. */
function moved({ price, openingPrice }: Market): string {
  if (price === undefined || openingPrice === undefined || openingPrice === 0n) return '–';
  const permille = ((price - openingPrice) * 1_000n) / openingPrice;
  const size = permille < 0n ? -permille : permille;
  const sign = permille > 0n ? '+' : permille < 0n ? '-' : '';
  return `${sign}${size / 10n}.${size % 10n} %`;
}

/** With the same decimals for all, so that the points line up; cut off, never rounded up. */
export function formatPrice(value: bigint, decimals = 4): string {
  const unit = 10n ** BigInt(6 - decimals);
  const text = formatAmount(value - (value % unit));
  const [whole = '0', rest = ''] = text.split('.');
  return `${whole}.${rest.padEnd(decimals, '0')}`;
}
