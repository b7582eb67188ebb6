/** `fairground user`: people and their keys, by whoever holds the data directory. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FairgroundNotNow, FairgroundRefusal, type NewUser } from '@fairground/client';
import { Failure, isLocked, systemCode } from '../exit.js';
import { openNode } from '../node.js';
import { json, line, paint, plain } from '../print.js';
import { clientOf, type JsonOption, withData, withJson, withUrl } from '../settings.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

interface UserOptions extends JsonOption {
  readonly admin?: boolean;
  readonly data: string;
  readonly url: string;
}

export function addUser(program: Verb, terminal: Terminal): void {
  const user = program.command('user').description('People and their keys.');
  const verb = user
    .command('create')
    .description(
      'Open an account and show its key, once. Works beside a running server and without one.',
    )
    .argument('<handle>', 'the name others see')
    .option('--admin', 'may open, resolve and cancel markets')
    .example('user create ana', 'A player.')
    .typed(
      'export FAIRGROUND_KEY=$(fairground user create ana --json | jq -r .key)',
      'A player, signed in.',
    );
  withJson(withUrl(withData(verb, terminal), terminal)).action(
    (handle: string, options: UserOptions) => createUser(terminal, handle, options),
  );
}

async function createUser(terminal: Terminal, handle: string, options: UserOptions): Promise<void> {
  const wanted = { handle, admin: options.admin ?? false };
  const made =
    (await throughServer(terminal, wanted, options)) ??
    (await onDirectory(terminal, wanted, options));
  if (options.json) return json(terminal, made);
  line(terminal.out, `${plain(made.handle)} is ${made.account}${wanted.admin ? ', an admin' : ''}`);
  line(terminal.out, `key ${paint(terminal, 'bold', made.key)}`);
  line(
    terminal.err,
    'The key is shown this once: keep it. FAIRGROUND_KEY, or --key, says who you are.',
  );
}

interface Wanted {
  readonly handle: string;
  readonly admin: boolean;
}

/** Undefined where no server runs: its token may still lie there from its last life. */
async function throughServer(
  terminal: Terminal,
  wanted: Wanted,
  { data, url }: UserOptions,
): Promise<NewUser | undefined> {
  const token = await readFile(join(data, TOKEN_FILE), 'utf8').catch(missing);
  if (token === undefined) return undefined;
  try {
    return await clientOf(terminal, url, token.trim()).createUser(wanted, {
      signal: terminal.signal,
    });
  } catch (error) {
    if (error instanceof FairgroundNotNow && error.code === 'unreachable') return undefined;
    // A server that does not know this token has another directory; ours may have none.
    if (error instanceof FairgroundRefusal && error.code === 'key_unknown') return undefined;
    throw error;
  }
}

async function onDirectory(
  terminal: Terminal,
  wanted: Wanted,
  { data }: UserOptions,
): Promise<NewUser> {
  try {
    const node = await openNode(terminal, { data, host: '127.0.0.1', port: 0 });
    try {
      const { key_id: keyId, ...made } = await node.signUp(wanted);
      return { ...made, keyId };
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

const TOKEN_FILE = 'node.token';

function missing(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT') throw error;
}
