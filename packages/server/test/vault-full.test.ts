/** A disk that is full, or fails, while something private is to be kept. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type LinesDisk, realDisk, Vault, VaultFull } from '../src/index.js';
import { fair, freshKey, stage } from './bench.js';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** The real disk, with room for so many more bytes; what does not fit is torn. */
function smallDisk() {
  const disk = { room: Number.POSITIVE_INFINITY, syncFails: false };
  const port: LinesDisk = {
    ...realDisk,
    open: async (path, flags, mode) => {
      const file = await realDisk.open(path, flags, mode);
      return {
        chmod: (mode) => file.chmod(mode),
        close: () => file.close(),
        sync: () => file.sync(),
        truncate: (bytes) => file.truncate(bytes),
        datasync: async () => {
          if (disk.syncFails) throw failure('EIO');
          await file.datasync();
        },
        appendFile: async (data) => {
          const bytes = Buffer.from(String(data));
          const fits = Math.min(bytes.length, disk.room);
          await file.appendFile(bytes.subarray(0, fits));
          disk.room -= fits;
          if (fits < bytes.length) throw failure('ENOSPC');
        },
      };
    },
  };
  return { disk, port };
}

const openVault = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fairground-vault-'));
  const { disk, port } = smallDisk();
  const alarms: string[] = [];
  const onAlarm = (reason: string): void => void alarms.push(reason);
  const vault = await Vault.open(dir, { disk: port, onAlarm });
  const text = () => readFile(join(dir, 'vault.ndjson'), 'utf8');
  return { dir, disk, vault, alarms, text };
};

const user = (account: string, handle: string) => ({ account, handle, created: 1, admin: false });

test('[K8] what found no room is not there, in memory or on disk, and is taken when there is room', async () => {
  const { dir, disk, vault, alarms, text } = await openVault();
  await vault.addUser(user('acc_0', 'zoe'));
  await vault.addUser(user('acc_1', 'ana'));
  const { id, key } = await vault.addKey({ account: 'acc_1', name: 'a', scopes: [], created: 1 });
  const before = await text();
  disk.room = 20;
  const said = { command: 'c', by: 'acc_1', text: '{"title":"T"}' };
  const asked = await Promise.allSettled([
    vault.addUser(user('acc_2', 'bob')),
    vault.addUser(user('acc_3', 'Bob')),
    vault.addKey({ account: 'acc_1', name: 'b', scopes: [], created: 1 }),
    vault.putText(said),
    vault.revokeKey(id),
    vault.markOpened('acc_1'),
    vault.erase('acc_1'),
  ]);
  for (const one of asked) expect(one).toMatchObject({ reason: expect.any(VaultFull) });
  expect(await text()).toBe(before);
  expect([vault.userOf('bob'), vault.keyCountOf('acc_1'), vault.pendingUsers().length]).toEqual([
    undefined,
    1,
    2,
  ]);
  expect([vault.keyOf(key)?.id, vault.handleOf('acc_1')]).toEqual([id, 'ana']);
  disk.room = Number.POSITIVE_INFINITY;
  expect(await vault.addUser(user('acc_3', 'Bob'))).toBe(true);
  const row = await vault.putText(said);
  expect(await vault.revokeKey(id)).toBe(true);
  await vault.close();
  const again = await Vault.open(dir);
  expect([again.handleOf('acc_3'), again.keyOf(key), again.textOf(row.hash)]).toEqual([
    'Bob',
    undefined,
    row,
  ]);
  expect(alarms).toEqual([]);
  await again.close();
});

test('[K8] of two who want one handle at once one gets it', async () => {
  const { vault } = await openVault();
  const got = [vault.addUser(user('acc_1', 'ana')), vault.addUser(user('acc_2', 'Ana'))];
  expect(await Promise.all(got)).toEqual([true, false]);
  expect(vault.userOf('ana')?.account).toBe('acc_1');
  await vault.close();
});

test('[K8][K5] what is kept while a person is erased is not lost', async () => {
  const { dir, vault } = await openVault();
  await vault.addUser(user('acc_1', 'ana'));
  const added = ['acc_2', 'acc_3', 'acc_4'];
  await Promise.all([
    vault.erase('acc_1'),
    ...added.map((account) => vault.addUser(user(account, `of-${account}`))),
  ]);
  await vault.addUser(user('acc_5', 'later'));
  await vault.close();
  const again = await Vault.open(dir);
  expect(again.pendingUsers().map(({ account }) => account)).toEqual([...added, 'acc_5']);
  await again.close();
});

test('[K8] after a failed sync nothing more is taken, and the operator hears it once', async () => {
  const { disk, vault, alarms } = await openVault();
  disk.syncFails = true;
  await expect(vault.addUser(user('acc_1', 'ana'))).rejects.toThrow('EIO');
  disk.syncFails = false;
  await expect(vault.addUser(user('acc_1', 'ana'))).rejects.toThrow('EIO');
  expect([vault.userOf('ana'), alarms.length]).toEqual([undefined, 1]);
  await vault.close();
});

test('[K8] a full disk is 503 storage_full, and the same request is done when there is room', async () => {
  const { disk, port } = smallDisk();
  const at = await fair({ vaultDisk: port });
  const market = { title: 'A title', mechanism: 'cpmm', deposit: '1' };
  const asks = [
    () => at.call('POST', '/v1/admin/users', { key: at.token, body: { handle: 'cy' }, once: 'k1' }),
    () =>
      at.call('POST', '/v1/me/keys', { key: at.bob.key, body: { name: 'n', scopes: ['read'] } }),
    () => at.call('POST', '/v1/markets', { key: at.ana.key, body: market, once: key }),
  ];
  const key = freshKey();
  const seq = at.node.sequencer.head.seq;
  disk.room = 0;
  for (const ask of asks) {
    const { status, json, headers } = await ask();
    expect([status, json.error.code, headers['retry-after']]).toEqual([503, 'storage_full', '1']);
  }
  expect(at.node.sequencer.head.seq).toBe(seq);
  await at.must('GET', '/v1/me', { key: at.bob.key });
  disk.room = Number.POSITIVE_INFINITY;
  for (const ask of asks) expect((await ask()).status).toBe(201);
  await at.node.close();
});

test('[K8][K6] a sign-up that found no room for its key is gone on with, and tells one', async () => {
  const { disk, port } = smallDisk();
  const at = await stage({ vaultDisk: port });
  const user = `{"check":"00000000","row":{"type":"user","account":"acc_00000000000000000000"`;
  disk.room = user.length + 80;
  const ask = () => at.call('POST', '/v1/admin/users', { key: at.token, body: { handle: 'cy' } });
  expect((await ask()).json.error.code).toBe('storage_full');
  expect(at.node.vault.userOf('cy')).toBeDefined();
  disk.room = Number.POSITIVE_INFINITY;
  const { status, json } = await ask();
  expect([status, at.node.vault.keyOf(json.key)?.account]).toEqual([201, json.account]);
  expect(at.node.vault.pendingUsers()).toEqual([]);
  await at.node.close();
});
