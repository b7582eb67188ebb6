/** `fairground demo`: the World Cup, played on a node of one's own. */
import { existsSync } from 'node:fs';
import { JournalRefused, openFileJournal } from '@fairground/journal';
import { putAside } from '../aside.js';
import { runDemo, type DemoResult } from '../demo/demo.js';
import { DemoFault } from '../demo/port.js';
import { type DemoStatus, statusLine } from '../demo/status.js';
import { demoExchange } from '../exchange.js';
import { Failure } from '../exit.js';
import { LiveLine } from '../live-line.js';
import { type NodeOptions, openNode, withNode } from '../node.js';
import { jsonLine, line } from '../print.js';
import { progress } from '../progress.js';
import { countArgument, type JsonOption, withJson } from '../settings.js';
import { journalDirIn } from '../reading.js';
import { stopped, type Terminal } from '../terminal.js';
import { InvalidArgumentError } from 'commander';
import type { Verb } from '../verb.js';

interface DemoCommandOptions extends NodeOptions, JsonOption {
  readonly speed: number;
  readonly seed?: number;
  readonly trades?: number;
  readonly fresh?: boolean;
  readonly wait: boolean;
}

export function addDemo(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('demo')
    .description('Play the World Cup 2026 on an exchange of your own, with a crowd that trades.')
    .option('--speed <days>', 'match days a minute, or “max”', speedArgument, 1)
    .option('--seed <number>', 'another crowd', countArgument(0, 2_147_483_647))
    .option(
      '--trades <count>',
      'what the crowd trades a second; 0 for no crowd',
      countArgument(0, 10_000),
    )
    .option('--fresh', 'begin anew: what is in the data directory is moved aside')
    .option('--no-wait', 'end after the final instead of serving on')
    .example('demo', 'A match day a minute; open the address it shows.')
    .example('demo --speed max --trades 0 --no-wait', 'The whole cup in seconds, then the result.')
    .example(
      'demo --fresh --seed 7 --port 4100',
      'From the first day, with other traders, elsewhere.',
    )
    .note('Stopped and started again it goes on where it was:', [
      '      each match, goal and card happens once.',
    ]);
  withJson(withNode(verb, terminal)).action((options: DemoCommandOptions) =>
    demo(terminal, options),
  );
}

export function speedArgument(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const value = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0, or “max”.');
}

async function demo(terminal: Terminal, options: DemoCommandOptions): Promise<void> {
  if (options.fresh) await moveAside(terminal, options);
  const node = await openNode(terminal, { ...options, alone: true });
  try {
    if (options.json) jsonLine(terminal, { url: node.url });
    else line(terminal.out, `The World Cup is at ${node.url}`);
    const result = await play(terminal, options, demoExchange(node));
    if (options.json) jsonLine(terminal, verdict(result));
    else if (result.text !== undefined) line(terminal.out, result.text);
    if (!result.finished) {
      line(terminal.err, 'stopped; the next start goes on from here');
      if (!options.wait) throw terminal.signal.reason;
    } else if (options.wait) {
      line(terminal.err, `${node.url} stays open; Ctrl-C ends it, --fresh plays the cup again`);
      await stopped(terminal);
    }
  } finally {
    await node.close();
  }
}

const verdict = ({ finished, champion, facts }: DemoResult): object => {
  return { finished, champion, facts: Object.fromEntries(facts) };
};

async function play(
  terminal: Terminal,
  { data, speed, seed, trades }: DemoCommandOptions,
  exchange: ReturnType<typeof demoExchange>,
): Promise<DemoResult> {
  const watch = new DemoWatch(terminal);
  try {
    return await runDemo({
      exchange,
      dir: data,
      speed,
      ...(seed !== undefined && { seed }),
      ...(trades !== undefined && { crowdPerSecond: trades }),
      onStatus: (status) => watch.show(status),
      signal: terminal.signal,
    });
  } catch (error) {
    throw error instanceof DemoFault ? new Failure('fault', error.message, error) : error;
  } finally {
    watch.end();
  }
}

/** A bar while the stocks are listed (a line now and then where nobody looks), then one line that lives. */
class DemoWatch {
  readonly #bar;
  readonly #line: LiveLine;
  readonly #drawsBars: boolean;
  #listing = true;

  constructor(terminal: Terminal) {
    this.#bar = progress(terminal, 'listing', 'stocks');
    this.#drawsBars = terminal.err.isTTY === true;
    this.#line = new LiveLine(terminal);
  }

  show(status: DemoStatus): void {
    if (status.phase === 'listing' && this.#drawsBars) {
      this.#bar.at(status.listed, status.toList);
      return;
    }
    this.#endBar();
    this.#line.show((columns) => statusLine(status, columns));
  }

  end(): void {
    this.#endBar();
    this.#line.end();
  }

  #endBar(): void {
    if (this.#listing) this.#bar.end();
    this.#listing = false;
  }
}

/** A journal that nobody can open is no reason not to begin anew. */
const MOVABLE: ReadonlySet<JournalRefused['code']> = new Set(['damaged', 'loss', 'format']);

async function moveAside(
  terminal: Terminal,
  { data, unsafeLock = false }: DemoCommandOptions,
): Promise<void> {
  const dir = journalDirIn(data);
  if (!existsSync(data) || !existsSync(`${dir}/journal.json`)) return;
  // Opening takes the lock: a directory that a server works in stays where it is.
  try {
    await (await openFileJournal({ dir, unsafeLock })).close();
  } catch (error) {
    if (!(error instanceof JournalRefused) || !MOVABLE.has(error.code)) throw error;
  }
  putAside(terminal, data);
}
