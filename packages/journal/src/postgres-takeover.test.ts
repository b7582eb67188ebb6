import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendAll, readAll } from '../test/groups.js';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import type { Head } from './journal.js';
import { Leadership, LEASE_LIMITS } from './lease.js';
import { openPostgresJournal } from './postgres.js';
import { continues } from './recent.js';
import { nodeTimer } from './timer.js';

const PACKAGE = path.join(import.meta.dirname, '..');
const LEADER = path.join(PACKAGE, 'test', 'postgres-leader.ts');

describe.runIf(hasPostgres())('a leader that is killed', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());

  test('[T16] under load is followed by another node, and all that it was told is there', async () => {
    const connect = server.url(await server.database());
    const journal = await openPostgresJournal({ connect, name: 'next' });
    const args = ['--conditions=source', '--import', 'tsx', LEADER, connect];
    const child = spawn(process.execPath, args, {
      cwd: PACKAGE,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    let said = '';
    child.stdout.on('data', (bytes) => (said += String(bytes)));
    const leadership = new Leadership(journal, nodeTimer, { onLost: () => {} });
    let head: Head | undefined;
    let looks = 0;
    while (said.split('\n').length < 200) {
      // The child's lease, once there is one.
      if (said !== '') head = await leadership.tryToLead();
      expect(head).toBeUndefined();
      await sleep(50);
    }
    child.kill('SIGKILL');
    await closed;
    while (!head) {
      head = await leadership.tryToLead();
      looks++;
      await sleep(LEASE_LIMITS.silentMsMax / 20);
    }
    // By our own clock, from the last beat we saw: about as many looks as fit into the lease's silence.
    expect(looks).toBeLessThan(40);
    expect(head.term).toBe(2);
    const after = await appendAll(journal, head, [[1], [1]]);
    const groups = await readAll(journal);
    const there = new Set(groups.map(({ grp, hash }) => `${grp} ${hash}`));
    const told = said.split('\n').slice(0, -1);
    expect(told.length).toBeGreaterThan(100);
    for (const one of told) expect(there.has(one), one).toBe(true);
    for (const [at, group] of groups.slice(1).entries()) {
      expect(continues(groups[at]!, group), `group ${group.grp}`).toBe(true);
    }
    expect(await journal.head()).toEqual(after);
    await leadership.drain();
    await journal.close();
  }, 60_000);
});
