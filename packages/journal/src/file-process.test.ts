import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendAll, groupAfter, headAfter, readAll } from '../test/groups.js';
import { cannot, endAll, startOther } from '../test/processes.js';
import { openFileJournal } from './file.js';
import { openFileJournalReader } from './file-reader.js';
import type { Head, Journal } from './journal.js';

const KIB = 1024;
let dir = '';
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-journal-'));
});
afterEach(async () => {
  await endAll();
  fs.rmSync(dir, { recursive: true });
});

describe('the main side', () => {
  test('[F17] an id that was asked for is kept, and another one refused', async () => {
    const id = 'ab'.repeat(16);
    const first = await openFileJournal({ dir, id, segmentBytes: 64 * KIB });
    expect(first.id).toBe(id);
    await first.close();
    const again = await openFileJournal({ dir, segmentBytes: 64 * KIB });
    expect(again.id).toBe(id);
    await again.close();
    const other = openFileJournal({ dir, id: 'cd'.repeat(16), segmentBytes: 64 * KIB });
    await expect(other).rejects.toMatchObject({ code: 'format' });
    await (await openFileJournal({ dir, id, segmentBytes: 64 * KIB })).close();
  });

  test('[F17] a directory is made with those above it; a segment has sensible bounds', async () => {
    const deep = path.join(dir, 'a', 'b', 'c');
    await (await openFileJournal({ dir: deep, segmentBytes: 64 * KIB })).close();
    expect(fs.readdirSync(deep)).toContain('journal.json');
    const { created } = JSON.parse(fs.readFileSync(path.join(deep, 'journal.json'), 'utf8'));
    expect(new Date(created).toISOString()).toBe(created);
    for (const segmentBytes of [0, 100, 2 ** 31, Number.NaN]) {
      await expect(openFileJournal({ dir, segmentBytes })).rejects.toThrow(RangeError);
    }
  });

  test('[F19] bytes that change while the journal is open are not served', async () => {
    const journal = await openFileJournal({ dir, segmentBytes: 64 * KIB });
    await appendAll(journal, await journal.take(), [[10], [20, 20], [30]]);
    const [name = ''] = fs.readdirSync(dir).filter((one) => one.endsWith('.seg'));
    const file = path.join(dir, name);
    const bytes = fs.readFileSync(file);
    const second = bytes.indexOf('"seq":3');
    bytes[second + 6] = 0x38;
    fs.writeFileSync(file, bytes);
    const damaged = { code: 'damaged', message: expect.stringContaining(`${file}, line `) };
    await expect(journal.read(0, 100)).rejects.toMatchObject(damaged);
    await expect(journal.groupOf(3)).rejects.toMatchObject(damaged);
    expect((await journal.groupOf(1))?.grp).toBe(2);
    await journal.close();
  });

  test('[F3] reads and appends go on over many segments, also larger than a segment', async () => {
    const journal = await openFileJournal({ dir, segmentBytes: 16 * KIB });
    let head = await journal.take();
    for (let at = 0; at < 40; at += 1) {
      head = await appendAll(journal, head, [[at % 7 === 0 ? 40_000 : 3_000, 10]]);
      expect((await journal.groupOf(head.lastSeq))?.hash).toBe(head.hash);
    }
    const groups = await readAll(journal);
    expect(groups).toHaveLength(41);
    await journal.close();
    const again = await openFileJournal({ dir, segmentBytes: 16 * KIB });
    expect(await readAll(again)).toEqual(groups);
    expect((await again.groupOf(21))?.grp).toBe(12);
    await again.close();
  });
});

