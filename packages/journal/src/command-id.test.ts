import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { commandIdOf } from './command-id.js';

test('[R8] a command id is the first 16 bytes of sha256(by, 0, key)', () => {
  const id = commandIdOf('ana', 'my key');
  expect(id).toBe(createHash('sha256').update('ana\0my key').digest('hex').slice(0, 32));
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(commandIdOf('ana', 'my key')).toBe(id);
});

test('[R8] neither another account nor another cut between the two can reach it', () => {
  const ids = [
    commandIdOf('ana', 'key'),
    commandIdOf('bob', 'key'),
    commandIdOf('anak', 'ey'),
    commandIdOf('an', 'akey'),
    commandIdOf('ana', ''),
    commandIdOf('ana', 'schlüssel'),
    commandIdOf('ana', 'schlussel'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});
