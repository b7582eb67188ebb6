import { afterAll, beforeAll, describe } from 'vitest';
import { hasPostgres, hasSystemPostgres, Server } from '../../../scripts/postgres.js';
import { honoursTheJournalContract } from './journal.contract.js';
import { openPostgresJournal, type PostgresJournal } from './postgres.js';

for (const which of ['packaged', 'system'] as const) {
  const ready = which === 'packaged' ? hasPostgres() : hasSystemPostgres();
  describe.runIf(ready)(`${which} PostgreSQL`, () => {
    let server: Server;
    let connect = '';
    let shard = 0;
    beforeAll(async () => {
      server = await Server.start(which);
      connect = server.url(await server.database());
    });
    afterAll(() => server.end());

    honoursTheJournalContract(`${which} postgres`, async () => {
      // A journal of its own for each test, in one database.
      const own = ++shard;
      const opened: PostgresJournal[] = [];
      const open = async (): Promise<PostgresJournal> => {
        const journal = await openPostgresJournal({ connect, shard: own });
        opened.push(journal);
        return journal;
      };
      return {
        one: await open(),
        two: await open(),
        reopen: open,
        end: async () => void (await Promise.all(opened.map((journal) => journal.close()))),
      };
    });
  });
}
