/** Once before all tests: what several of them start or serve, and one place for what they write. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePrograms } from './programs.js';

/** Called by Vitest, which calls what it answers at the end. */
export function setup(): () => void {
  makePrograms();
  process.env['FAIRGROUND_THREADS'] = 'compiled';
  const dir = mkdtempSync(join(tmpdir(), 'fairground-test-'));
  // A database that is started by root runs as somebody else, and must get through.
  chmodSync(dir, 0o711);
  process.env['TMPDIR'] = dir;
  // Whoever was killed by a test had no time to tidy up.
  return () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}
