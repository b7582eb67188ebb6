/** `fairground puller`: where the server looks for facts, and how it goes there. */
import type { Puller, PullerTrial, TriedItem } from '@fairground/client';
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

interface TryOptions extends Options {
  readonly answer?: string;
  readonly puller?: string;
}

interface ChangeOptions extends Options {
  readonly name?: string;
  readonly address?: string;
  readonly every?: string;
  readonly source?: string;
  readonly on?: boolean;
  readonly off?: boolean;
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
  addTrials(puller, terminal);
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

/** What is asked of a puller before it is trusted, and changed of one that is there. */
function addTrials(puller: Verb, terminal: Terminal): void {
  const tried = puller
    .command('try')
    .description('What a file’s mapping would come to now. Nothing is kept, and nothing is done.')
    .argument('<file>', 'the file, as `puller add` takes it')
    .option('--answer <file>', 'what its address would answer: then nobody is asked')
    .option('--puller <id>', 'one that is there: what it has seen counts')
    .example('puller try cup.json', 'Which facts would be recorded, and what would be refused.');
  withJson(withServer(tried, terminal)).action((file: string, options: TryOptions) =>
    tryOut(terminal, file, options),
  );
  const changed = puller
    .command('change')
    .description('Change one, from now on in your name. What it has seen stays.')
    .argument('<puller>', 'its id')
    .argument('[file]', 'JSON with what changes, such as its mapping')
    .option('--name <text>', 'how it is called')
    .option('--address <url>', 'where it looks')
    .option('--every <seconds>', 'how often')
    .option('--source <account>', 'whose facts they are')
    .option('--on', 'it looks again')
    .option('--off', 'it looks no more, and shows nothing')
    .example('puller change pul_6b1f --every 30', 'Half as often.')
    .example('puller change pul_6b1f --off', 'Until it is turned on again.');
  withJson(withServer(changed, terminal)).action(
    (id: string, file: string | undefined, options: ChangeOptions) =>
      change(terminal, { id, file }, options),
  );
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

/** Only what a mapping needs to be tried out goes along. */
async function tryOut(terminal: Terminal, file: string, options: TryOptions): Promise<void> {
  const { url, headers, source, mapping } = await readWanted(file);
  const answer = options.answer === undefined ? undefined : await readText(options.answer);
  const asked = answer === undefined ? { url, headers } : { answer };
  const puller = options.puller === undefined ? {} : { puller: options.puller };
  const { signal } = terminal;
  const told = await signedIn(terminal, options).pullers.tryOut(
    { ...asked, source, mapping, ...puller },
    { signal },
  );
  if (options.json) return json(terminal, told);
  tellTrial(terminal, told);
}

const TRIED: readonly Column[] = [
  { name: 'item' },
  { name: 'what it is', flexible: true },
  { name: 'status' },
  { name: 'counts', wraps: true },
  { name: 'what it would do', wraps: true },
];

function tellTrial(terminal: Terminal, { items, refused, error }: PullerTrial): void {
  const { out } = terminal;
  if (error !== undefined) return line(out, `it is of no use: ${plain(error)}`);
  if (items.length === 0) line(out, 'nothing in it would count');
  else table(terminal, TRIED, items.map(triedRow));
  for (const { item, reason } of refused) line(out, `${plain(item ?? '?')}: ${plain(reason)}`);
}

function triedRow({ item, names, status, counts, markets, ends }: TriedItem): string[] {
  const acts = counts.flatMap(({ kind = '', market = '', records, takesBack }) => [
    ...(records > 0 ? [`${records} ${kind} for ${market}`] : []),
    ...(takesBack > 0 ? [`takes back ${takesBack} ${kind} of ${market}`] : []),
  ]);
  const rests = markets.filter(({ pauses }) => pauses).map(({ market }) => `pauses ${market}`);
  const ended = ends.map(({ market, outcome }) => `${market} comes to ${outcome}`);
  const told = counts.map(({ count, value }) => `${count} ${value}`).join(', ');
  const does = [...acts, ...rests, ...ended].join(', ');
  return [item, names.join(' – '), status, told, does === '' ? 'nothing' : does];
}

interface Which {
  readonly id: string;
  readonly file: string | undefined;
}

async function change(
  terminal: Terminal,
  { id, file }: Which,
  options: ChangeOptions,
): Promise<void> {
  const { name, address, source, every, on, off } = options;
  if (on && off) throw new Failure('usage', 'Either --on or --off.');
  if (every !== undefined && !/^[1-9]\d{0,5}$/.test(every))
    throw new Failure('usage', '--every is a number of seconds.');
  const said = {
    ...(name !== undefined && { name }),
    ...(address !== undefined && { url: address }),
    ...(source !== undefined && { source }),
    ...(every !== undefined && { every_s: Number(every) }),
    ...((on || off) && { on: on === true }),
  };
  const changes = { ...(file !== undefined && (await readWanted(file))), ...said };
  if (Object.keys(changes).length === 0)
    throw new Failure('usage', 'Say what to change: a file, or one of the options.');
  const { signal } = terminal;
  const next = await signedIn(terminal, options).pullers.change(id, changes, { signal });
  if (options.json) return json(terminal, next);
  const how = next.on ? `looks every ${next.everyS} s` : 'is off';
  line(terminal.out, `${plain(next.name)} ${how}: ${plain(next.url)}`);
}

const readText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    throw new Failure('usage', `${file} cannot be read.`, error);
  });

async function readWanted(file: string): Promise<Readonly<Record<string, unknown>>> {
  const wanted = jsonIn(await readText(file));
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
