/** The manual of the command line, made of what `--help` says, so that it cannot say anything else. */
import { exitLines } from './exit.js';
import { buildProgram } from './program.js';
import type { Terminal } from './terminal.js';
import type { Verb } from './verb.js';

const INTRODUCTION = `# The command line

\`fairground\` runs an exchange, trades on it, watches it and proves it. In this repository it is
\`npm run fairground -- …\`. This page is what \`fairground help\` prints; a test keeps it so.

## Good to know

- Results go to the standard output, everything else (progress, advice, errors) to the standard error: a pipe
  gets the results alone. \`--json\` prints what the API would say: amounts as decimal strings, times in UTC.
- \`FAIRGROUND_URL\`, \`FAIRGROUND_KEY\`, \`FAIRGROUND_DATA\`, \`PORT\` and \`HOST\` stand for options; an option wins.
- Where the terminal is narrow, tables leave out the columns that matter least; \`--json\` has them all.
- \`NO_COLOR\` switches colours off. \`FAIRGROUND_DEBUG=1\` adds the stack to an error.
- Ctrl-C ends cleanly: a server finishes what it has accepted, an import keeps what it has taken in, a demo goes
  on from there at the next start. A second Ctrl-C ends at once, which loses nothing that was confirmed.
- An order whose outcome is unknown (exit code 6) names its key. \`--idempotency-key\` asks for that very order
  again: it is placed once, whatever became of the first attempt.
`;

export function reference(terminal: Terminal): string {
  const program = buildProgram(terminal);
  const exits = ['## Exit codes', '', '```text', ...exitLines(), '```'].join('\n');
  return `${[INTRODUCTION.trimEnd(), exits, ...sections(program)].join('\n\n')}\n`;
}

function sections(verb: Verb, path = 'fairground'): string[] {
  return verb.commands.flatMap((child) => {
    const name = `${path} ${child.name()}`;
    const inner = isVerb(child) ? sections(child, name) : [];
    if (inner.length > 0) return inner;
    return [`## ${name}\n\n\`\`\`text\n${child.helpInformation().trimEnd()}\n\`\`\``];
  });
}

const isVerb = (command: object): command is Verb => 'example' in command;
