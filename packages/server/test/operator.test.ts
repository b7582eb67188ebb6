/** What whoever runs a node is told, and what only he may wave through. */
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { formatAmount } from '@fairground/engine';
import { expect, test } from 'vitest';
import { CLOCK, readConfig } from '../src/index.js';
import { draftMarket, fair, memoryJournal, stage } from './bench.js';

const heard = () => {
  const reasons: string[] = [];
  return { reasons, onAlarm: (reason: string) => void reasons.push(reason) };
};

/** What a start on this machine says anyway: where its temporary files lie may be worth a word. */
const about = (reasons: readonly string[], word: string): readonly string[] =>
  reasons.filter((reason) => reason.includes(word));

test('[H31] a drain waits for answers, and not for lines on which nothing was asked', async () => {
  const { node } = await fair();
  const { hostname, port } = new URL(node.url);
  const line = async (): Promise<net.Socket> => {
    const socket = net.connect(Number(port), hostname);
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  const silent = await line();
  const asking = await line();
  let heard = '';
  asking.on('data', (bytes) => (heard += String(bytes)));
  // It is answered after two seconds, so while the node drains.
  asking.write('GET /v1/head HTTP/1.1\r\nhost: x\r\nfairground-min-seq: 99999\r\n\r\n');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const ended = [once(silent, 'close'), once(asking, 'close')];
  await node.close();
  await Promise.all(ended);
  expect(heard).toMatch(/^HTTP\/1.1 503[^]*\r\nconnection: close\r\n[^]*"behind"/i);
});

test('[H29] the system may name the account it opens, and gets nobody else’s', async () => {
  const one = await fair();
  const open = (body: object) => one.call('POST', '/v1/admin/users', { key: one.token, body });
  expect((await open({ handle: 'bot', account: 'bot_001' })).json.account).toBe('bot_001');
  for (const [handle, account] of [
    ['bot', 'bot_002'],
    ['other', 'bot_001'],
    ['other', one.ana.account],
  ])
    expect((await open({ handle, account })).json.error.code).toBe('handle_taken');
  expect((await open({ handle: 'other' })).json.account).toMatch(/^acc_/);
  await one.node.close();
});

test('[N8][N7] a journal that lost durable entries is gone on with only by the word of its operator', async () => {
  const first = await fair();
  await first.node.close();
  await rm(join(first.dir, 'journal/watermark'));
  await expect(stage({ dir: first.dir })).rejects.toThrow('--accept-loss');
  const { reasons, onAlarm } = heard();
  const env = { FAIRGROUND_ACCEPT_LOSS: '1' };
  const again = await stage({ dir: first.dir, env, onAlarm });
  await again.must('GET', '/v1/markets/M1');
  await again.node.close();
  expect(about(reasons, 'Went on without what is missing')).toHaveLength(1);
  const third = await stage({ dir: first.dir });
  await third.node.close();
});

test.runIf(process.platform === 'linux')(
  '[N8][N7] a directory that nothing can lock is opened only by the word of its operator',
  async () => {
    const first = await fair();
    await first.node.close();
    const { PATH } = process.env;
    const { reasons, onAlarm } = heard();
    process.env['PATH'] = '/nowhere';
    try {
      await expect(stage({ dir: first.dir })).rejects.toThrow('--unsafe-lock');
      const env = { FAIRGROUND_UNSAFE_LOCK: '1' };
      const again = await stage({ dir: first.dir, env, onAlarm });
      await again.node.close();
    } finally {
      process.env['PATH'] = PATH;
    }
    expect(about(reasons, 'is not locked')).toHaveLength(1);
  },
);

test('[N7] a leap of the clock that is not followed is told once', async () => {
  const start = Date.parse('2026-11-21T12:00:00Z');
  const source = { wallNow: start, steadyNow: 0 };
  const time = { wall: () => source.wallNow, steady: () => source.steadyNow };
  const { reasons, onAlarm } = heard();
  const at = await stage({ time, onAlarm });
  source.wallNow += 366 * 86_400_000;
  for (let n = 0; n < 5; n++) {
    source.wallNow += CLOCK.stepLastsMs;
    source.steadyNow += CLOCK.stepLastsMs;
    at.node.clock.beat();
  }
  expect(about(reasons, 'leapt 366 days ahead')).toHaveLength(1);
  await at.node.close();
});

test('[N7] a node that others can reach says which pages cannot trade', async () => {
  const told = async (env: Record<string, string>): Promise<number> => {
    const { reasons, onAlarm } = heard();
    const at = await stage({ env, onAlarm, journal: memoryJournal() });
    await at.node.close();
    return about(reasons, 'FAIRGROUND_ORIGINS').length;
  };
  expect(await told({ HOST: '0.0.0.0' })).toBe(1);
  expect(await told({ HOST: '0.0.0.0', FAIRGROUND_ORIGINS: 'https://fair.example' })).toBe(0);
  expect(await told({ HOST: '127.0.0.1' })).toBe(0);
});

test('[N4] a burst of nothing is refused, for it could only mean two things', () => {
  expect(() => readConfig({ FAIRGROUND_RATE_TRADES_BURST: '0' })).toThrow(
    'no limit is FAIRGROUND_RATE_TRADES=0',
  );
  expect(() => readConfig({ FAIRGROUND_ACCEPT_LOSS: 'yes', FAIRGROUND_UNSAFE_LOCK: '2' })).toThrow(
    /FAIRGROUND_ACCEPT_LOSS = "yes": 0 or 1\n {2}FAIRGROUND_UNSAFE_LOCK = "2": 0 or 1/,
  );
  expect(readConfig({ FAIRGROUND_ACCEPT_LOSS: '1' })).toMatchObject({
    acceptLoss: true,
    unsafeLock: false,
  });
});

test('[N7] a treasury that falls below its floor is told, once a fall', async () => {
  const heard: string[] = [];
  const at = await fair({ onAlarm: (reason) => void heard.push(reason) });
  const balance = at.node.sequencer.world.books.balance('house:treasury', 'points');
  const low = (): string[] => heard.filter((one) => one.startsWith('The treasury'));
  const limits = { treasury_floor: formatAmount(balance) };
  await at.must('POST', '/v1/admin/limits', { key: at.ana.key, body: { limits } });
  expect(low()).toEqual([]);
  await draftMarket(at, 'T1', { deposit: '7.5' });
  await draftMarket(at, 'T2', { deposit: '1' });
  const left = formatAmount(balance - 7_500_000n);
  const floor = limits.treasury_floor;
  expect(low()).toEqual([`The treasury is down to ${left} Points; its floor is ${floor}.`]);
  await at.node.close();
});
