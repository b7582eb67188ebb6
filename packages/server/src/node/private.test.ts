/** Between nodes: who is let in, what is believed, and what a caller is told when nobody knows. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { hashZero, type Wish } from '@fairground/engine';
import { commandIdOf, type LeaseView, MemoryStore, Sequencer } from '@fairground/journal';
import { afterEach, expect, test } from 'vitest';
import { freeUrl } from '../../test/nodes.js';
import { Forwarder } from './forwarder.js';
import { PrivateDoor } from './private-door.js';
import { PrivateLine } from './private-line.js';
import { decodeCommands, encodeCommands, encodeFresh, PATHS } from './private-wire.js';
import { Seal, SEAL, SEAL_HEADER } from './seal.js';

const SECRET = 'a secret of at least so many characters';
const ID = '00112233445566778899aabbccddeeff';
let now = 1_800_000_000_000;
const clock = { now: () => now };
const WISH: Wish = { type: 'open_account', account: 'acc_1' };
const id = commandIdOf('system', 'a');
const command = { by: 'system', id, validUntil: now + 300_000, wish: WISH };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

test('[M10] a seal opens once, in time, for the very path and bytes, and only with the secret', () => {
  const [mine, theirs] = [new Seal(SECRET, clock), new Seal(SECRET, clock)];
  const opens = (header: string, path = '/commands', body = 'text'): boolean =>
    theirs.open(header, path, body) !== undefined;
  const { header } = mine.request('/commands', 'text');
  expect(opens(header, '/commands', 'other')).toBe(false);
  expect(opens(header, '/fresh')).toBe(false);
  expect(opens(header.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).toBe(false);
  expect(opens(header.replace(/^\d/, '2'))).toBe(false);
  expect(opens('')).toBe(false);
  expect(opens(new Seal(`${SECRET}!`, clock).request('/commands', 'text').header)).toBe(false);
  expect(opens(header)).toBe(true);
  expect(opens(header)).toBe(false);
  const old = mine.request('/commands', 'text').header;
  now += SEAL.apartMs + 1;
  expect(opens(old)).toBe(false);
  // Nothing that was used is forgotten while it could be sent again.
  const late = mine.request('/commands', 'text').header;
  now -= SEAL.apartMs;
  expect(opens(late)).toBe(true);
  now += 2 * SEAL.apartMs;
  expect(opens(late)).toBe(false);
});

async function leader(): Promise<{ url: string; sequencer: Sequencer }> {
  const store = new MemoryStore({ id: ID, hash0: hashZero(ID) });
  const sequencer = await Sequencer.start({ journal: store.open(), clock: clock.now });
  const url = await freeUrl();
  const door = await PrivateDoor.open(url, {
    seal: new Seal(SECRET, clock),
    leading: () => ({ sequencer, term: 1 }),
    barrier: async () => true,
    onFault: () => {},
  });
  closing.push(() => door.close());
  return { url, sequencer };
}

test('[M10] the door lets in what bears the seal, once; a line believes no other answer', async () => {
  const { url, sequencer } = await leader();
  const seal = new Seal(SECRET, clock);
  const body = encodeCommands(1, [{ command, attempt: 1, remainingMs: 5_000 }]);
  const post = (header: string | undefined) =>
    fetch(`${url}${PATHS.commands}`, {
      method: 'POST',
      body,
      headers: header === undefined ? {} : { [SEAL_HEADER]: header },
    }).then(({ status }) => status);
  expect(await post(undefined)).toBe(403);
  expect(await post(new Seal(`${SECRET}!`, clock).request(PATHS.commands, body).header)).toBe(403);
  expect(sequencer.head.seq).toBe(0);
  const { header } = seal.request(PATHS.commands, body);
  expect([await post(header), await post(header)]).toEqual([200, 403]);
  expect(sequencer.head.seq).toBe(1);
  const line = new PrivateLine(seal, 'here');
  closing.push(() => line.close());
  const asked = await line.ask(url, PATHS.fresh, encodeFresh(1), 5_000);
  expect(JSON.parse(asked.body)).toEqual(sequencer.durable);
  expect((await line.ask(url, PATHS.fresh, encodeFresh(2), 5_000)).status).toBe(409);
  const other = new PrivateLine(new Seal(`${SECRET}!`, clock), 'here');
  closing.push(() => other.close());
  await expect(other.ask(url, PATHS.fresh, encodeFresh(1), 5_000)).rejects.toThrow(/seal/);
});

const leaseTo = (url: string) => async (): Promise<LeaseView> => {
  return { holder: 'x', url, term: 1, beat: 1, v: 1 };
};

function forwarderTo(lease: () => Promise<LeaseView>): Forwarder {
  const seal = new Seal(SECRET, clock);
  const steady = (): number => performance.now();
  const line = new PrivateLine(seal, 'here');
  const forwarder = new Forwarder({ line, lease, steady, here: () => undefined });
  closing.push(() => forwarder.close());
  return forwarder;
}

test('[M2] forwarded in batches, each command has its own answer, and again the first one', async () => {
  const { url, sequencer } = await leader();
  const forwarder = forwarderTo(leaseTo(url));
  const wishes = Array.from({ length: 600 }, (_, n): Wish => {
    return { type: 'open_account', account: `acc_${n % 300}` };
  });
  const answers = await Promise.all(
    wishes.map((wish, n) =>
      forwarder.submit({ ...command, id: commandIdOf('system', `${n}`), wish }, 1),
    ),
  );
  expect(answers.slice(0, 300).every(({ kind }) => kind === 'done')).toBe(true);
  for (const answer of answers.slice(300))
    expect(answer).toMatchObject({ kind: 'refused', code: 'account_exists' });
  expect(sequencer.head.seq).toBe(300);
  const again = await forwarder.submit(
    {
      ...command,
      id: commandIdOf('system', '7'),
      wish: { type: 'open_account', account: 'acc_7' },
    },
    1,
  );
  expect(again).toEqual({ ...answers[7], repeated: true });
});

test('[M3] a line that is cut may have carried it: sent again as the next attempt, and unknown at last', async () => {
  const attempts: number[] = [];
  const server = createServer((request: IncomingMessage) => {
    let text = '';
    request.on('data', (bytes) => (text += String(bytes)));
    request.on('end', () => {
      attempts.push(...decodeCommands(text).commands.map(({ attempt }) => attempt));
      request.socket.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const cut = forwarderTo(leaseTo(`http://127.0.0.1:${port}`)).submit(command, 1);
  // Where nobody listens, or nobody leads, nothing was sent.
  const refused = forwarderTo(leaseTo(await freeUrl())).submit(command, 1);
  const nobody = forwarderTo(async () => ({ holder: '', url: '', term: 1, beat: 1, v: 1 }));
  const none = nobody.submit(command, 1);
  expect(await cut).toEqual({ kind: 'unknown' });
  expect(attempts.length).toBeGreaterThan(2);
  expect(attempts).toEqual(attempts.map((_, n) => n + 1));
  for (const answer of [await refused, await none])
    expect(answer).toMatchObject({ kind: 'not_now', code: 'no_leader', retryAfterMs: 1_000 });
}, 15_000);
