/** From arguments to an exit code: every way to end passes through here. */
import { CommanderError } from 'commander';
import { EXITS, Failure, failureOf } from './exit.js';
import { line, paint } from './print.js';
import { buildProgram } from './program.js';
import type { Terminal } from './terminal.js';

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await buildProgram(terminal).parseAsync(args, { from: 'user' });
    return EXITS.ok.code;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? EXITS.ok.code : EXITS.usage.code;
    const reason: unknown = terminal.signal.aborted ? terminal.signal.reason : undefined;
    // Work that a Ctrl-C cut short fails in many ways; what matters is that it was asked for.
    const failure = failureOf(reason instanceof Failure && !says(error) ? reason : error);
    tell(terminal, failure);
    return EXITS[failure.exit].code;
  }
}

/** What must be said even after a Ctrl-C: an order may have gone through. */
const says = (error: unknown): boolean =>
  ['unknown', 'difference', 'forked'].includes(failureOf(error).exit);

function tell(terminal: Terminal, failure: Failure): void {
  const { err, env } = terminal;
  line(err, `${paint(terminal, 'red', 'fairground:', err)} ${failure.message}`);
  if (!env['FAIRGROUND_DEBUG']) return;
  for (let error: unknown = failure; error instanceof Error; error = error.cause)
    line(err, error.stack);
}
