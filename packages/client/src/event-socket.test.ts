import { afterEach, expect, test, vi } from 'vitest';
import {
  type Answer,
  busy,
  hasty,
  refusal,
  type TinyServer,
  tinyServer,
} from '../test/tiny-server.js';
import { createClient } from './client.js';
import type { Frame } from './frames.js';
import type { Live, Notice } from './notices.js';

let tiny: TinyServer;
let live: Live | undefined;
afterEach(async () => {
  live?.close();
  await tiny.close();
});

const hashOf = (seq: number) => String(seq).padStart(8, '0');
const state = (seq: number) => ({
  type: 'state',
  topic: 'market/M1',
  seq,
  hash: hashOf(seq),
  data: { id: 'Zoë' },
});
const event = (prev: number, seq: number) => ({
  ...state(seq),
  type: 'event',
  prev,
  data: { type: 'traded' },
});
const subscribed = { type: 'subscribed', topics: ['market/M1'], seq: '1.00000001' };

/** A stream that says this and ends. */
const stream = (...said: { type: string }[]): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream' },
  body: said
    .map((each) => `id: 1.1\nevent: ${each.type}\ndata: ${JSON.stringify(each)}\n\n`)
    .join(''),
});
const gone = refusal(404, 'topic_unknown', false);

async function follow(...answers: Answer[]) {
  tiny = await tinyServer(answers);
  const [pauses, alarms]: [number[], string[]] = [[], []];
  const [frames, notices]: [Frame[], Notice[]] = [[], []];
  const platform = { ...hasty(pauses, alarms), WebSocket: undefined };
  const client = createClient({ url: tiny.url, key: 'fg_k', platform });
  const topics = ['market/M1', 'global'];
  const options = { sse: true, onNotice: (one: Notice) => notices.push(one) };
  live = client.live(topics, (frame) => frames.push(frame), options);
  await live.ended;
  const asked = tiny.asked.map(({ path }) => path.replace('/v1/stream/sse?topics=', ''));
  return { frames, notices, pauses, alarms, asked, told: notices.map(({ type }) => type) };
}

test('[K27] a stream brings the frames that a socket brings, and resumes where it was', async () => {
  const first = [subscribed, state(5), event(5, 6), event(6, 8)];
  const second = [subscribed, event(6, 8), event(8, 9), state(9)];
  const { frames, told, asked } = await follow(stream(...first), stream(...second), gone);
  expect(frames.map(({ type, seq }) => `${type} ${seq}`)).toEqual([
    'state 5',
    'event 6',
    'event 8',
    'event 9',
    'state 9',
  ]);
  expect(frames[0]?.data).toEqual({ id: 'Zoë' });
  expect(told).toEqual(['live', 'cut', 'live', 'cut', 'refused']);
  expect(asked).toEqual([
    'market/M1,global',
    'market/M1,global&after=6.00000006',
    'market/M1,global&after=9.00000009',
  ]);
  expect(tiny.asked[0]?.headers).toMatchObject({
    accept: 'text/event-stream',
    authorization: 'Bearer fg_k',
  });
});

test('[K28] a refused stream ends the feed, what is not now does not', async () => {
  const proxy = { status: 404, body: 'No such page.' };
  const { notices, told, pauses } = await follow(busy('3'), proxy, stream(subscribed), gone);
  expect(told).toEqual(['cut', 'cut', 'live', 'cut', 'refused']);
  expect(pauses).toContain(3_000);
  expect(notices[1]).toMatchObject({ reason: 'something between answered 404' });
  expect(notices.at(-1)).toMatchObject({ code: 'topic_unknown' });
});

test('[K29] the last word of a stream is why it ended', async () => {
  const closing = (code: number, reason: string) => ({ type: 'closing', code, reason });
  const draining = { type: 'draining', reconnect_ms: 1_234 };
  const { notices, pauses } = await follow(
    stream(subscribed, draining, closing(4503, 'draining')),
    stream(subscribed, closing(4401, 'revoked')),
  );
  expect(notices).toMatchObject([
    { type: 'live' },
    { type: 'cut', code: 4503, reason: 'draining' },
    { type: 'live' },
    { type: 'refused', code: 'revoked' },
  ]);
  expect(pauses).toContain(1_234);
});

test('[K29] a gap opens another stream, from now on', async () => {
  const { told, asked, frames } = await follow(
    stream(subscribed, state(5), event(7, 8)),
    stream(subscribed, state(8)),
    gone,
  );
  expect(asked.slice(0, 2)).toEqual(['market/M1,global', 'market/M1,global']);
  expect(told.slice(0, 2)).toEqual(['live', 'gap']);
  await vi.waitFor(() => expect(frames.map(({ seq }) => seq)).toEqual([5, 8, 8]));
});
