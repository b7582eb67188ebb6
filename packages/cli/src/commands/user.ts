/** `fairground user`: people and their keys, by whoever holds the data directory. */
import { type Client, FairgroundRefusal, type NewUser } from '@fairground/client';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Argument } from 'commander';
import { asOperator, TOKEN_FILE } from '../operator.js';
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
  addRoles(user, terminal);
  const gone = user
    .command('erase')
    .description(
      'Forget somebody for good: handle, e-mail, texts, keys, sessions. The journal keeps a random id.',
    )
    .argument('<handle>', 'whom')
    .example('user erase ana', 'Open positions stay under the id.');
  withJson(withUrl(withData(gone, terminal), terminal)).action(
    async (handle: string, options: UserOptions) => {
      await throughClient(terminal, options, (client) => client.erasePerson(handle));
      if (options.json) return json(terminal, { handle, erased: true });
      line(terminal.out, `${plain(handle)} is forgotten`);
    },
  );
}

function addRoles(user: Verb, terminal: Terminal): void {
  const promote = user
    .command('promote')
    .description('Make somebody an admin: the first one of an exchange, for example.')
    .argument('<handle>', 'whom')
    .example('user promote ana', 'May open, resolve and cancel markets.');
  withJson(withUrl(withData(promote, terminal), terminal)).action(
    (handle: string, options: UserOptions) => grantRole(terminal, handle, 'admin', options),
  );
  const grant = user
    .command('grant')
    .description('Give somebody a role.')
    .argument('<handle>', 'whom')
    .addArgument(new Argument('<role>', 'which').choices(['admin', 'seller', 'source']))
    .example('user grant bob seller', 'May put up rallies.');
  withJson(withUrl(withData(grant, terminal), terminal)).action(
    (handle: string, role: string, options: UserOptions) =>
      grantRole(terminal, handle, role, options),
  );
}

async function grantRole(
  terminal: Terminal,
  handle: string,
  role: string,
  options: UserOptions,
): Promise<void> {
  const { account } = await throughClient(terminal, options, async (client) => {
    const person = await client.person(handle);
    await client.grantRole(person.account, role).catch(isSo);
    return person;
  });
  if (options.json) return json(terminal, { handle, account, role });
  line(terminal.out, `${plain(handle)} (${account}) has the role ${role}`);
}

/** Granted before is as good. */
function isSo(error: unknown): void {
  if (!(error instanceof FairgroundRefusal) || error.code !== 'already_so') throw error;
}

/** On a directory that no server has open, through the node that is opened for it. */
function throughClient<T>(
  terminal: Terminal,
  options: UserOptions,
  act: (client: Client) => Promise<T>,
): Promise<T> {
  return asOperator(terminal, options, {
    served: act,
    async alone({ url }) {
      const token = await readFile(join(options.data, TOKEN_FILE), 'utf8');
      return act(clientOf(terminal, url, token.trim()));
    },
  });
}

async function createUser(terminal: Terminal, handle: string, options: UserOptions): Promise<void> {
  const wanted = { handle, admin: options.admin ?? false };
  const { signal } = terminal;
  const made = await asOperator(terminal, options, {
    served: (client) => client.createUser(wanted, { signal }),
    async alone(node): Promise<NewUser> {
      const { key_id: keyId, ...user } = await node.signUp(wanted);
      return { ...user, keyId };
    },
  });
  if (options.json) return json(terminal, made);
  line(terminal.out, `${plain(made.handle)} is ${made.account}${wanted.admin ? ', an admin' : ''}`);
  line(terminal.out, `key ${paint(terminal, 'bold', made.key)}`);
  line(
    terminal.err,
    'The key is shown this once: keep it. FAIRGROUND_KEY, or --key, says who you are.',
  );
}
