import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cannot, endAll, startOther } from '../test/processes.js';
import { openFileJournal } from './file.js';
import { lockDirectory, realLockSystem } from './file-lock.js';

let dir = '';
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-lock-'));
});
afterEach(async () => {
  await endAll();
  fs.rmSync(dir, { recursive: true });
});

const OPTIONS = { segmentBytes: 64 * 1024 };
const inUse = expect.objectContaining({
  code: 'locked',
  message: expect.stringContaining('Another process'),
});

test('[L1] a second opener in this process is refused until the first has closed', async () => {
  const first = await openFileJournal({ dir, ...OPTIONS });
  await first.take();
  await expect(openFileJournal({ dir, ...OPTIONS })).rejects.toEqual(inUse);
  expect((await first.take()).grp).toBe(2);
  await first.close();
  const second = await openFileJournal({ dir, ...OPTIONS });
  expect((await second.head()).grp).toBe(2);
  await second.close();
});

test('[L2] a second opener in another process is refused', async () => {
  const first = await openFileJournal({ dir, ...OPTIONS });
  expect(await startOther('try', dir).next()).toContain('Another process');
  await first.close();
  expect(await startOther('try', dir).next()).toBe('open');
});

test('[L2] a second opener in another pid namespace is refused', async ({ skip }) => {
  const missing = cannot('unshare', '-p', '-f', '--kill-child', 'true');
  if (missing !== undefined) return skip(missing);
  const inside = startOther('hold', dir, ['unshare', '-p', '-f', '--kill-child']);
  expect(await inside.next()).toBe('open');
  await expect(openFileJournal({ dir, ...OPTIONS })).rejects.toEqual(inUse);
  inside.child.kill('SIGKILL');
  await inside.ended;
  const outside = startOther('hold', dir);
  expect(await outside.next()).toBe('open');
  const second = startOther('try', dir, ['unshare', '-p', '-f', '--kill-child']);
  expect(await second.next()).toContain('Another process');
});

test('[L2] a paused holder keeps the lock, [L3] and a killed one gives it up', async () => {
  const holder = startOther('hold', dir);
  expect(await holder.next()).toBe('open');
  holder.child.kill('SIGSTOP');
  await expect(openFileJournal({ dir, ...OPTIONS })).rejects.toEqual(inUse);
  holder.child.kill('SIGKILL');
  await holder.ended;
  const after = await openFileJournal({ dir, ...OPTIONS });
  await after.close();
});

test('[L3] what a killed writer was told is done is there for the next', async () => {
  const writer = startOther('write', dir);
  while (writer.lines.length < 200) await writer.next();
  writer.child.kill('SIGKILL');
  while ((await writer.next()) !== undefined);
  const [grp, hash] = writer.lines.at(-1)?.split(' ') ?? [];
  const after = await openFileJournal({ dir, ...OPTIONS });
  const [last] = await after.read(Number(grp) - 1, 1);
  expect(last?.hash).toBe(hash);
  await after.close();
});

test('[L4] without flock(1) opening is refused, unless that is what the operator wants', () => {
  const system = { ...realLockSystem, platform: 'linux', flockCommand: 'no-such-flock' };
  const refused = expect.objectContaining({
    code: 'locked',
    message: expect.stringContaining('flock(1)'),
  });
  expect(() => lockDirectory(dir, { system })).toThrow(refused);
  const lock = lockDirectory(dir, { system, unsafeLock: true });
  expect(lock.warnings).toEqual([expect.stringContaining('not locked')]);
  lock.release();
});

test('[L4] on macOS and the BSDs the lock is taken while opening', () => {
  const opened: number[] = [];
  const openExclusive = (file: string, flags: number): number => {
    if (opened.length > 0) throw Object.assign(new Error('held'), { code: 'EAGAIN' });
    opened.push(flags);
    return fs.openSync(file, 'a+');
  };
  const system = {
    ...realLockSystem,
    platform: 'darwin',
    flockCommand: 'no-such-flock',
    openExclusive,
  };
  const lock = lockDirectory(dir, { system });
  expect((opened[0] ?? 0) & 0x20).toBe(0x20);
  expect((opened[0] ?? 0) & fs.constants.O_NONBLOCK).toBe(fs.constants.O_NONBLOCK);
  expect(() => lockDirectory(dir, { system })).toThrow(inUse);
  lock.release();
});

test('[L4] a flock(1) that fails for another reason says so', () => {
  const system = { ...realLockSystem, flockCommand: path.join(dir, 'flock') };
  fs.writeFileSync(system.flockCommand, '#!/bin/sh\necho "no locks available" >&2\nexit 71\n', {
    mode: 0o755,
  });
  expect(() => lockDirectory(dir, { system })).toThrow('could not lock');
  expect(() => lockDirectory(dir, { system })).toThrow('no locks available');
});

test.each([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'SMB'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
])('[L5] file system %i (%s) is refused', (kind, name) => {
  // Some machines say the type as a signed number.
  for (const type of [kind, kind | 0]) {
    const system = { ...realLockSystem, platform: 'linux', kindOf: () => type };
    const refused = expect.objectContaining({
      code: 'filesystem',
      message: expect.stringContaining(name),
    });
    expect(() => lockDirectory(dir, { system })).toThrow(refused);
  }
});

test.each([
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlay'],
])('[L5] file system %i (%s) is warned about', (kind, name) => {
  const system = { ...realLockSystem, platform: 'linux', kindOf: () => kind };
  const lock = lockDirectory(dir, { system });
  expect(lock.warnings).toEqual([expect.stringContaining(name)]);
  lock.release();
});
