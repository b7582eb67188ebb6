/** The proving ground: benchmarks now; nobody imports it. */
import path from 'node:path';
import { benchDurable } from './bench/durable.js';
import { benchEngine } from './bench/engine.js';
import { benchHttp } from './bench/http.js';
import { benchRecover } from './bench/recover.js';
import { type Report, save, type Size, tableOf } from './bench/report.js';
import { benchSettle } from './bench/settle.js';

const BENCHES: Readonly<Record<string, (size: Size) => Promise<Report>>> = {
  engine: benchEngine,
  durable: benchDurable,
  http: benchHttp,
  settle: benchSettle,
  recover: benchRecover,
};

const USAGE = `usage: npm run bench [-- NAME ...]   names: ${Object.keys(BENCHES).join(', ')}\n`;

async function main(args: readonly string[]): Promise<number> {
  const [verb, ...named] = args;
  const unknown = named.find((name) => !Object.hasOwn(BENCHES, name));
  if (verb !== 'bench' || unknown !== undefined) {
    process.stderr.write(
      unknown === undefined ? USAGE : `There is no benchmark ${unknown}.\n${USAGE}`,
    );
    return named.includes('--help') ? 0 : 2;
  }
  const chosen = named.length > 0 ? named : Object.keys(BENCHES);
  for (const name of chosen) {
    process.stderr.write(`${name} …\n`);
    const report = await BENCHES[name]?.(named.length > 0 ? 'full' : 'short');
    if (!report) continue;
    save(report, path.resolve('bench-results'));
    process.stdout.write(`${tableOf(report)}\n`);
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
