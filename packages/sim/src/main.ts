/** The proving ground: benchmarks and the simulator; nobody imports it. */
import path from 'node:path';
import { benchBrowser } from './bench/browser.js';
import { benchDurable } from './bench/durable.js';
import { benchEngine } from './bench/engine.js';
import { benchFailover } from './bench/failover.js';
import { benchFanout } from './bench/fanout.js';
import { benchHttp } from './bench/http.js';
import { benchIngest } from './bench/ingest.js';
import { benchRecover } from './bench/recover.js';
import { type Report, save, type Size, tableOf } from './bench/report.js';
import { benchSettle } from './bench/settle.js';
import { benchSustained } from './bench/sustained.js';
import { simulateVerb } from './simulate-verb.js';

const BENCHES: Readonly<Record<string, (size: Size, seconds?: number) => Promise<Report>>> = {
  engine: benchEngine,
  durable: benchDurable,
  http: benchHttp,
  ingest: benchIngest,
  sustained: benchSustained,
  settle: benchSettle,
  recover: benchRecover,
  fanout: benchFanout,
  failover: benchFailover,
  browser: benchBrowser,
};

const USAGE = `usage: npm run bench [-- NAME ... [--seconds N]]   names: ${Object.keys(BENCHES).join(', ')}
       npm run simulate [-- --help]
`;

/** Seeds that chance draws are short enough to be typed again. */
const SEED_MAX = 1_000_000_000;

async function main([verb, ...args]: readonly string[]): Promise<number> {
  if (verb === 'simulate') return simulateVerb(args, Math.floor(Math.random() * SEED_MAX));
  const { named, seconds } = secondsIn(args);
  const unknown = named.find((name) => !Object.hasOwn(BENCHES, name));
  if (verb !== 'bench' || unknown !== undefined) {
    process.stderr.write(
      unknown === undefined ? USAGE : `There is no benchmark ${unknown}.\n${USAGE}`,
    );
    return args.includes('--help') ? 0 : 2;
  }
  return bench(named, seconds);
}

/** How long `sustained` goes on. */
function secondsIn(args: readonly string[]): { named: readonly string[]; seconds?: number } {
  const at = args.indexOf('--seconds');
  const seconds = Number(args[at + 1]);
  if (at < 0 || !(seconds > 0)) return { named: args };
  return { named: args.filter((_, n) => n !== at && n !== at + 1), seconds };
}

async function bench(named: readonly string[], seconds?: number): Promise<number> {
  const chosen = named.length > 0 ? named : Object.keys(BENCHES);
  for (const name of chosen) {
    process.stderr.write(`${name} …\n`);
    const report = await BENCHES[name]?.(named.length > 0 ? 'full' : 'short', seconds);
    if (!report) continue;
    save(report, path.resolve('bench-results'));
    process.stdout.write(`${tableOf(report)}\n`);
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
