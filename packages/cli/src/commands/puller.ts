/** `fairground puller`: where the server looks for facts, and how it goes there. */
import type { Puller } from '@fairground/client';
import { formatTime } from '@fairground/engine';
import { readFile } from 'node:fs/promises';
import { Failure } from '../exit.js';
import { type Column, json, line, paint, plain, table } from '../print.js';
import {
  type JsonOption,
  type ServerOptions,
  signedIn,
  withJson,
  withServer,
} from '../settings.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

interface Options extends ServerOptions, JsonOption {}

interface PullOptions extends Options {
  readonly acceptJumps?: boolean;
}

interface VetoOptions extends Options {
  readonly reason: string;
}

export function addPuller(program: Verb, terminal: Terminal): void {
  const puller = program
    .command('puller')
    .description('Addresses that the server looks at from time to time, and makes facts of.');
  const listed = puller
    .command('list')
    .description('Which there are, how it went the last time, and what was not taken.')
    .example('puller list', 'With an admin’s key in FAIRGROUND_KEY.');
  withJson(withServer(listed, terminal)).action((options: Options) => list(terminal, options));
  const added = puller
    .command('add')
    .description('Make one of a file: JSON, as POST /v1/admin/pullers takes it.')
    .argument('<file>', 'the file')
    .example('puller add cup.json', 'From now on the server looks there.');
  withJson(withServer(added, terminal)).action((file: string, options: Options) =>
    add(terminal, file, options),
  );
  const removed = puller
    .command('remove')
    .description('Look there no more. What it has told stays.')
    .argument('<puller>', 'its id')
    .example('puller remove pul_6b1f', 'Its facts stay, and so do its results.');
  withJson(withServer(removed, terminal)).action(async (id: string, options: Options) => {
    await signedIn(terminal, options).pullers.remove(id, { signal: terminal.signal });
    if (options.json) return json(terminal, { dropped: id });
    line(terminal.out, `${plain(id)} is gone`);
  });
  addActs(puller, terminal);
}

function addActs(puller: Verb, terminal: Terminal): void {
  const pulled = puller
    .command('pull')
    .description('Look there now. `puller list` shows what came of it.')
    .argument('<puller>', 'its id')
    .option('--accept-jumps', 'believe once whatever is beyond its bounds')
    .example('puller pull pul_6b1f --accept-jumps', 'After a day on which nobody could look.');
  withJson(withServer(pulled, terminal)).action(async (id: string, options: PullOptions) => {
    const acceptJumps = options.acceptJumps === true;
    const how = { acceptJumps, signal: terminal.signal };
    await signedIn(terminal, options).pullers.pull(id, how);
    if (options.json) return json(terminal, { puller: id, asked: true });
    line(terminal.out, `${plain(id)} is asked to look now`);
  });
  const vetoed = puller
    .command('veto')
    .description('Let no market be resolved by what it says of one match, for good.')
    .argument('<puller>', 'its id')
    .argument('<item>', 'the match, by the id it has there')
    .requiredOption('--reason <text>', 'why')
    .example('puller veto pul_6b1f 4711 --reason "Abandoned"', 'An admin decides by hand.');
  withJson(withServer(vetoed, terminal)).action(
    async (id: string, item: string, options: VetoOptions) => {
      const { signal } = terminal;
      await signedIn(terminal, options).pullers.veto(id, item, options.reason, { signal });
      if (options.json) return json(terminal, { puller: id, item, verdict: 'veto' });
      line(terminal.out, `${plain(item)} resolves nothing by itself`);
    },
  );
}

const COLUMNS: readonly Column[] = [
  { name: 'puller' },
  { name: 'name' },
  { name: 'every', right: true },
  { name: 'items', right: true },
  { name: 'last pull' },
  { name: 'how it went', wraps: true },
];

async function list(terminal: Terminal, options: Options): Promise<void> {
  const pullers = await signedIn(terminal, options).pullers.list({ signal: terminal.signal });
  if (options.json) return json(terminal, { items: pullers });
  if (pullers.length === 0) return line(terminal.out, 'there are no pullers');
  table(terminal, COLUMNS, pullers.map(rowOf));
  for (const { name, rejected } of pullers)
    for (const { item, reason, times } of rejected)
      line(terminal.out, `${plain(name)}: ${plain(item ?? '?')}: ${plain(reason)} (${times}×)`);
}

const rowOf = ({ id, name, everyS, items, pulledAt, error, on }: Puller): string[] => [
  id,
  name,
  `${everyS} s`,
  String(items),
  pulledAt === undefined ? 'never' : formatTime(pulledAt),
  on ? (error ?? (pulledAt === undefined ? 'not yet' : 'well')) : 'off',
];

async function add(terminal: Terminal, file: string, options: Options): Promise<void> {
  const wanted = await readWanted(file);
  const { signal } = terminal;
  const made = await signedIn(terminal, options).pullers.create(wanted, { signal });
  if (options.json) return json(terminal, made);
  line(terminal.out, `${plain(made.name)} is ${paint(terminal, 'bold', made.id)}`);
}

async function readWanted(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Failure('usage', `${file} cannot be read.`, error);
  });
  const wanted = jsonIn(text);
  if (wanted === null || typeof wanted !== 'object' || Array.isArray(wanted))
    throw new Failure('usage', `${file} holds no JSON object.`);
  return Object.fromEntries(Object.entries(wanted));
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
