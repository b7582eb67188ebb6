/** Writes each package's dist. Nothing in this repository needs it: programs run from source. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildWeb, capture, root } from './prepare.mjs';

const TSC = join(root, 'node_modules/typescript/bin/tsc');

for (const name of readdirSync(join(root, 'packages'))) {
  const project = join('packages', name);
  if (name === 'web' || !existsSync(join(root, project, 'tsconfig.json'))) continue;
  rmSync(join(root, project, 'dist'), { recursive: true, force: true });
  const done = await capture(process.execPath, [TSC, '-p', project]);
  console.log(`${done.code === 0 ? 'ok  ' : 'FAIL'} ${project}/dist`);
  if (done.code === 0) continue;
  process.exitCode = 1;
  console.log(done.output);
}
buildWeb();