describe('the reader beside a writer', () => {
  test('[F20] it takes no lock, changes nothing, and sees whole durable groups', async () => {
    const journal = await openFileJournal({ dir, segmentBytes: 8 * KIB });
    const reader = await openFileJournalReader(dir);
    expect(reader.id).toBe(journal.id);
    expect(await reader.head()).toEqual(await journal.head());
    let head: Head = await journal.take();
    for (let at = 0; at < 30; at += 1) {
      head = await appendAll(journal, head, [[1_000], [10, 10]]);
      expect(await reader.head()).toEqual(head);
      expect((await reader.groupOf(head.lastSeq))?.grp).toBe(head.grp);
    }
    expect(await reader.groupOf(head.lastSeq + 1)).toBeUndefined();
    expect(await readAll(reader)).toEqual(await readAll(journal));
    const late = await openFileJournalReader(dir);
    expect(await readAll(late)).toEqual(await readAll(journal));
    await journal.close();
    const files = fs.readdirSync(dir).sort();
    await readAll(reader);
    await reader.close();
    expect(fs.readdirSync(dir).sort()).toEqual(files);
  });

  test('[F20] beside another process it sees a growing chain, and outlives its restart', async () => {
    const writer = startOther('write', dir);
    expect(await writer.next()).toBe('open');
    while (writer.lines.length < 5) await writer.next();
    const reader = await openFileJournalReader(dir);
    for (let look = 0; look < 20; look += 1) {
      const line = await writer.next();
      const [grp, hash] = line?.split(' ') ?? [];
      expect((await reader.head()).grp).toBeGreaterThanOrEqual(Number(grp));
      const [group] = await reader.read(Number(grp) - 1, 1);
      expect(group?.hash).toBe(hash);
    }
    writer.child.kill('SIGKILL');
    await writer.ended;
    const journal = await openFileJournal({ dir, segmentBytes: 64 * KIB });
    const head = await appendAll(journal, await journal.take(), [[1]]);
    expect(await reader.head()).toEqual(head);
    await journal.close();
  });

  test('[F20] it refuses what is damaged, and a directory that is no journal', async () => {
    await expect(openFileJournalReader(dir)).rejects.toMatchObject({ code: 'format' });
    const journal = await openFileJournal({ dir, segmentBytes: 8 * KIB });
    await appendAll(journal, await journal.take(), [[10], [10]]);
    const [name = ''] = fs.readdirSync(dir).filter((one) => one.endsWith('.seg'));
    const file = path.join(dir, name);
    const bytes = fs.readFileSync(file);
    bytes[bytes.indexOf('"seq":2') + 6] = 0x38;
    fs.writeFileSync(file, bytes);
    const damaged = {
      code: 'damaged',
      message: expect.stringContaining(`${file}, line 5: group 3`),
    };
    await expect(openFileJournalReader(dir)).rejects.toMatchObject(damaged);
    await journal.close();
    fs.rmSync(path.join(dir, 'watermark'));
    await expect(openFileJournalReader(dir)).rejects.toMatchObject({ code: 'loss' });
  });
});

describe('the writing thread', () => {
  test('[F21] it starts under Vitest, which passes no loader on', async () => {
    const journal = await openFileJournal({ dir, segmentBytes: 64 * KIB });
    expect((await journal.take()).grp).toBe(1);
    await journal.close();
  });

  test('[F21] it starts from source with tsx', async () => {
    const other = startOther('try', dir);
    expect(await other.next()).toBe('open');
    expect((await other.ended).code).toBe(0);
  });

  test('[F21] it starts compiled', { timeout: 120_000 }, () => {
    const root = path.join(import.meta.dirname, '..');
    const tsc = path.join(root, '../../node_modules/typescript/bin/tsc');
    const out = path.join(dir, 'dist');
    const engine = path.join(dir, 'node_modules/@fairground/engine');
    spawnSync(process.execPath, [tsc, '-p', root, '--outDir', out]);
    spawnSync(process.execPath, [
      tsc,
      '-p',
      path.join(root, '../engine'),
      '--outDir',
      path.join(engine, 'dist'),
    ]);
    fs.copyFileSync(path.join(root, '../engine/package.json'), path.join(engine, 'package.json'));
    fs.writeFileSync(path.join(dir, 'package.json'), '{"type":"module"}');
    const script = `import { openFileJournal } from './dist/file.js';
      const journal = await openFileJournal({ dir: './data', proofreads: true });
      console.log(JSON.stringify(await journal.take()));
      await journal.close();`;
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: dir,
      encoding: 'utf8',
    });
    expect(ran.stderr).toBe('');
    expect(JSON.parse(ran.stdout)).toMatchObject({ grp: 1, term: 1 });
  });

  test.each(['lose a file', 'lose the thread'])(
    '[F22] %s: the process ends with 70',
    async (what) => {
      const other = startOther(what, dir);
      const { code, stderr } = await drained(other);
      expect(stderr).toContain('The process ends now');
      expect(code).toBe(70);
      const after = await openFileJournal({ dir, segmentBytes: 64 * KIB });
      const [, last] = other.lines.slice(-2);
      if (last?.includes(' '))
        expect((await after.head()).grp).toBeGreaterThanOrEqual(Number(last.split(' ')[0]));
      await after.close();
    },
  );

  test('[F22] one that cannot open because of its disk says so and frees the lock', async () => {
    fs.mkdirSync(path.join(dir, 'journal.json'));
    await expect(openFileJournal({ dir })).rejects.toThrow('EISDIR');
    fs.rmdirSync(path.join(dir, 'journal.json'));
    await (await openFileJournal({ dir, segmentBytes: 64 * KIB })).close();
  });
});

