import { afterEach, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { done, hasty, type TinyServer, tinyServer } from '../test/tiny-server.js';
import { createClient } from './client.js';
import type { Frame } from './frames.js';
import { LIVE } from './live.js';
import type { Live, LiveOptions, Notice } from './notices.js';
import type { Platform } from './platform.js';

let tiny: TinyServer;
let live: Live | undefined;
afterEach(async () => {
  live?.close();
  await tiny.close();
});

const hashOf = (seq: number) => String(seq).padStart(8, '0');
const say = (socket: WebSocket, message: object) => socket.send(JSON.stringify(message));
const state = (seq: number, topic = 'market/M1') => ({
  type: 'state',
  topic,
  seq,
  hash: hashOf(seq),
  data: { id: 'M1' },
});
const event = (prev: number, seq: number, more = 0, topic = 'market/M1') => ({
  ...state(seq, topic),
  type: 'event',
  prev,
  ...(more > 0 && { more }),
  data: { type: 'traded' },
});
const subscribed = { id: 1, type: 'subscribed', topics: ['market/M1'], seq: '1.00000001' };

/** The n-th connection is told `turns[n]` once it subscribes. */
async function follow(
  turns: object[][],
  options: LiveOptions = {},
  platform: Partial<Platform> = {},
) {
  tiny = await tinyServer([done({ seq: 9, hash: hashOf(9), journal: 'j' }, `9.${hashOf(9)}`)]);
  const subscribes = () => tiny.heard.filter(({ cmd }) => cmd === 'subscribe');
  tiny.onSocket = (socket, { cmd }) => {
    if (cmd !== 'subscribe' || subscribes().length > tiny.sockets.length) return;
    for (const message of turns[tiny.sockets.length - 1] ?? []) say(socket, message);
  };
  const pauses: number[] = [];
  const alarms: string[] = [];
  const frames: Frame[] = [];
  const notices: Notice[] = [];
  const client = createClient({
    url: tiny.url,
    key: 'fg_k',
    platform: { ...hasty(pauses, alarms), ...platform },
  });
  live = client.live(['market/M1'], (frame) => frames.push(frame), {
    onNotice: (one) => notices.push(one),
    ...options,
  });
  const seen = () => frames.map((frame) => `${frame.type} ${frame.seq}`);
  const told = () => notices.map((notice) => notice.type);
  return { client, live, frames, notices, pauses, alarms, seen, told, subscribes };
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });

test('[K18] frames come in order; one that goes back is dropped', async () => {
  const {
    seen,
    frames,
    live: feed,
  } = await follow([
    [
      subscribed,
      state(5),
      event(5, 6, 1),
      event(6, 6),
      event(6, 6),
      state(6),
      state(4),
      event(6, 8),
    ],
  ]);
  await soon(() => expect(seen()).toEqual(['state 5', 'event 6', 'event 6', 'state 6', 'event 8']));
  expect(frames[1]).toEqual({
    type: 'event',
    topic: 'market/M1',
    seq: 6,
    prev: 5,
    more: 1,
    hash: '00000006',
    data: { type: 'traded' },
  });
  expect(tiny.heard).toEqual([
    { id: 0, cmd: 'auth', key: 'fg_k' },
    { id: 1, cmd: 'subscribe', topics: ['market/M1'] },
  ]);
  expect(feed.connected).toBe(true);
});

test('[K19] a cut feed resumes after the newest entry of which nothing can be missing', async () => {
  const heartbeat = { type: 'heartbeat', seq: '9.00000009', head: '12.00000012' };
  const {
    seen,
    told,
    notices,
    subscribes,
    live: feed,
  } = await follow([
    [subscribed, state(5), event(5, 6), heartbeat],
    [subscribed, event(6, 10)],
  ]);
  await soon(() => expect(told()).toContain('heartbeat'));
  tiny.sockets[0]!.terminate();
  await soon(() => expect(seen()).toContain('event 10'));
  expect(subscribes()[1]).toMatchObject({ after: '9.00000009' });
  expect(told()).toEqual(['live', 'heartbeat', 'cut', 'live']);
  expect(notices[1]).toEqual({ type: 'heartbeat', seq: 9, head: 12 });
  expect(feed.cursor).toEqual({ seq: 10, hash: '00000010' });
});

test('[K19] what was cut in the middle of an entry comes, and nothing comes twice', async () => {
  const first = [subscribed, state(5), event(5, 6), event(6, 8, 1)];
  const second = [subscribed, event(6, 8, 1), event(8, 8), event(3, 8, 0, 'global'), state(8)];
  const { seen, told, subscribes, live: feed } = await follow([first, second]);
  await soon(() => expect(seen()).toHaveLength(3));
  expect(feed.cursor?.seq).toBe(8);
  tiny.sockets[0]!.terminate();
  await soon(() =>
    expect(seen()).toEqual(['state 5', 'event 6', 'event 8', 'event 8', 'event 8', 'state 8']),
  );
  expect(subscribes()[1]).toMatchObject({ after: '6.00000006' });
  expect(told()).toEqual(['live', 'cut', 'live']);
});

