/** Type-checks every project: each package by its own tsconfig, the rest by the root's. */
import { existsSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { capture, root } from './prepare.mjs';

const TSC = join(root, 'node_modules/typescript/bin/tsc');

function projects(): readonly string[] {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
  return ['.', ...packages].filter((path) => existsSync(join(root, path, 'tsconfig.json')));
}

async function checkOne(project: string): Promise<boolean> {
  const memory = join(
    root,
    'node_modules/.cache/types',
    `${project.replace('/', '-')}.tsbuildinfo`,
  );
  const incremental = ['--incremental', '--tsBuildInfoFile', memory];
  const done = await capture(process.execPath, [TSC, '--noEmit', '-p', project, ...incremental]);
  if (done.code !== 0) console.log(`${project}/tsconfig.json\n${done.output.trimEnd()}\n`);
  return done.code === 0;
}

/** Takes projects from one queue on as many compilers as the machine has cores, at most four. */
async function checkAll(): Promise<boolean> {
  const queue = [...projects()];
  let good = true;
  const compiler = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (!(await checkOne(next))) good = false;
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, cpus().length) }, compiler));
  return good;
}

if (!(await checkAll())) process.exitCode = 1;
