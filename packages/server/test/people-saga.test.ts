/** A sign-up that is cut off at any step is finished once. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashZero } from '@fairground/engine';
import { MemoryQuarantine, MemoryStore, Sequencer } from '@fairground/journal';
import { expect, test } from 'vitest';
import { openPending, openSignedUp, type Registry } from '../src/accounts.js';
import { Clock } from '../src/clock.js';
import { Keeper } from '../src/people/keeper.js';
import type { SignupRow } from '../src/vault/rows.js';
import { Vault } from '../src/vault/vault.js';
import { type LinesDisk, realDisk } from '../src/vault/lines-disk.js';

class Died extends Error {}

/** Counts the steps that change something, and dies before or after one of them. */
class Fate {
  #steps = 0;
  readonly #last: number;
  isDead = false;

  constructor(last: number) {
    this.#last = last;
  }

  async step<T>(work: () => Promise<T>): Promise<T> {
    if (this.isDead) throw new Died();
    if (++this.#steps === this.#last) this.#die();
    const done = await work();
    if (++this.#steps === this.#last) this.#die();
    return done;
  }

  #die(): void {
    this.isDead = true;
    throw new Died();
  }
}

const id = '00112233445566778899aabbccddeeff';
const clock = new Clock({ acceptClock: true });

const diskOf = (fate: Fate): LinesDisk => ({
  ...realDisk,
  async open(path, flags, mode) {
    const file = await realDisk.open(path, flags, mode);
    const append: typeof file.appendFile = (text) => fate.step(() => file.appendFile(text));
    return new Proxy(file, {
      get: (target, name) => {
        if (name === 'appendFile') return append;
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
  },
});

async function registryOn(dir: string, store: MemoryStore, fate: Fate) {
  const sequencer = await Sequencer.start({
    journal: store.open(),
    clock: clock.now,
    quarantine: new MemoryQuarantine(),
    onAlarm: () => {},
  });
  const vault = await Vault.open(dir, { disk: diskOf(fate) });
  const submit: Sequencer['submit'] = (...ask) => fate.step(() => sequencer.submit(...ask));
  const dying = new Proxy(sequencer, {
    get: (target, name) => {
      if (name === 'submit') return submit;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  // A played sequencer says what the real one says, but for when it dies.
  const registry: Registry = { vault, clock, sequencer: dying };
  return { vault, sequencer, registry };
}

async function signupIn(vault: Vault): Promise<SignupRow> {
  const wish = { account: 'acc_1', handle: 'mia', email: 'm@x.example', password: 'scrypt$…' };
  const token = await vault.logins.addSignup(wish, clock.now());
  const row = vault.logins.signupBy(token ?? '', clock.now());
  if (!row) throw new Error('no sign-up');
  return row;
}

test('[U3] wherever it dies, it is finished once: at the next start, or by the link followed again', async () => {
  let isOver = false;
  // Before and after each step that changes something.
  for (let last = 1; !isOver; last++) {
    expect(last).toBeLessThan(20);
    for (const isFollowedAgain of [false, true]) {
      const dir = await mkdtemp(join(tmpdir(), 'fairground-saga-'));
      const store = new MemoryStore({ id, hash0: hashZero(id) });
      const none = new Fate(Number.POSITIVE_INFINITY);
      const first = await registryOn(dir, store, none);
      const row = await signupIn(first.vault);
      await Promise.all([first.vault.close(), first.sequencer.drain()]);

      const fate = new Fate(last);
      const dying = await registryOn(dir, store, fate);
      const said = await openSignedUp(dying.registry, row, 'mia').catch((error: unknown) => error);
      isOver = !fate.isDead;
      if (!isOver) expect(said).toBeInstanceOf(Error);
      await dying.vault.close();
      await dying.sequencer.drain();

      const again = await registryOn(dir, store, none);
      const wasBegun = again.vault.handleOf('acc_1') !== undefined;
      await openPending(again.registry);
      if (isFollowedAgain || !wasBegun) await openSignedUp(again.registry, row, 'mia');
      const { vault, sequencer } = again;
      expect(sequencer.world.accounts.size).toBe(1);
      expect(vault.isOpened('acc_1') && vault.handleOf('acc_1')).toBe('mia');
      expect(vault.logins.accountOf('M@x.example')).toBe('acc_1');
      expect(vault.logins.passwordOf('acc_1')).toBe('scrypt$…');
      expect(sequencer.world.seq).toBe(1);
      await vault.close();
      await sequencer.drain();
    }
  }
});

test('[U3] a node that runs on finishes what was cut off, once it is no longer under way', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fairground-saga-'));
  const store = new MemoryStore({ id, hash0: hashZero(id) });
  const { vault, sequencer, registry } = await registryOn(dir, store, new Fate(Infinity));
  const row = await signupIn(vault);
  const { account, handle, created } = row;
  await vault.addUser({ account, handle, created, admin: false });
  const keeper = (clock: Clock) => new Keeper({ ...registry, clock }, () => {});
  await keeper(clock).keep();
  expect(vault.isOpened(account)).toBe(false);
  const steady = (): number => performance.now();
  const later = { wall: () => clock.now() + 61_000, steady };
  await keeper(new Clock({ acceptClock: true, source: later })).keep();
  expect(vault.isOpened(account)).toBe(true);
  expect(vault.logins.accountOf(row.email)).toBe(account);
  await vault.close();
  await sequencer.drain();
});
