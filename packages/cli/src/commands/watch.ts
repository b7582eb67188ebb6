/** `fairground watch`: what happens, as it happens, a line each. */
import type { Frame, Notice } from '@fairground/client';
import { isId } from '@fairground/engine';
import { Failure, failureOf } from '../exit.js';
import { frameLine } from '../frame-line.js';
import { Outcomes } from '../outcomes.js';
import { jsonLine, line, paint, plain } from '../print.js';
import {
  type JsonOption,
  type ServerOptions,
  signedIn,
  withJson,
  withServer,
} from '../settings.js';
import { stopped, type Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';
import { besideOf, isBeside } from './watch-beside.js';

interface WatchOptions extends ServerOptions, JsonOption {
  readonly states?: boolean;
  readonly sse?: boolean;
}

export function addWatch(program: Verb, terminal: Terminal): void {
  const verb = program
    .command('watch')
    .description('Follow markets live until Ctrl-C.')
    .argument(
      '<topics...>',
      'market ids, rally/<id>, ticks/<symbol>, “global” for everybody’s events, “leaderboard”, “matches”, “me” (with a key), or “dead-letters” (an admin’s)',
    )
    .option('--states', 'also every new state, not only events')
    .option('--sse', 'over plain HTTP, where something on the way lets no WebSocket pass')
    .example('watch M1', 'Every trade in one market.')
    .example('watch rally/R1', 'Who joins a group purchase, and how it ends.')
    .example('watch global me', 'Facts and the life of markets, and what happens to you.')
    .example('watch ticks/BTC-USDT matches', 'A price from outside, and what goes on out there.')
    .example('watch M1 --states --json', 'Every frame as one line of JSON.');
  withJson(withServer(verb, terminal)).action((topics: string[], options: WatchOptions) =>
    watch(terminal, topics, options),
  );
}

async function watch(
  terminal: Terminal,
  names: readonly string[],
  options: WatchOptions,
): Promise<void> {
  const topics = names.map(topicOf);
  const client = signedIn(terminal, options);
  // The feed itself tries for ever; that a server is there at all, and these markets, is known at once.
  const known = topics.filter((topic) => KIND.test(topic));
  if (known.length === 0) await client.head(undefined, { signal: terminal.signal });
  for (const topic of known)
    await client.markets.get(topic.replace(KIND, ''), { signal: terminal.signal });
  let refused: Failure | undefined;
  const seen = new Set<string>();
  const outcomes = new Outcomes(client, terminal.signal);
  // One after the other: a line whose names must be asked for keeps those after it waiting.
  let printed = Promise.resolve();
  let broken: Failure | undefined;
  const print = async (frame: Frame): Promise<void> => {
    try {
      line(terminal.out, frameLine(frame, await outcomes.of(frame)));
    } catch (error) {
      broken ??= failureOf(error);
      live.close();
    }
  };
  const live = client.live(
    topics,
    (frame) => {
      // The first state says where things stand; the later ones follow from the events.
      const first = frame.type === 'state' && !seen.has(frame.topic);
      seen.add(frame.topic);
      if (frame.type === 'state' && !first && !options.states) return;
      if (options.json) jsonLine(terminal, frame);
      else printed = printed.then(() => print(frame));
    },
    {
      sse: options.sse,
      ...besideOf(terminal, options.json === true),
      onNotice(notice) {
        if (notice.type === 'refused') refused = refusal(notice);
        const words = noticeLine(notice);
        if (words !== '') line(terminal.err, paint(terminal, 'dim', words, terminal.err));
      },
    },
  );
  await Promise.race([live.ended, stopped(terminal)]);
  live.close();
  await printed;
  if (refused) throw refused;
  if (broken) throw broken;
}

function refusal({ code, message }: Extract<Notice, { type: 'refused' }>): Failure {
  const hint = code === 'unauthorized' ? ' Set FAIRGROUND_KEY, or pass --key.' : '';
  return new Failure('refused', `${plain(message)}${hint}`);
}

/** What stands before the id of a market or rally. */
const KIND = /^(?:market|rally)\//;

function topicOf(name: string): string {
  if (name === 'global' || name === 'me' || name === 'leaderboard' || isBeside(name)) return name;
  const [kind = 'market/'] = KIND.exec(name) ?? [];
  const id = name.replace(KIND, '');
  if (!isId(id))
    throw new Failure('usage', `“${name}” is no market id, and no other topic either.`);
  return `${kind}${id}`;
}

function noticeLine(notice: Notice): string {
  switch (notice.type) {
    case 'live':
      return notice.resumed ? 'connected again' : 'connected; Ctrl-C ends';
    case 'cut':
      return `the line was cut (${notice.reason === '' ? notice.code : plain(notice.reason)}); trying again`;
    case 'gap':
      return `${notice.topic}: events between ${notice.after} and ${notice.before} did not come`;
    case 'start_over':
      return `too long away (${notice.reason}): some events are not shown`;
    case 'forked':
    case 'refused':
    case 'heartbeat':
      return '';
  }
}
