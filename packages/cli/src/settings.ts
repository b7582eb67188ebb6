/** Options that several commands share, each written once. */
import {
  type Client,
  createClient,
  type FairgroundForked,
  points,
  type WriteOptions,
} from '@fairground/client';
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

export function withServer(verb: Verb, terminal: Terminal): Verb {
  return withUrl(verb, terminal).option(
    '--key <key>',
    'your key, fg_…; FAIRGROUND_KEY keeps it out of the list of processes',
  );
}

/** Variables come from the terminal, so that `process` has one home; the help says what holds without them. */
export function withUrl(verb: Verb, { env }: Terminal): Verb {
  const value = env['FAIRGROUND_URL'] || DEFAULT_URL;
  return verb.addOption(
    new Option('--url <url>', 'the server’s address').default(
      value,
      `FAIRGROUND_URL or ${DEFAULT_URL}`,
    ),
  );
}

export interface KeyOption {
  readonly idempotencyKey?: string;
}

export const withKey = (verb: Verb): Verb =>
  verb.option('--idempotency-key <key>', 'ask again for an order whose outcome was unknown');

/** A key handed in belongs to an earlier, unknown attempt: this one must say that it is another. */
export const keyed = ({ signal }: Terminal, { idempotencyKey: key }: KeyOption): WriteOptions =>
  key === undefined ? { signal } : { signal, key, attemptsBefore: 1 };

export const withJson = (verb: Verb): Verb =>
  verb.option('--json', 'print JSON, as the API writes it');

export function withData(verb: Verb, { env }: Terminal): Verb {
  const value = env['FAIRGROUND_DATA'] || DEFAULT_DATA;
  return verb.addOption(
    new Option('--data <dir>', 'the data directory').default(
      value,
      `FAIRGROUND_DATA or ${DEFAULT_DATA}`,
    ),
  );
}

/** Somebody waits at the prompt: with the pauses between, this is some two seconds. */
const ATTEMPTS_MAX = 4;

/** Signed in with the key of the option or the variable, if there is one. */
export function signedIn(terminal: Terminal, { url, key }: ServerOptions): Client {
  return clientOf(terminal, url, key ?? terminal.env['FAIRGROUND_KEY']);
}

/** Without a key unless one is handed in: an address to verify must not learn who asks. */
export function clientOf(
  terminal: Terminal,
  url: string,
  key?: string,
  attemptsMax = ATTEMPTS_MAX,
): Client {
  return createClient({
    url,
    key: key === '' ? undefined : key,
    webSocket: WebSocket,
    attemptsMax,
    platform: { alarm: (message) => line(terminal.err, `fairground: ${message}`) },
    onForked: (error: FairgroundForked) =>
      line(terminal.err, paint(terminal, 'red', error.message, terminal.err)),
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
