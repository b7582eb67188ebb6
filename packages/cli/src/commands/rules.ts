/** `fairground rules`: which rules are in force, and the word that raises them. */
import { FairgroundRefusal } from '@fairground/client';
import { asOperator, type OperatorOptions } from '../operator.js';
import { json, line } from '../print.js';
import { type JsonOption, withData, withJson, withUrl } from '../settings.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

type RulesOptions = OperatorOptions & JsonOption;

export function addRules(program: Verb, terminal: Terminal): void {
  const rules = program.command('rules').description('The rules that decide.');
  const verb = rules
    .command('adopt')
    .description(
      'Raise the rules in force to the newest that the server knows. For good: an older build can then no longer lead.',
    )
    .example('rules adopt', 'After an update that was started with --keep-rules.');
  withJson(withUrl(withData(verb, terminal), terminal)).action((options: RulesOptions) =>
    adopt(terminal, options),
  );
}

/** Absent: those in force are the newest already. */
interface Adopted {
  readonly rules?: number;
}

async function adopt(terminal: Terminal, options: RulesOptions): Promise<void> {
  const { signal } = terminal;
  const { rules } = await asOperator<Adopted>(terminal, options, {
    served: (client) => client.adoptRules({ signal }).catch(newestAlready),
    // A node that is opened adopts them by itself.
    alone: async (node) => ({ rules: node.sequencer.world.rules }),
  });
  if (options.json) return json(terminal, { rules });
  line(
    terminal.out,
    rules === undefined ? 'the newest rules are in force already' : `rules ${rules} are in force`,
  );
}

function newestAlready(error: unknown): Adopted {
  if (error instanceof FairgroundRefusal && error.code === 'already_so') return {};
  throw error;
}
