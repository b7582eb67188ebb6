/** Everything that can be said of the code without running it, even after a failure. */
import { join } from 'node:path';
import { capture, root } from './prepare.mjs';

const bin = (name: string): string => join(root, 'node_modules', name);
const node = process.execPath;

const STEPS: Readonly<Record<string, readonly string[]>> = {
  types: ['--import', 'tsx', 'scripts/types.ts'],
  lint: [bin('oxlint/bin/oxlint'), '--type-aware', '--quiet', '--format=unix'],
  format: [bin('@biomejs/biome/bin/biome'), 'format', '--max-diagnostics=50'],
  tidy: ['--import', 'tsx', 'scripts/tidy.ts'],
  budget: ['--import', 'tsx', 'scripts/budget.ts'],
};

for (const [name, args] of Object.entries(STEPS)) {
  const start = performance.now();
  const done = await capture(node, args);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${done.code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(6)} ${seconds} s`);
  if (done.code === 0) continue;
  process.exitCode = 1;
  console.log(`\n${done.output.trimEnd()}\n`);
  if (name === 'format') console.log('npm run format mends these.\n');
}
