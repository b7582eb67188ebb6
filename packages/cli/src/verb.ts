/** A command that knows examples of itself; help and manual show them. */
import { Command, type HelpContext } from 'commander';

export interface Example {
  readonly line: string;
  readonly says: string;
}

export class Verb extends Command {
  readonly #examples: Example[] = [];
  readonly #notes: string[] = [];

  override createCommand(name?: string): Verb {
    return new Verb(name);
  }

  /** `line` without the program's name. */
  example(line: string, says: string): this {
    return this.typed(`fairground ${line}`, says);
  }

  /** An example that begins with another program. */
  typed(line: string, says: string): this {
    this.#examples.push({ line, says });
    return this;
  }

  note(heading: string, lines: readonly string[]): this {
    this.#notes.push([heading, ...lines].join('\n'));
    return this;
  }

  override helpInformation(context?: HelpContext): string {
    const shown = this.#examples.map(({ line, says }) => `  $ ${line}\n      ${says}`);
    const examples = shown.length === 0 ? [] : [`Examples:\n${shown.join('\n')}`];
    return (
      [super.helpInformation(context).trimEnd(), ...examples, ...this.#notes].join('\n\n') + '\n'
    );
  }
}
