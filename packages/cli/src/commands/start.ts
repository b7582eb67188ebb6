/** `fairground start`: an exchange, until someone says stop. */
import { grouped, jsonLine, line } from '../print.js';
import { configOf, type NodeOptions, openNode, withNode } from '../node.js';
import { type JsonOption, withJson } from '../settings.js';
import { stopped, type Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

export function addStart(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('start')
    .description('Run an exchange until Ctrl-C; a second Ctrl-C ends it at once.')
    .example('start', 'On http://127.0.0.1:4000, data in ./.fairground.')
    .example('start --data /srv/fairground --host 0.0.0.0 --port 80', 'For everybody.');
  withJson(withNode(verb, terminal)).action((options: NodeOptions & JsonOption) =>
    start(terminal, options),
  );
}

async function start(terminal: Terminal, options: NodeOptions & JsonOption): Promise<void> {
  const node = await openNode(terminal, options);
  const { seq } = node.sequencer.world;
  if (options.json) jsonLine(terminal, { url: node.url, seq });
  else line(terminal.out, `Fairground is open at ${node.url}`);
  const { journalUrl } = await configOf(terminal, options);
  const where = journalUrl === undefined ? options.data : `PostgreSQL (${node.sequencer.status})`;
  line(terminal.err, `journal in ${where}, ${grouped(seq)} entries; Ctrl-C closes it cleanly`);
  await stopped(terminal);
  line(terminal.err, 'closing: what was accepted is being finished …');
  await node.close();
}