describe('real disks', () => {
  const mounted: string[] = [];
  afterEach(() => {
    for (const one of mounted.splice(0).reverse()) spawnSync('umount', ['-l', one]);
  });

  /** Mounts below `dir`, or says why that is not possible here. */
  function mount(at: string, ...args: string[]): string | undefined {
    fs.mkdirSync(at);
    const missing = cannot('mount', ...args, at);
    if (missing === undefined) mounted.push(at);
    return missing;
  }

  test('[F24] a tmpfs that is full says storage_full and goes on when there is room', async ({
    skip,
  }) => {
    const disk = path.join(dir, 'disk');
    const missing = mount(disk, '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs');
    if (missing !== undefined) return skip(`no tmpfs can be mounted: ${missing}`);
    fs.writeFileSync(path.join(disk, 'filler'), Buffer.alloc(1024 * KIB));
    const data = path.join(disk, 'journal');
    const journal = await openFileJournal({ dir: data, segmentBytes: 256 * KIB });
    expect(journal.warnings).toEqual([expect.stringContaining('tmpfs')]);
    const full = await appendUntilFull(journal);
    const more = groupAfter(full, [50_000]);
    await expect(journal.append(more, full)).rejects.toMatchObject({ code: 'storage_full' });
    fs.rmSync(path.join(disk, 'filler'));
    const head = await appendAll(journal, await journal.head(), Array(10).fill([50_000]));
    const groups = await readAll(journal);
    await journal.close();
    const again = await openFileJournal({ dir: data, segmentBytes: 256 * KIB });
    expect(await again.head()).toEqual(head);
    expect(await readAll(again)).toEqual(groups);
    await again.close();
  });

  async function appendUntilFull(journal: Journal): Promise<Head> {
    for (let head = await journal.take(); ; ) {
      const group = groupAfter(head, [50_000]);
      try {
        expect(await journal.append(group, head)).toBe('done');
        head = headAfter(group);
      } catch (error) {
        expect(error).toMatchObject({ name: 'StoreFailure', code: 'storage_full' });
        expect(await journal.head()).toEqual(head);
        return head;
      }
    }
  }

  test('[F24] a disk whose fsync fails ends the process, and what was done is kept', async ({
    skip,
  }) => {
    const below = path.join(dir, 'below');
    const missing = mount(below, '-t', 'tmpfs', '-o', 'size=12m', 'tmpfs');
    if (missing !== undefined) return skip(`no tmpfs can be mounted: ${missing}`);
    const image = path.join(below, 'image');
    fs.closeSync(fs.openSync(image, 'w'));
    fs.truncateSync(image, 64 * 1024 * KIB);
    const unmade = cannot('mkfs.ext4', '-q', '-O', '^has_journal', image);
    if (unmade !== undefined) return skip(`no file system can be made: ${unmade}`);
    const disk = path.join(dir, 'disk');
    const unmounted = mount(disk, '-o', 'loop', image);
    if (unmounted !== undefined) return skip(`no loop device: ${unmounted}`);
    const writer = startOther('write', path.join(disk, 'journal'));
    expect(await writer.next()).toBe('open');
    while (writer.lines.length < 3) await writer.next();
    fillUp(path.join(below, 'filler'));
    const { code, stderr } = await drained(writer);
    expect(stderr).toMatch(/fsync|fdatasync/);
    expect(code).toBe(70);
    expect(writer.lines.length).toBeGreaterThan(2);
  });

  function fillUp(file: string): void {
    const filler = fs.openSync(file, 'w');
    try {
      for (;;) fs.writeSync(filler, Buffer.alloc(64 * KIB));
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    } finally {
      fs.closeSync(filler);
    }
  }
});

/** Reads a process to its end. */
async function drained(
  other: ReturnType<typeof startOther>,
): ReturnType<typeof startOther>['ended'] {
  while ((await other.next()) !== undefined);
  return other.ended;
}
