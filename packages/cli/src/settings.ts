/** Options that several commands share, each written once. */
import { type Client, createClient, type FairgroundForked, points } from '@fairground/client';
import { InvalidArgumentError, Option } from 'commander';
import { WebSocket } from 'ws';
import { line, paint } from './print.js';
import type { Terminal } from './terminal.js';
import type { Verb } from './verb.js';

export const DEFAULT_URL = 'http://127.0.0.1:4000';
export const DEFAULT_DATA = '.fairground';

export interface ServerOptions {
  readonly url: string;
  readonly key?: string;
}

export interface JsonOption {
  readonly json?: boolean;
}

export interface DataOption {
  readonly data: string;
}

export function withServer(verb: Verb): Verb {
  return verb
    .addOption(new Option('--url <url>', 'the server’s address').default(DEFAULT_URL).env('FAIRGROUND_URL'))
    .addOption(new Option('--key <key>', 'your key, fg_… (the variable keeps it out of the process list)').env('FAIRGROUND_KEY'));
}

export const withJson = (verb: Verb): Verb => verb.option('--json', 'print JSON, as the API writes it');

export const withData = (verb: Verb): Verb =>
  verb.addOption(new Option('--data <dir>', 'the data directory').default(DEFAULT_DATA).env('FAIRGROUND_DATA'));

/** Somebody waits at the prompt: with the pauses between, this is some two seconds. */
const ATTEMPTS_MAX = 4;

export function clientOf(terminal: Terminal, { url, key }: ServerOptions): Client {
  return createClient({
    url,
    key: key === '' ? undefined : key,
    webSocket: WebSocket,
    attemptsMax: ATTEMPTS_MAX,
    platform: { alarm: (message) => line(terminal.err, `fairground: ${message}`) },
    onForked: (error: FairgroundForked) => line(terminal.err, paint(terminal, 'red', error.message, terminal.err)),
  });
}

export function amountArgument(text: string): bigint {
  try {
    return points(text);
  } catch {
    throw new InvalidArgumentError('An amount is digits and at most six decimals, such as 12.5.');
  }
}

/** A whole number from `least` to `most`. */
export function countArgument(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

export const portArgument = countArgument(0, 65_535);

