/** What only whoever holds the data directory may do: through its running server, or on the directory itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, FairgroundNotNow, FairgroundRefusal } from '@fairground/client';
import type { Node } from '@fairground/server';
import { Failure, isLocked, systemCode } from './exit.js';
import { openNode } from './node.js';
import { clientOf } from './settings.js';
import type { Terminal } from './terminal.js';

export interface OperatorOptions {
  readonly data: string;
  readonly url: string;
}

/** The same act on both ways. */
export interface Act<T> {
  /** Asked of the server, with the directory's token. */
  readonly served: (client: Client) => Promise<T>;
  /** On a node that is opened for this, and closed after it. */
  readonly alone: (node: Node) => Promise<T>;
}

export async function asOperator<T>(
  terminal: Terminal,
  options: OperatorOptions,
  act: Act<T>,
): Promise<T> {
  const served = await throughServer(terminal, options, act);
  return served ? served.value : onDirectory(terminal, options, act);
}

/** Undefined where no server runs: its token may still lie there from its last life. */
async function throughServer<T>(
  terminal: Terminal,
  { data, url }: OperatorOptions,
  { served }: Act<T>,
): Promise<{ readonly value: T } | undefined> {
  const token = await readFile(join(data, TOKEN_FILE), 'utf8').catch(missing);
  if (token === undefined) return undefined;
  try {
    return { value: await served(clientOf(terminal, url, token.trim())) };
  } catch (error) {
    if (error instanceof FairgroundNotNow && error.code === 'unreachable') return undefined;
    // A server that does not know this token has another directory; ours may have none.
    if (error instanceof FairgroundRefusal && error.code === 'key_unknown') return undefined;
    throw error;
  }
}

async function onDirectory<T>(
  terminal: Terminal,
  { data }: OperatorOptions,
  { alone }: Act<T>,
): Promise<T> {
  try {
    const node = await openNode(terminal, { data, host: '127.0.0.1', port: 0 });
    try {
      return await alone(node);
    } finally {
      await node.close();
    }
  } catch (error) {
    if (isLocked(error)) {
      throw new Failure(
        'not_now',
        `A server has ${data} open at another address: say which with --url.`,
        error,
      );
    }
    throw error;
  }
}

export const TOKEN_FILE = 'node.token';

export function missing(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT') throw error;
}
