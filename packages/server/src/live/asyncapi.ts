/** The live feed as an AsyncAPI document, made of the schemas that the server itself reads and is tested with. */
import { z } from 'zod';
import { COMMANDS } from './message.js';
import { SAYS } from './says.js';

type Json = Readonly<Record<string, unknown>>;

const SUMMARIES: Readonly<Record<string, string>> = {
  subscribe: 'Watch topics, from now on or after a cursor.',
  unsubscribe: 'Watch these no more.',
  auth: 'Show a key, where none came with the upgrade.',
  ping: 'Answered with pong.',
  subscribed: 'What follows is of these topics.',
  unsubscribed: 'Nothing more comes of these.',
  authenticated: 'The key is this account’s.',
  ticks_state:
    'The newest tick of a symbol: in no entry, so it has a number of its own and moves no cursor; the gap is `GET /v1/ticks?after=`.',
  letters_state:
    'How many dead letters are open, for admins: in no entry, so the number of the newest one is its own, and it moves no cursor.',
  event: 'One thing that happened: none is left out. `prev` is the topic’s seq before it.',
  notification:
    'What I was told, of the topic `notifications`: it may trail, moves no cursor, and resumes after its own `place`.',
  matches: 'The newest of all matches, whole, of the topic `matches`: it moves no cursor.',
  start_over: 'It cannot be resumed: only states follow.',
  heartbeat: 'Every 15 s: where this node is, and the newest entry it knows of.',
  draining: 'Come back after so many milliseconds: the line ends.',
  closing: 'The last word of a stream of events: what a socket is closed with.',
  pong: 'The answer to ping.',
  error: 'The message did nothing.',
};

/** What only one of the two skins has. */
const ONLY_SOCKET = new Set(['unsubscribed', 'authenticated', 'pong', 'error']);
const ONLY_STREAM = new Set(['closing']);

const said = Object.entries(SAYS);
const asked = Object.entries(COMMANDS);

export function asyncApi(): Json {
  const heardBySocket = said.map(([name]) => name).filter((name) => !ONLY_STREAM.has(name));
  const heardByStream = said.map(([name]) => name).filter((name) => !ONLY_SOCKET.has(name));
  const askedBySocket = asked.map(([name]) => name);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Fairground live feed',
      version: '1',
      description:
        'States are the newest and whole, at most twenty a second; events are all of them, in order. The cursor is the greatest `seq.hash8` seen, and resumes.',
    },
    defaultContentType: 'application/json',
    channels: {
      socket: {
        address: '/v1/stream',
        description: 'A WebSocket. The key in `Authorization`, as a protocol, or by `auth`.',
        messages: refs(
          [...askedBySocket, ...heardBySocket],
          (name) => `components/messages/${name}`,
        ),
        bindings: { ws: { method: 'GET' } },
      },
      stream: {
        address: '/v1/stream/sse',
        description:
          'A stream of events over plain HTTP: `event:` is the type, `data:` the message, `id:` the cursor. The key in `Authorization`; `Last-Event-ID` resumes.',
        messages: refs(heardByStream, (name) => `components/messages/${name}`),
        bindings: {
          http: {
            query: json(
              z.object({
                topics: z.string(),
                after: z.string().optional(),
                notices_after: z.string().optional(),
              }),
            ),
          },
        },
      },
    },
    operations: {
      ask: operation('receive', 'socket', askedBySocket),
      hear: operation('send', 'socket', heardBySocket),
      listen: operation('send', 'stream', heardByStream),
    },
    components: {
      messages: Object.fromEntries(
        [...asked, ...said].map(([name, schema]) => [name, message(name, schema)]),
      ),
    },
  };
}

const json = (schema: z.ZodType): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
};

function message(name: string, schema: z.ZodType): Json {
  const [topic = ''] = name.split('_state');
  const summary = SUMMARIES[name] ?? `The newest of ${topic}, whole, as of its last change.`;
  return { name, summary, payload: json(schema) };
}

const refs = (names: readonly string[], path: (name: string) => string): Json =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/${path(name)}` }]));

/** As the server sees it: what it receives is what a client says. */
function operation(action: 'send' | 'receive', channel: string, names: readonly string[]): Json {
  return {
    action,
    channel: { $ref: `#/channels/${channel}` },
    messages: Object.values(refs(names, (name) => `channels/${channel}/messages/${name}`)),
  };
}
