/**
 * One process per directory. The lock belongs to our open file, not to a pid: it dies with the
 * process, stays while the process is paused, and holds across containers that share the directory.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { codeOf, JournalRefused, messageOf } from './file-errors.js';

/** `statfs` types (Linux) of file systems whose locks or fsync cannot be relied on. */
const REFUSED_KINDS = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'SMB'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
]);
const WARNED_KINDS = new Map([
  [0x01021994, 'tmpfs: the journal is gone after a restart of the machine'],
  [0x858458f6, 'ramfs: the journal is gone after a restart of the machine'],
  [0x794c7630, 'overlay: the journal is gone with its container'],
]);
/**
 * open(2) of macOS and the BSDs: take an exclusive flock while opening. Not in Node's constants.
 */
const O_EXLOCK = 0x20;
const HAS_EXLOCK: readonly string[] = ['darwin', 'freebsd', 'openbsd', 'netbsd'];

/** What locking asks of the system; tests hand in another one. */
export interface LockSystem {
  readonly platform: string;
  readonly flockCommand: string;
  kindOf(dir: string): number;
  /** Fails with EAGAIN when another process holds the lock. */
  openExclusive(file: string, flags: number): number;
}

export const realLockSystem: LockSystem = {
  platform: process.platform,
  flockCommand: 'flock',
  kindOf: (dir) => fs.statfsSync(dir).type,
  openExclusive: (file, flags) => fs.openSync(file, flags, 0o600),
};

export interface HeldLock {
  readonly warnings: readonly string[];
  release(): void;
}

export interface LockOptions {
  readonly unsafeLock?: boolean;
  /** What is said where somebody else holds it. */
  readonly taken?: string;
  readonly system?: LockSystem;
}

interface Asked {
  readonly system: LockSystem;
  readonly taken: string;
}

/** Takes the lock of `dir` or refuses; never waits. */
export function lockDirectory(dir: string, options: LockOptions = {}): HeldLock {
  const system = options.system ?? realLockSystem;
  const { taken = inUse(dir) } = options;
  const warnings = kindWarnings(dir, system);
  const file = fs.openSync(path.join(dir, 'LOCK'), 'a+', 0o600);
  try {
    const got = flock(file, dir, { system, taken });
    if (got === 'held') return { warnings, release: () => fs.closeSync(file) };
  } catch (error) {
    fs.closeSync(file);
    throw error;
  }
  fs.closeSync(file);
  if (HAS_EXLOCK.includes(system.platform)) {
    const locked = openLocked(dir, { system, taken });
    return { warnings, release: () => fs.closeSync(locked) };
  }
  if (options.unsafeLock !== true) {
    throw new JournalRefused(
      'locked',
      `There is no flock(1) to lock ${dir} with. Install util-linux (or busybox), or pass ` +
        '--unsafe-lock if you are certain that no other process ever opens this directory.',
    );
  }
  return {
    warnings: [
      ...warnings,
      `${dir} is not locked (--unsafe-lock): a second process would ruin it.`,
    ],
    release: () => {},
  };
}

function kindWarnings(dir: string, system: LockSystem): string[] {
  if (system.platform !== 'linux') return [];
  const kind = system.kindOf(dir) >>> 0;
  const refused = REFUSED_KINDS.get(kind);
  if (refused !== undefined) {
    throw new JournalRefused(
      'filesystem',
      `${dir} is on ${refused}, where neither locks nor fsync can be relied on. ` +
        'Use a local disk.',
    );
  }
  const warned = WARNED_KINDS.get(kind);
  return warned === undefined ? [] : [`${dir} is on ${warned}.`];
}

/**
 * flock(1) locks the descriptor it inherits and exits; the lock stays with the open file it shares
 * with us. (Node has no call for it.)
 */
function flock(file: number, dir: string, { system, taken }: Asked): 'held' | 'no_command' {
  const ran = spawnSync(system.flockCommand, ['-n', '-x', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', file],
    encoding: 'utf8',
  });
  if (ran.error) {
    if (codeOf(ran.error) === 'ENOENT') return 'no_command';
    throw new JournalRefused('locked', `flock(1) could not be run: ${messageOf(ran.error)}.`);
  }
  if (ran.status === 0) return 'held';
  if (ran.status === 1) throw new JournalRefused('locked', taken);
  const why = ran.stderr.trim() || `it ended with ${String(ran.status ?? ran.signal)}`;
  throw new JournalRefused('locked', `flock(1) could not lock ${dir}: ${why}.`);
}

function openLocked(dir: string, { system, taken }: Asked): number {
  const { O_RDWR, O_CREAT, O_NONBLOCK } = fs.constants;
  const flags = O_RDWR | O_CREAT | O_NONBLOCK | O_EXLOCK;
  try {
    return system.openExclusive(path.join(dir, 'LOCK'), flags);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN' || codeOf(error) === 'EWOULDBLOCK')
      throw new JournalRefused('locked', taken);
    throw error;
  }
}

const inUse = (dir: string): string =>
  `Another process has ${dir} open. Stop it first; verify and export may run beside it.`;
