/**
 * `npm run golden`: writes the golden journals of this build's form and rules anew. Those of a released
 * version it leaves alone, unless told `-- --even-released`.
 */
import { spawnSync } from 'node:child_process';
import { root } from './prepare.mjs';

const wanted = process.argv.includes('--even-released') ? 'rewrite' : 'write';
const { status } = spawnSync('npx', ['vitest', 'run', 'packages/engine/test/golden.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, FAIRGROUND_GOLDEN: wanted },
});
process.exitCode = status ?? 1;
