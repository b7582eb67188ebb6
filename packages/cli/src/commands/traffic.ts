/** `fairground simulate-traffic`: ticks as a busy feed sends them, and how long the server takes for each request. */
import { FairgroundNotNow, FairgroundUnknown } from '@fairground/client';
import { InvalidArgumentError } from 'commander';
import { monotonicClock } from '../demo/clock.js';
import { loadServer } from '../node.js';
import { type Column, counted, grouped, json, line, table } from '../print.js';
import { progress } from '../progress.js';
import {
  countArgument,
  clientOf,
  type JsonOption,
  type ServerOptions,
  withJson,
  withServer,
} from '../settings.js';
import type { Terminal } from '../terminal.js';
import { openLoad } from '../ticks/open-load.js';
import {
  asSent,
  BURST_EVERY_S,
  type DueRequest,
  dueRequests,
  type Latency,
  latencyOf,
  ticksIn,
  TRAFFIC_SOURCE,
  type Wish,
} from '../ticks/traffic.js';
import type { Verb } from '../verb.js';

interface Options extends ServerOptions, JsonOption, Wish {}

const LINES = 128;
/** Beyond this the server is lost, and whoever waits is let go. */
const LATE_MS_MAX = 30_000;
const RATE_MAX = 100_000;

export function addTraffic(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('simulate-traffic')
    .description(
      `Send made ticks of the source “${TRAFFIC_SOURCE}” at a steady pace, and say how long the answers took.`,
    )
    .option('--rate <count>', 'ticks a second', countArgument(1, RATE_MAX), 100)
    .option('--symbols <count>', 'of how many symbols', countArgument(1, 1_000), 4)
    .option('--seconds <count>', 'for how long', countArgument(1, 3_600), 10)
    .option(
      '--burst <times>',
      `so many times as many in every ${BURST_EVERY_S}th second`,
      countArgument(1, 100),
      1,
    )
    .option('--drift <bps>', 'what prices do in a second, in 0.01 %', driftArgument, 0)
    .option('--batch <count>', 'ticks in a request', countArgument(1, 10_000), 1)
    .option('--seed <seed>', 'the same seed makes the same prices', countArgument(0, 1e9), 1);
  withJson(withServer(verb, terminal))
    .example('simulate-traffic', 'A hundred ticks a second for ten seconds, one in a request.')
    .example(
      'simulate-traffic --rate 2000 --batch 20 --burst 5 --seconds 60',
      'A feed with gusts, for a minute.',
    )
    .action((options: Options) => traffic(terminal, options));
}

function driftArgument(text: string): number {
  const value = /^-?\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (Math.abs(value) <= 1_000) return value;
  throw new InvalidArgumentError('It must be a whole number from -1000 to 1000.');
}

async function traffic(terminal: Terminal, options: Options): Promise<void> {
  const { signal } = terminal;
  // Nobody asks twice here: what is not taken at once is what is to be seen.
  const client = clientOf(terminal, options.url, options.key ?? terminal.env['FAIRGROUND_KEY'], 1);
  const { Clock } = await loadServer();
  const begunMicros = new Clock({ acceptClock: true }).now() * 1_000;
  const sums = { sent: 0, taken: 0, late: 0, dead: 0, busy: 0, unknown: 0 };
  const all = ticksIn(options);
  const bar = progress(terminal, 'sending', 'ticks');
  const send = async ({ ticks }: Pick<DueRequest, 'ticks'>): Promise<boolean> => {
    const first = sums.sent;
    sums.sent += ticks.length;
    bar.at(sums.sent, all);
    try {
      const body = ticks.map((tick, n) => asSent(tick, begunMicros, first + n));
      const told = await client.ticks.ingest(body, { signal });
      sums.taken += told.taken;
      sums.late += told.late;
      sums.dead += told.dead;
      return true;
    } catch (error) {
      if (error instanceof FairgroundNotNow && error.code !== 'unreachable') sums.busy++;
      else if (error instanceof FairgroundUnknown && !signal.aborted) sums.unknown++;
      else throw error;
      return false;
    }
  };
  const load = { send, lines: LINES, pace: monotonicClock, signal, lateMsMax: LATE_MS_MAX };
  const requests = dueRequests(options);
  const result = await openLoad({ ...load, requests }).finally(() => bar.end());
  const report = {
    ...sums,
    unsent: result.unsent,
    ms: Math.round(result.tookMs),
    fromDue: latencyOf(result.fromDueMs),
    fromSent: latencyOf(result.fromSentMs),
  };
  if (options.json) json(terminal, report);
  else tell(terminal, report, options);
  signal.throwIfAborted();
}

interface Report {
  readonly sent: number;
  readonly taken: number;
  readonly late: number;
  readonly dead: number;
  readonly busy: number;
  readonly unknown: number;
  readonly unsent: number;
  readonly ms: number;
  readonly fromDue: Latency | undefined;
  readonly fromSent: Latency | undefined;
}

const COLUMNS: readonly Column[] = [
  { name: 'milliseconds' },
  { name: 'p50', right: true },
  { name: 'p90', right: true },
  { name: 'p99', right: true },
  { name: 'p99.9', right: true },
  { name: 'most', right: true },
];

function tell(terminal: Terminal, report: Report, { rate }: Wish): void {
  const { sent, taken, late, dead, busy, unknown, unsent, ms, fromDue, fromSent } = report;
  const { out } = terminal;
  const reached = Math.round((taken * 1_000) / Math.max(1, ms));
  line(
    out,
    `${counted(sent, 'tick', 'ticks')} sent, ${grouped(taken)} taken (${grouped(late)} late)`,
  );
  line(out, `${grouped(reached)} a second were taken, ${grouped(rate)} were asked for`);
  for (const [count, says] of [
    [dead, 'became dead letters'],
    [busy, 'requests came when the server was busy'],
    [unknown, 'requests got no answer'],
    [unsent, 'requests were not sent: the server was too far behind'],
  ] as const)
    if (count > 0) line(out, `${grouped(count)} ${says}`);
  const row = (name: string, { p50Ms, p90Ms, p99Ms, p999Ms, maxMs }: Latency): string[] => [
    name,
    ...[p50Ms, p90Ms, p99Ms, p999Ms, maxMs].map((value) => value.toFixed(2)),
  ];
  if (fromDue && fromSent)
    table(terminal, COLUMNS, [
      row('since it was due', fromDue),
      row('since it was sent', fromSent),
    ]);
}
