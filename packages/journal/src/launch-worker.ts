/** A thread starts the same from source, under Vitest, and compiled. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

export interface Launch {
  /** Its module beside this one, without the ending. */
  readonly file: string;
  /** What it is called in a debugger. */
  readonly name: string;
  /** What it is started with. */
  readonly options: object;
}

/**
 * Compiled, the thread is a plain module. From source it needs tsx, which Vitest does not pass on,
 * and which Node 20 does not start in a thread by `--import`: so the thread registers it by itself.
 */
export function launchWorker({ file, name, options }: Launch): Worker {
  const common = { workerData: options, execArgv: [], name };
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL(`./${file}.js`, import.meta.url), common);
  }
  // `require` finds tsx's CommonJS build, whose hooks do not load; the module lies beside it.
  const api = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const tsx = JSON.stringify(pathToFileURL(api).href);
  const main = JSON.stringify(new URL(`./${file}.ts`, import.meta.url).href);
  const source = `import(${tsx}).then((tsx) => (tsx.register(), import(${main})));`;
  // Other packages are read from source too, whatever the parent was started with.
  return new Worker(source, { ...common, execArgv: ['--conditions=source'], eval: true });
}
