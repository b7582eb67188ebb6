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
  /** The module it lies beside, where that is not this one. */
  readonly beside?: string;
}

/** Set by whoever keeps dist up to the sources, as before all tests: a thread then starts in a tenth of the time. */
const IS_COMPILED = process.env['FAIRGROUND_THREADS'] === 'compiled';

/**
 * Compiled, the thread is a plain module. From source it needs tsx, which Vitest does not pass on,
 * and which Node 20 does not start in a thread by `--import`: so the thread registers it by itself.
 */
export function launchWorker({ file, name, options, beside = import.meta.url }: Launch): Worker {
  const common = { workerData: options, execArgv: [], name };
  if (!beside.endsWith('.ts')) {
    return new Worker(new URL(`./${file}.js`, beside), common);
  }
  if (IS_COMPILED) {
    const there = beside.replace(/\/src\/(?!.*\/src\/)/, '/dist/');
    return new Worker(new URL(`./${file}.js`, there), common);
  }
  // `require` finds tsx's CommonJS build, whose hooks do not load; the module lies beside it.
  const api = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const tsx = JSON.stringify(pathToFileURL(api).href);
  const main = JSON.stringify(new URL(`./${file}.ts`, beside).href);
  const source = `import(${tsx}).then((tsx) => (tsx.register(), import(${main})));`;
  // Other packages are read from source too, whatever the parent was started with.
  return new Worker(source, { ...common, execArgv: ['--conditions=source'], eval: true });
}
