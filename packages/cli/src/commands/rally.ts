/** `fairground rally`: joining a group purchase, and what everybody paid in the end. */
import type { PlacedOrder, RallyReceipt } from '@fairground/client';
import { formatAmount } from '@fairground/engine';
import {
  type Column,
  counted,
  formatPrice,
  grouped,
  json,
  line,
  paint,
  plain,
  table,
} from '../print.js';
import {
  countArgument,
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

interface JoinOptions extends ServerOptions, JsonOption, KeyOption {}

interface ReceiptOptions extends ServerOptions, JsonOption {
  readonly account?: string;
  readonly limit: number;
}

const UNITS_MAX = 1_000_000_000;

export function addRally(program: Verb, terminal: Terminal): void {
  const rally = program.command('rally').description('Group purchases: one falling price for all.');
  const joins = rally
    .command('join')
    .description('Take part, with the total you want. A pledge is binding: it only grows.')
    .argument('<rally>', 'the rally’s id')
    .argument('<units>', 'how many you want in all', countArgument(1, UNITS_MAX))
    .example('rally join R1 3', 'Wants three units. Asked twice it is one pledge of three.')
    .example('rally join R1 5', 'Two more than the three above.');
  withJson(withServer(withKey(joins), terminal)).action(
    (id: string, units: number, options: JoinOptions) => join(terminal, { id, units }, options),
  );
  const receipts = rally
    .command('receipt')
    .description('What everybody paid, once a rally is over.')
    .argument('<rally>', 'the rally’s id')
    .option('--account <account>', 'only this member')
    .option('--limit <count>', 'how many members, at most 1000', countArgument(1, 1_000), 50)
    .example('rally receipt R1', 'The one price, and what each member got back.');
  withJson(withServer(receipts, terminal)).action((id: string, options: ReceiptOptions) =>
    receipt(terminal, id, options),
  );
}

interface Wanted {
  readonly id: string;
  readonly units: number;
}

async function join(terminal: Terminal, wanted: Wanted, options: JoinOptions): Promise<void> {
  const client = signedIn(terminal, options);
  const order = await client.join(wanted.id, wanted.units, keyed(terminal, options));
  if (options.json) return json(terminal, order);
  if (order.replayed) line(terminal.err, 'So many were pledged before; nothing was added now.');
  line(terminal.out, joinLine(order));
}

/** `acc_1 holds 5 units of R1: 3 more for at most 180 Points    entry 4 · 9f2c0a11` */
function joinLine({ account, units = 0, market, gets, pays, seq, hash }: PlacedOrder): string {
  const pledge = `${plain(account)} pledges for ${counted(units, 'unit', 'units')} of ${plain(market)}`;
  const added = `${formatAmount(gets)} more for at most ${formatAmount(pays)} Points`;
  return `${pledge}: ${added}    entry ${seq} · ${hash.slice(0, 8)}`;
}

const PAGE_MAX = 100;

async function receipt(terminal: Terminal, id: string, options: ReceiptOptions): Promise<void> {
  const client = signedIn(terminal, options);
  const { account, limit } = options;
  const page = (cursor: string | undefined, left: number): Promise<RallyReceipt> =>
    client.rallyReceipt(
      id,
      { account, cursor, limit: Math.min(PAGE_MAX, left) },
      { signal: terminal.signal },
    );
  let told = await page(undefined, limit);
  while (told.cursor !== undefined && told.members.length < limit) {
    const next = await page(told.cursor, limit - told.members.length);
    told = { ...next, members: [...told.members, ...next.members] };
  }
  if (options.json) return json(terminal, told);
  printReceipt(terminal, told);
}

const MEMBERS: readonly Column[] = [
  { name: 'MEMBER', flexible: true },
  { name: 'UNITS', right: true },
  { name: 'HELD', right: true, spare: 1 },
  { name: 'PAID', right: true },
  { name: 'BACK', right: true },
];

function printReceipt(terminal: Terminal, told: RallyReceipt): void {
  const units = counted(told.units, 'unit', 'units');
  const words =
    told.outcome === 'sold'
      ? `${units} sold at ${formatAmount(told.price)} Points each, the same for all`
      : `${units} pledged, too few or called off: everything went back`;
  line(terminal.out, `${paint(terminal, 'bold', plain(told.market))}  ${words}`);
  if (told.outcome === 'sold') {
    const gets = `${plain(told.seller)} gets ${formatAmount(told.sellerGets)}`;
    line(
      terminal.out,
      `${gets} of ${formatAmount(told.sum)} Points, fee ${formatAmount(told.fee)}`,
    );
  }
  if (told.members.length > 0) {
    line(terminal.out);
    const cells = told.members.map(({ account, units: own, held, pays, back }) => [
      account,
      grouped(own),
      ...[held, pays, back].map((amount) => formatPrice(amount, 2)),
    ]);
    table(terminal, MEMBERS, cells);
  }
  const more = told.cursor === undefined ? '' : '; there are more members (--limit)';
  line(terminal.err, paint(terminal, 'dim', `as of entry ${told.seq}${more}`, terminal.err));
}
