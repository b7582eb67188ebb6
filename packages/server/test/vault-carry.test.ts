/** Vaults on their way between directories and databases. */
import { appendFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateRows } from '@fairground/journal';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { readVaultFile, Vault, VaultTaking, VaultThere, vaultLinesOf } from '../src/index.js';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'fairground-carry-'));

/** One of every kind, and letters of more than a byte. */
async function filled(): Promise<{ file: string; key: string; gone: string }> {
  const dir = await folder();
  const vault = await Vault.open(dir);
  const user = { created: 1, admin: false };
  await vault.addUser({ ...user, account: 'acc_1', handle: 'ana' });
  await vault.addUser({ ...user, account: 'acc_2', handle: 'Żółć' });
  await vault.markOpened('acc_1');
  const made = { account: 'acc_1', name: 'first', scopes: ['read'] as const, created: 2 };
  const { key } = await vault.addKey(made);
  const { id, key: gone } = await vault.addKey(made);
  await vault.revokeKey(id);
  const text = JSON.stringify({ title: '“Ĝ” \u0000 \\u0000 🎪', rules: 'x'.repeat(2_000) });
  await vault.putText({ command: 'c', by: 'acc_1', text });
  for (let n = 0; n < 600; n++) await vault.putText({ command: `c${n}`, by: 'acc_2', text });
  await vault.close();
  return { file: join(dir, 'vault.ndjson'), key, gone };
}

async function linesOf(url: string): Promise<string> {
  let text = '';
  for await (const lines of vaultLinesOf(url)) text += lines;
  return text;
}

async function take(url: string, file: string): Promise<void> {
  const taking = await VaultTaking.begin(url, await readVaultFile(file));
  try {
    await taking.write();
  } finally {
    taking.close();
  }
}

describe.runIf(hasPostgres())('a vault', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());
  const fresh = async (): Promise<string> => server.url(await server.database());
  const shared = (url: string): Promise<Vault> =>
    Vault.openShared({ url, steady: () => 0, onAlarm: () => {} });

  test('[K11] goes from a directory into a database and back, byte for byte; keys work there', async () => {
    const { file, key, gone } = await filled();
    const url = await fresh();
    expect(await linesOf(url)).toBe('');
    await take(url, file);
    expect(await linesOf(url)).toBe(await readFile(file, 'utf8'));
    const vault = await shared(url);
    expect(vault.keyOf(key)).toMatchObject({ account: 'acc_1' });
    expect(vault.keyOf(gone)).toBeUndefined();
    expect(vault.userOf('żółć')?.account).toBe('acc_2');
    expect(vault.pendingUsers()).toMatchObject([{ account: 'acc_2' }]);
    // Places are taken, and an erased person's go with him.
    expect(await vault.addUser({ account: 'acc_3', handle: 'ANA', created: 3, admin: false })).toBe(
      false,
    );
    await vault.erase('acc_1');
    expect(await vault.addUser({ account: 'acc_3', handle: 'ANA', created: 3, admin: false })).toBe(
      true,
    );
    await vault.close();
    const dir = await folder();
    await writeFile(join(dir, 'vault.ndjson'), await linesOf(url));
    const back = await Vault.open(dir);
    expect([back.keyOf(key), back.userOf('ana')?.account]).toEqual([undefined, 'acc_3']);
    await back.close();
  });

  test('[K12] one that is there is never overwritten, and one that an import began is gone on with', async () => {
    const { file } = await filled();
    const url = await fresh();
    const bodies = await readVaultFile(file);
    const first = await VaultTaking.begin(url, bodies.slice(0, 3));
    await first.write();
    first.close();
    await take(url, file);
    const whole = await linesOf(url);
    expect(whole).toBe(await readFile(file, 'utf8'));
    await expect(take(url, file)).rejects.toBeInstanceOf(VaultThere);
    const inUse = await fresh();
    const vault = await shared(inUse);
    await vault.markOpened('acc_1');
    await vault.close();
    await expect(take(inUse, file)).rejects.toBeInstanceOf(VaultThere);
    const erased = await fresh();
    const used = await shared(erased);
    await used.addUser({ account: 'acc_9', handle: 'zoe', created: 1, admin: false });
    await used.erase('acc_9');
    await used.close();
    await expect(take(erased, file)).rejects.toBeInstanceOf(VaultThere);
    expect(await linesOf(url)).toBe(whole);
  });

  test('[K12] what another writes meanwhile is not mixed in', async () => {
    const { file } = await filled();
    const url = await fresh();
    const taking = await VaultTaking.begin(url, await readVaultFile(file));
    const rows = await PrivateRows.open(url);
    await rows.add({ body: '{"type":"opened","account":"acc_8"}', owner: '' });
    await expect(taking.write()).rejects.toBeInstanceOf(VaultThere);
    taking.close();
    rows.close();
    expect((await linesOf(url)).split('\n')).toHaveLength(2);
  });

  test('[K13] a file that is torn, changed or of an unknown kind is refused by its line', async () => {
    const { file } = await filled();
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"ana"', '"eve"'));
    await expect(readVaultFile(file)).rejects.toThrow(/line 1: the check does not fit/);
    await writeFile(file, text.slice(0, -1));
    await expect(readVaultFile(file)).rejects.toThrow(/middle of this line/);
    await writeFile(file, text);
    await appendFile(file, 'hello\n');
    await expect(readVaultFile(file)).rejects.toThrow(/no line of a vault/);
  });
});
