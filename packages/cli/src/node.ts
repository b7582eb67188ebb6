/** A node in this process: opened with the settings of the command line, drained when it ends. */
import type { Config, Node } from '@fairground/server';
import { Option } from 'commander';
import { Failure, isLocked, systemCode } from './exit.js';
import { line } from './print.js';
import { progress } from './progress.js';
import { portArgument, withData } from './settings.js';
import type { Terminal } from './terminal.js';
import type { Verb } from './verb.js';

export interface NodeOptions {
  readonly data: string;
  readonly host: string;
  /** As text where it came from the environment, which is checked only when it is needed. */
  readonly port: number | string;
  readonly acceptLoss?: boolean;
  readonly unsafeLock?: boolean;
  readonly acceptClock?: boolean;
  readonly keepRules?: boolean;
  /** On its directory, whatever database the environment names. */
  readonly alone?: boolean;
}

const DEFAULT_PORT = '4000';
const DEFAULT_HOST = '127.0.0.1';

export function withNode(verb: Verb, terminal: Terminal): Verb {
  const port = terminal.env['PORT'] || DEFAULT_PORT;
  const host = terminal.env['HOST'] || DEFAULT_HOST;
  return withData(verb, terminal)
    .addOption(
      new Option('--port <port>', 'where to listen; 0 takes a free one')
        .argParser(portArgument)
        .default(port, `PORT or ${DEFAULT_PORT}`),
    )
    .addOption(
      new Option('--host <host>', 'on which address; 0.0.0.0 for all').default(
        host,
        `HOST or ${DEFAULT_HOST}`,
      ),
    )
    .option('--accept-loss', 'go on without entries that were confirmed and are missing at the end')
    .option('--unsafe-lock', 'go on where no lock keeps a second process out of the directory')
    .option('--accept-clock', 'believe a clock that is far ahead of the last entry')
    .option('--keep-rules', 'lead with the rules in force; “rules adopt” raises them later');
}

/** Loaded only here, so that help and every other command start without the server. */
export const loadServer = () => import('@fairground/server');

export async function openNode(terminal: Terminal, options: NodeOptions): Promise<Node> {
  const { startNode } = await loadServer();
  const config = await configOf(terminal, options);
  const bar = progress(terminal, 'reading the journal', 'entries');
  try {
    return await startNode(config, {
      onProgress: (done, all) => bar.at(done, all),
      onAlarm: (reason) => line(terminal.err, `fairground: ${reason}`),
      print: (text) => line(terminal.out, text),
    });
  } catch (error) {
    throw nameTheOption(error, options);
  } finally {
    bar.end();
  }
}

export async function configOf({ env }: Terminal, options: NodeOptions): Promise<Config> {
  const { data, host, port, acceptLoss, unsafeLock, acceptClock, keepRules, alone } = options;
  const given = { ...env, FAIRGROUND_DATA: data, HOST: host, PORT: String(port) };
  const config = await readSettings(given);
  // Unsaid here, each is what its variable says.
  return {
    ...config,
    ...(acceptLoss && { acceptLoss }),
    ...(unsafeLock && { unsafeLock }),
    ...(acceptClock && { acceptClock }),
    ...(keepRules && { keepRules }),
    ...(alone && { journalUrl: undefined, vaultUrl: undefined, cluster: undefined }),
  };
}

/** What a node makes of an environment. */
export async function readSettings(env: Terminal['env']): Promise<Config> {
  const { BadConfig, readConfig } = await loadServer();
  try {
    return readConfig(env);
  } catch (error) {
    throw error instanceof BadConfig ? new Failure('usage', error.message, error) : error;
  }
}

/** What cannot be started is said in a sentence that names the option to change. */
function nameTheOption(error: unknown, { data, host, port }: NodeOptions): unknown {
  if (error instanceof Error && isLocked(error))
    return new Failure(
      'not_now',
      `${error.message} Or choose another directory with --data.`,
      error,
    );
  switch (systemCode(error)) {
    case 'EADDRINUSE': {
      const says = `Port ${port} is taken. Choose another with --port, or 0 for a free one.`;
      return new Failure('fault', says, error);
    }
    case 'EACCES': {
      const says = `Not allowed to open port ${port} or to write to ${data}: see --port and --data.`;
      return new Failure('fault', says, error);
    }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Failure('fault', `This machine has no address ${host}: see --host.`, error);
    default:
      return error;
  }
}
