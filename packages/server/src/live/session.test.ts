/** Somebody who comes back while much is still on its way to him. */
import { expect, test } from 'vitest';
import type { Doorman } from '../edge/who.js';
import type { Feed } from './feed.js';
import { type Cursor, Frame } from './frames.js';
import type { Line } from './line.js';
import { Session } from './session.js';

const at: Cursor = { seq: 90, hash: '00000090' };
const event = (seq: number): Frame =>
  new Frame({ type: 'event', topic: 'market/M1', seq, prev: seq - 1, hash: `000000${seq}` });

test('[W28] until all that was missed is told, nothing names a newer place', async () => {
  const heard: { type: string; seq: unknown }[] = [];
  let drain = (): void => {};
  const line: Line = {
    isOpen: true,
    unsentBytes: 0,
    write: (frame) => void heard.push(JSON.parse(frame.payload.toString('utf8'))),
    reached: () => {},
    drained: () => new Promise((resolve) => (drain = resolve)),
    close: () => {},
  };
  const pieces = [50, 60];
  const feed = {
    at,
    join: () => {},
    hasSeen: async () => 'here',
    isKnown: () => true,
    prepare: async () => {},
    missed: () => [],
    tell: (listener: Session) => {
      const seq = pieces.shift();
      if (seq === undefined) return undefined;
      listener.send(event(seq));
      return { seq, hash: `000000${seq}` };
    },
    subscribe: (listener: Session) => listener.send(event(at.seq)),
  };
  const session = new Session({
    line,
    feed: feed as unknown as Feed,
    doorman: {} as Doorman,
    identity: undefined,
  });
  const beat = (): void =>
    session.send(new Frame({ type: 'heartbeat', seq: '90.00000090', head: '90.00000090' }, { at }));
  const after = { seq: 46, hash: '00000046' };
  const done = session.subscribe({ topics: ['market/M1'], after });
  for (let n = 0; n < 2; n++) {
    await expect.poll(() => heard.length).toBe(2 + n);
    beat();
    drain();
  }
  await done;
  beat();
  expect(heard.map(({ type, seq }) => [type, seq])).toEqual([
    ['subscribed', '46.00000046'],
    ['event', 50],
    ['event', 60],
    ['event', 90],
    ['heartbeat', '90.00000090'],
  ]);
});
