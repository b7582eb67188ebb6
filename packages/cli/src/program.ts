/** The command line as a whole. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addCluster } from './commands/cluster.js';
import { addCompletion } from './commands/completion.js';
import { addDeadLetters } from './commands/dead-letters.js';
import { addDemo } from './commands/demo.js';
import { addDoctor } from './commands/doctor.js';
import { addExport } from './commands/export.js';
import { addImport } from './commands/import.js';
import { addIngest } from './commands/ingest.js';
import { addMarkets } from './commands/markets.js';
import { addProving } from './commands/proving.js';
import { addPuller } from './commands/puller.js';
import { addRally } from './commands/rally.js';
import { addRebuild } from './commands/rebuild.js';
import { addRules } from './commands/rules.js';
import { addSnapshot } from './commands/snapshot.js';
import { addStart } from './commands/start.js';
import { addTrade } from './commands/trade.js';
import { addTraffic } from './commands/traffic.js';
import { addUser } from './commands/user.js';
import { addVerify } from './commands/verify.js';
import { addWatch } from './commands/watch.js';
import { exitLines } from './exit.js';
import type { Terminal } from './terminal.js';
import { Verb } from './verb.js';

/** Wide enough for tables, narrow enough for a manual. */
const HELP_COLUMNS = 100;

export function buildProgram(terminal: Terminal): Verb {
  const program = new Verb('fairground')
    .description('Live play-money markets that anyone can check.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .showHelpAfterError('(fairground --help tells more)')
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => void terminal.out.write(text),
      writeErr: (text) => void terminal.err.write(text),
      getOutHelpWidth: () => HELP_COLUMNS,
      getErrHelpWidth: () => HELP_COLUMNS,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => write(text.replace(/^error: /, 'fairground: ')),
    })
    .example('demo', 'The World Cup, played and traded live on this machine.')
    .example('start', 'A server on http://127.0.0.1:4000 with its data in ./.fairground.')
    .example('trade M1 buy YES --spend 10', 'An order.')
    .example('verify', 'Decides every command of the journal again, and compares.')
    .note('Exit codes:', exitLines());
  addStart(program, terminal);
  addDemo(program, terminal);
  addCluster(program, terminal);
  addMarkets(program, terminal);
  addTrade(program, terminal);
  addRally(program, terminal);
  addWatch(program, terminal);
  addPuller(program, terminal);
  addIngest(program, terminal);
  addDeadLetters(program, terminal);
  addTraffic(program, terminal);
  addUser(program, terminal);
  addRules(program, terminal);
  addVerify(program, terminal);
  addDoctor(program, terminal);
  addSnapshot(program, terminal);
  addRebuild(program, terminal);
  addExport(program, terminal);
  addImport(program, terminal);
  addProving(program, terminal);
  addCompletion(program, terminal);
  return program;
}

function version(): string {
  const text = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}
