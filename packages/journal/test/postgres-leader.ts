/** A process of its own, run by a test: `postgres-leader.ts <url>`. Leads, appends, and says what was done. */
import fs from 'node:fs';
import { nodeTimer } from '../src/timer.js';
import { Leadership } from '../src/lease.js';
import { openPostgresJournal } from '../src/postgres.js';
import { groupAfter, headAfter } from './groups.js';

const [, , url = ''] = process.argv;
const journal = await openPostgresJournal({ connect: url, name: 'child' });
const leadership = new Leadership(journal, nodeTimer, { onLost: () => process.exit(3) });
for (let head = await leadership.tryToLead(); head; ) {
  const group = groupAfter(head, [200, 200]);
  if ((await journal.append(group, head)) !== 'done') break;
  head = headAfter(group);
  fs.writeSync(1, `${group.grp} ${group.hash}\n`);
}
process.exit(4);
