/** What a forwarder may say of a command, with the time and the other nodes played. */
import { type Command, micro } from '@fairground/engine';
import { type Answer, commandIdOf, type LeaseView, PlayedTimer, settle } from '@fairground/journal';
import { expect, test } from 'vitest';
import { FORWARD, Forwarder } from './forwarder.js';
import type { Line } from './private-line.js';
import { encodeAnswers } from './private-wire.js';

const LEASE: LeaseView = { holder: 'x', url: 'http://x', term: 1, beat: 1, v: 1 };
const command: Command = {
  by: 'ana',
  id: commandIdOf('ana', 'a'),
  validUntil: 1_800_000_000_000,
  wish: { type: 'trade', market: 'M1', side: 'buy', outcome: 'YES', spend: micro(1n) },
};

type Parts = Partial<ConstructorParameters<typeof Forwarder>[0]>;

function played(ask: Line['ask'], parts: Parts = {}) {
  const timer = new PlayedTimer();
  const forwarder = new Forwarder({
    line: { ask, close: () => {} },
    lease: async () => LEASE,
    here: () => undefined,
    steady: () => timer.now(),
    pace: { timer, turn: async () => {} },
    ...parts,
  });
  const said: Answer[] = [];
  void forwarder.submit(command, 1).then((answer) => said.push(answer));
  return { timer, forwarder, said };
}

test('[M40] who was told that nothing happened is not sent any more, though a leader is found then', async () => {
  const sent: string[] = [];
  let found: (lease: LeaseView) => void = () => {};
  const { timer, said } = played(
    async (_url, _path, body) => {
      sent.push(body);
      return { status: 409, body: '' };
    },
    { lease: () => new Promise((resolve) => (found = resolve)) },
  );
  await timer.advance(FORWARD.waitMsMax);
  expect(said).toMatchObject([{ kind: 'not_now', code: 'no_leader' }]);
  found(LEASE);
  await timer.advance(FORWARD.waitMsMax);
  expect(sent).toEqual([]);
});

test('[M40] what this node has begun to decide, because it leads by now, is not called undone', async () => {
  const decides = { submit: () => new Promise<Answer>(() => {}) };
  const { timer, said } = played(
    async () => {
      throw new Error('nobody is asked');
    },
    // Only its submit is used.
    { here: () => decides as unknown as ReturnType<Exclude<Parts['here'], undefined>> },
  );
  await timer.advance(FORWARD.waitMsMax);
  expect(said).toEqual([{ kind: 'unknown' }]);
});

test.each(['command_expired', 'malformed', 'sealed'] as const)(
  '[M41] %s says nothing of an earlier sending, so of one that was cut nobody knows',
  async (code) => {
    const refused: Answer = { kind: 'refused', code, seq: 7, hash: 'a'.repeat(64) };
    let isCut = true;
    const { timer, forwarder, said } = played(async () => {
      if (!isCut) return { status: 200, body: encodeAnswers([refused]) };
      isCut = false;
      throw new Error('cut');
    });
    await timer.advance(1_000);
    expect(said).toEqual([{ kind: 'unknown' }]);
    void forwarder.submit(command, 1).then((answer) => said.push(answer));
    await settle();
    expect(said[1]).toEqual(refused);
  },
);
