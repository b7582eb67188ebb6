import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openFileJournal, type FileJournal } from './file.js';
import { honoursTheJournalContract } from './journal.contract.js';

honoursTheJournalContract('file', async () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-journal-'));
  const open = (): Promise<FileJournal> => openFileJournal({ dir, segmentBytes: 64 * 1024 });
  let journal = await open();
  return {
    one: journal,
    two: journal,
    async reopen() {
      await journal.close();
      journal = await open();
      return journal;
    },
    async end() {
      await journal.close();
      fs.rmSync(dir, { recursive: true });
    },
  };
});
