/** `fairground user`: people and their keys, by whoever holds the data directory. */
import type { NewUser } from '@fairground/client';
import { asOperator } from '../operator.js';
import { json, line, paint, plain } from '../print.js';
import { type JsonOption, withData, withJson, withUrl } from '../settings.js';
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
