/** A node in this process: opened with the settings of the command line, drained when it ends. */
import type { Node } from '@fairground/server';
import { Option } from 'commander';
import { Failure, systemCode } from './exit.js';
import { line } from './print.js';
import { progress } from './progress.js';
import { portArgument, withData } from './settings.js';
import type { Terminal } from './terminal.js';
import type { Verb } from './verb.js';

export interface NodeOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
}

export const DEFAULT_PORT = 4000;

export function withNode(verb: Verb): Verb {
  return withData(verb)
    .addOption(new Option('--port <port>', 'where to listen; 0 takes a free one').argParser(portArgument).default(DEFAULT_PORT).env('PORT'))
    .addOption(new Option('--host <host>', 'on which address; 0.0.0.0 for all').default('127.0.0.1').env('HOST'));
}

/** What cannot be started is said in a sentence that names the option to change. */
export async function openNode(terminal: Terminal, { data, host, port }: NodeOptions): Promise<Node> {
  // Loaded here, so that help and every other command start without the server.
  const { readConfig, startNode } = await import('@fairground/server');
  const config = readConfig({ ...terminal.env, FAIRGROUND_DATA: data, HOST: host, PORT: String(port) });
  const bar = progress(terminal, 'reading the journal', 'entries');
  try {
    return await startNode(config, {
      onProgress: (done, all) => bar.at(done, all),
      onAlarm: (reason) => line(terminal.err, `fairground: ${reason}`),
    });
  } catch (error) {
    switch (systemCode(error)) {
      case 'EADDRINUSE':
        throw new Failure('fault', `Port ${port} is taken. Choose another with --port, or 0 for a free one.`, error);
      case 'EACCES':
        throw new Failure('fault', `Not allowed to open port ${port} or to write to ${data}: see --port and --data.`, error);
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
        throw new Failure('fault', `This machine has no address ${host}: see --host.`, error);
      default:
        throw error;
    }
  } finally {
    bar.end();
  }
}