test('[K19] a cursor of an earlier life is where it begins', async () => {
  const { subscribes } = await follow([[subscribed]], { after: { seq: 3, hash: '00000003' } });
  await soon(() => expect(subscribes()[0]).toMatchObject({ after: '3.00000003' }));
});

test('[K20] a gap is told and the state asked for anew', async () => {
  const { notices, seen, subscribes } = await follow([[subscribed, state(5), event(7, 8)]]);
  await soon(() => expect(seen()).toEqual(['state 5', 'event 8']));
  expect(notices).toContainEqual({ type: 'gap', topic: 'market/M1', after: 5, before: 8 });
  await soon(() => expect(subscribes()).toHaveLength(2));
  expect(subscribes()[1]).not.toHaveProperty('after');
});

test('[K21] starting over is told, and another history said aloud', async () => {
  const old = await follow([[subscribed, { type: 'start_over', reason: 'too_old' }, state(50)]], {
    after: { seq: 3, hash: hashOf(3) },
  });
  await soon(() => expect(old.seen()).toEqual(['state 50']));
  expect(old.told()).toEqual(['live', 'start_over']);
  expect(old.alarms).toEqual([]);
  old.live.close();
  await tiny.close();
  const forked = await follow([[subscribed, { type: 'start_over', reason: 'forked' }, state(2)]], {
    after: { seq: 3, hash: hashOf(3) },
  });
  await soon(() => expect(forked.seen()).toEqual(['state 2']));
  expect(forked.told()).toEqual(['live', 'forked', 'start_over']);
  expect(forked.alarms).toEqual([expect.stringContaining('entry 3')]);
  await expect(forked.client.head()).rejects.toMatchObject({ kind: 'forked' });
});

test('[K22] a refused subscription ends the feed', async () => {
  const { told, live: feed } = await follow([
    [{ id: 1, type: 'error', code: 'market_unknown', message: 'No such market.' }],
  ]);
  await feed.ended;
  expect(told()).toEqual(['refused']);
  expect(tiny.sockets).toHaveLength(1);
});

test('[K22] a revoked key ends the feed; a slow reader comes back', async () => {
  const { told, live: feed } = await follow([[subscribed], [subscribed]]);
  await soon(() => expect(tiny.sockets).toHaveLength(1));
  await soon(() => expect(told()).toEqual(['live']));
  tiny.sockets[0]!.close(4008, 'slow');
  await soon(() => expect(told()).toEqual(['live', 'cut', 'live']));
  tiny.sockets[1]!.close(4401, 'revoked');
  await feed.ended;
  expect(told().at(-1)).toBe('refused');
  expect(feed.connected).toBe(false);
});

test('[K22] closing ends it, and nothing is heard after', async () => {
  const { frames, live: feed } = await follow([[subscribed, state(5)]]);
  await soon(() => expect(frames).toHaveLength(1));
  feed.close();
  await feed.ended;
  say(tiny.sockets[0]!, state(6));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(frames).toHaveLength(1);
  expect(tiny.sockets).toHaveLength(1);
});

test('[K23] a silent line is given up and opened anew', async () => {
  const waits: (() => void)[] = [];
  const slow = hasty();
  const after: Platform['after'] = (ms, call) => {
    if (ms !== LIVE.silenceMsMax) return slow.after!(ms, call);
    waits.push(call);
    return () => void waits.splice(waits.indexOf(call), 1);
  };
  const { told } = await follow([[subscribed], [subscribed]], {}, { after });
  await soon(() => expect(told()).toEqual(['live']));
  expect(waits).toHaveLength(1);
  waits[0]!();
  await soon(() => expect(told()).toEqual(['live', 'cut', 'live']));
});

test('[K24] a draining server says when to come back', async () => {
  const { told, pauses } = await follow([
    [subscribed, { type: 'draining', reconnect_ms: 1_234 }],
    [subscribed],
  ]);
  await soon(() => expect(told()).toEqual(['live']));
  tiny.sockets[0]!.close(4503, 'draining');
  await soon(() => expect(told()).toEqual(['live', 'cut', 'live']));
  expect(pauses).toContain(1_234);
});

test('[K2] what cannot be followed is refused before a socket is opened', async () => {
  const { client } = await follow([[subscribed]]);
  expect(() => client.live([], () => undefined)).toThrow('1 to 50 topics');
  const bare = createClient({ url: tiny.url, platform: { WebSocket: undefined } });
  expect(() => bare.live(['global'], () => undefined)).toThrow('no WebSocket');
});

test('[K9] words nobody understands drop the line, not the feed', async () => {
  const { told, alarms } = await follow([
    [subscribed, { type: 'state', topic: 'market/M1' }],
    [subscribed],
  ]);
  await soon(() => expect(told()).toEqual(['live', 'cut', 'live']));
  expect(alarms).toHaveLength(1);
});
