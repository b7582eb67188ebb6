/**
 * What a fresh clone needs before anything runs: the right Node, the packages, the web bundle.
 * Plain JavaScript on Node's own modules, because at this point nothing is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The oldest Node this runs on, as in the `engines` of package.json. */
const NODE_MIN = [20, 19];

/** A drain saves and answers what is in flight; what takes longer than this hangs. */
const DRAIN_MS_MAX = 30_000;

/** What the bundle is made of: the screen, and the two packages it draws from. */
const BUNDLE_SOURCES = [
  'packages/web/index.html',
  'packages/web/package.json',
  'packages/web/public',
  'packages/web/src',
  'packages/web/vite.config.ts',
  'packages/client/src',
  'packages/engine/src',
];

/**
 * Runs from source: by the `source` condition of each package's exports, types stripped.
 * @param {string} program
 * @param {readonly string[]} args
 */
export function fromSource(program, args) {
  return ['--conditions=source', '--max-semi-space-size=64', '--import', 'tsx', program, ...args];
}

/** Makes the checkout ready: does what is missing, says what it does, exits if it cannot. */
export function prepare() {
  const complaint = complainOfNode(process.versions.node);
  if (complaint) stop(complaint);
  if (installIsStale(root)) install();
  if (bundleIsStale(root)) buildWeb();
}

/**
 * @param {string} version
 * @returns {string | undefined} what to tell the user when this Node is too old
 */
export function complainOfNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [majorMin = 0, minorMin = 0] = NODE_MIN;
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return undefined;
  return `Fairground needs Node ${NODE_MIN.join('.')} or newer; this is Node ${version}.`;
}

/**
 * npm writes node_modules/.package-lock.json last, so its time is the time of the last install.
 * @param {string} base
 */
export function installIsStale(base) {
  const installed = timeOf(join(base, 'node_modules/.package-lock.json'));
  return installed === 0 || timeOf(join(base, 'package-lock.json')) > installed;
}

/** @param {string} base */
export function bundleIsStale(base) {
  if (!existsSync(join(base, 'packages/web/index.html'))) return false;
  const built = timeOf(join(base, 'packages/web/dist/index.html'));
  return built === 0 || BUNDLE_SOURCES.some((path) => newestIn(join(base, path)) > built);
}

function install() {
  console.log('Installing the packages (npm ci): once per change of package-lock.json.');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (done.status !== 0) stop('The packages could not be installed; npm says why above.');
}

export function buildWeb() {
  if (!existsSync(join(root, 'packages/web/index.html'))) return;
  console.log('Building the web pages: once per change of their sources.');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--logLevel', 'warn'];
  const done = spawnSync(process.execPath, args, {
    cwd: join(root, 'packages/web'),
    stdio: 'inherit',
    // Asked for by a test it would otherwise be the developers' React, and twice as heavy.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (done.status !== 0) stop('The web pages could not be built; Vite says why above.');
}

/**
 * Runs a program in the foreground and ends as it ends; no signal leaves it behind.
 * @param {readonly string[]} args for Node
 */
export function runToEnd(args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  const running = () => child.exitCode === null && child.signalCode === null;
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    child.kill(signal);
    setTimeout(() => running() && child.kill('SIGKILL'), DRAIN_MS_MAX).unref();
  };
  // A terminal sends Ctrl-C to the whole group: passing it on would make it the second one.
  process.on('SIGINT', () => process.stdin.isTTY || end('SIGINT'));
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGHUP', () => end('SIGHUP'));
  process.on('exit', () => running() && child.kill('SIGTERM'));
  whenOrphaned(() => end('SIGTERM'));
  child.on('error', (error) => stop(error.message));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
  });
}

/**
 * npm passes a signal to the shell it runs us in; that shell dies of it and tells nobody.
 * @param {() => void} act
 */
function whenOrphaned(act) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    act();
  }, 250).unref();
}

/**
 * Runs a program and keeps what it prints, both streams in one.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, output: string }>}
 */
export function capture(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** @param {string} path */
function timeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * @param {string} path
 * @returns {number} the time of the newest file at or below it; tests do not count
 */
function newestIn(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || /\.(test|contract)\.tsx?$/.test(path)) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

/**
 * @param {string} why
 * @returns {never}
 */
function stop(why) {
  console.error(why);
  process.exit(1);
}
