/** `fairground trade`: one order, or what it would come to. */
import type { Order, PlacedOrder, Quote } from '@fairground/client';
import { formatAmount, micro, ONE } from '@fairground/engine';
import { Argument, Option } from 'commander';
import { Failure } from '../exit.js';
import { json, line, plain } from '../print.js';
import {
  amountArgument,
  type JsonOption,
  keyed,
  type KeyOption,
  type ServerOptions,
  signedIn,
  withJson,
  withKey,
  withServer,
} from '../settings.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

interface TradeOptions extends ServerOptions, JsonOption, KeyOption {
  readonly spend?: bigint;
  readonly shares?: bigint;
  readonly getsMin?: bigint;
  readonly paysMax?: bigint;
  readonly dryRun?: boolean;
}

interface Wanted {
  readonly market: string;
  readonly side: 'buy' | 'sell';
  readonly outcome: string | undefined;
}

export function addTrade(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('trade')
    .description('Buy or sell shares.')
    .argument('<market>', 'the market’s id')
    .addArgument(new Argument('<side>', 'buy or sell').choices(['buy', 'sell']))
    .argument('[outcome]', 'what to trade; a stock has none')
    .addOption(
      new Option('--spend <points>', 'buy for so many Points')
        .argParser(amountArgument)
        .conflicts('shares'),
    )
    .addOption(
      new Option('--shares <count>', 'buy or sell so many shares').argParser(amountArgument),
    )
    .addOption(
      new Option('--gets-min <amount>', 'refuse if it would bring less').argParser(amountArgument),
    )
    .addOption(
      new Option('--pays-max <points>', 'refuse if it would cost more').argParser(amountArgument),
    )
    .option('--dry-run', 'show the quote, trade nothing')
    .example('trade M1 buy YES --spend 10', 'Buys YES for 10 Points.')
    .example('trade M1 buy YES --spend 10 --gets-min 18.9', 'The same, unless the price has moved.')
    .example('trade CHAMPION buy ARG --spend 10', 'One outcome of many.')
    .example('trade P-ARG-10 sell --shares 2.5', 'Sells two and a half shares of a stock.');
  withJson(withServer(withKey(verb), terminal)).action(
    (market: string, side: Wanted['side'], outcome: string | undefined, options: TradeOptions) =>
      trade(terminal, { market, side, outcome }, options),
  );
}

async function trade(terminal: Terminal, wanted: Wanted, options: TradeOptions): Promise<void> {
  const { spend, shares, getsMin, paysMax } = options;
  if (wanted.side === 'sell' && shares === undefined)
    throw new Failure('usage', 'A sale needs --shares.');
  if (spend === undefined && shares === undefined)
    throw new Failure('usage', 'Say --spend or --shares.');
  if (wanted.side === 'sell' && paysMax !== undefined)
    throw new Failure('usage', '--pays-max is for buying --shares.');
  const client = signedIn(terminal, options);
  if (options.dryRun) {
    const quote = await client.quote({ ...wanted, spend, shares }, { signal: terminal.signal });
    return options.json ? json(terminal, quote) : printQuote(terminal, quote);
  }
  const how = keyed(terminal, options);
  const order =
    wanted.side === 'sell'
      ? await client.sell({ ...wanted, shares: shares ?? 0n, getsMin }, how)
      : await client.buy({ ...wanted, spend, shares, getsMin, paysMax }, how);
  if (options.json) return json(terminal, order);
  if (order.replayed)
    line(terminal.err, 'This order had gone through before; nothing was traded now.');
  line(terminal.out, orderLine(order));
}

/** `acc_1 pays 10 Points and gets 19.090909 YES at 0.523809 each    entry 4 · 9f2c0a11` */
function orderLine(order: PlacedOrder): string {
  const extras = [
    ...(order.fee > 0n ? [`fee ${formatAmount(order.fee)}`] : []),
    ...(order.merged !== undefined && order.merged > 0n
      ? [`${formatAmount(order.merged)} pairs merged`]
      : []),
  ];
  const aside = extras.length === 0 ? '' : ` (${extras.join(', ')})`;
  const who = plain(order.account);
  return `${who} ${deal(order)}${aside}    entry ${order.seq} · ${order.hash.slice(0, 8)}`;
}

function printQuote(terminal: Terminal, quote: Quote): void {
  const bound =
    quote.getsMin !== undefined
      ? `--gets-min ${formatAmount(quote.getsMin)}`
      : `--pays-max ${formatAmount(quote.paysMax ?? quote.pays)}`;
  line(
    terminal.out,
    `${quote.side === 'buy' ? 'a buyer' : 'a seller'} ${deal(quote)}, fee ${formatAmount(quote.fee)}`,
  );
  line(
    terminal.out,
    `the price goes from ${formatAmount(quote.priceBefore)} to ${formatAmount(quote.priceAfter)}`,
  );
  if (quote.cannotProfit) line(terminal.out, 'at this price nothing can be won');
  line(terminal.out, `bound it with ${bound}    as of entry ${quote.seq}`);
}

type Deal = Pick<Order, 'side' | 'outcome' | 'pays' | 'gets'>;

function deal({ side, outcome, pays, gets }: Deal): string {
  const share = outcome === undefined ? 'shares' : plain(outcome);
  const [points, shares] = side === 'sell' ? [gets, pays] : [pays, gets];
  const each = shares > 0n ? ` at ${formatAmount(micro((points * ONE) / shares))} each` : '';
  const [left, right] = side === 'sell' ? [share, 'Points'] : ['Points', share];
  return `pays ${formatAmount(pays)} ${left} and gets ${formatAmount(gets)} ${right}${each}`;
}
