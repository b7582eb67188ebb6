import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bundleIsStale, complainOfNode, installIsStale, root } from './prepare.mjs';
import { optionalOrSkip, requiredOrSkip } from './required.js';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'fairground-prepare-'));
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

/** Writes a file as if it had last changed at a second of our choice. */
function write(path: string, second: number): void {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), '');
  utimesSync(join(base, path), second, second);
}

test('an old Node is told what is needed', () => {
  expect(complainOfNode('18.20.4')).toContain('needs Node 20.19 or newer; this is Node 18.20.4');
  expect(complainOfNode('20.9.0')).toContain('needs Node 20.19');
  for (const good of ['20.19.0', '22.0.0', '24.1.0']) expect(complainOfNode(good)).toBeUndefined();
});

test('packages are installed once per change of the lockfile', () => {
  write('package-lock.json', 100);
  expect(installIsStale(base)).toBe(true);
  write('node_modules/.package-lock.json', 101);
  expect(installIsStale(base)).toBe(false);
  write('package-lock.json', 102);
  expect(installIsStale(base)).toBe(true);
});

test('the web pages are built once per change of their sources', () => {
  expect(bundleIsStale(base)).toBe(false);
  write('packages/web/index.html', 100);
  expect(bundleIsStale(base)).toBe(true);
  write('packages/web/dist/index.html', 101);
  expect(bundleIsStale(base)).toBe(false);
  write('packages/engine/src/math/amount.test.ts', 102);
  expect(bundleIsStale(base)).toBe(false);
  write('packages/engine/src/math/amount.ts', 102);
  expect(bundleIsStale(base)).toBe(true);
});

describe('a program in the foreground', () => {
  /** Starts a program under runToEnd; resolves how it ended and what was printed. */
  function run(
    program: string,
    shell: 'exec' | '' = 'exec',
  ): {
    readonly wrapper: ReturnType<typeof spawn>;
    readonly ended: Promise<{ code: number | null; output: string }>;
  } {
    const path = join(base, 'wrapper.mjs');
    const prepare = JSON.stringify(join(root, 'scripts/prepare.mjs'));
    const args = JSON.stringify(['--eval', program]);
    writeFileSync(path, `import { runToEnd } from ${prepare};\nrunToEnd(${args});\n`);
    // As npm does it: in a shell that does not become the program, and hears of a signal alone.
    const line = `${shell} "${process.execPath}" "${path}"; exit $?`;
    const wrapper = spawn('sh', ['-c', line], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, npm_lifecycle_event: 'start' },
    });
    let output = '';
    wrapper.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('ready')) wrapper.emit('ready');
    });
    const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
      wrapper.on('close', (code) => resolve({ code, output }));
    });
    return { wrapper, ended };
  }

  test('ends as it ends', async () => {
    expect((await run('process.exit(0)').ended).code).toBe(0);
    expect((await run('process.exit(7)').ended).code).toBe(7);
    expect((await run('process.kill(process.pid, "SIGKILL")').ended).code).toBe(128 + 9);
  });

  /** Says when it is ready, and needs a while to end. */
  const drains = (signal: string): string => `
    process.on('${signal}', () => setTimeout(() => { console.log('drained'); process.exit(3); }, 200));
    setInterval(() => {}, 1000);
    console.log('ready');
  `;

  test.each(['SIGTERM', 'SIGINT'] as const)('%s waits until it has drained', async (signal) => {
    const { wrapper, ended } = run(drains(signal));
    await new Promise((resolve) => wrapper.once('ready', resolve));
    wrapper.kill(signal);
    const { code, output } = await ended;
    expect(code).toBe(3);
    expect(output).toContain('drained');
  });

  test('it drains too when only the shell of npm heard the signal', async () => {
    const { wrapper, ended } = run(drains('SIGTERM'), '');
    await new Promise((resolve) => wrapper.once('ready', resolve));
    wrapper.kill('SIGTERM');
    expect((await ended).output).toContain('drained');
  });
});

describe('what a suite requires', () => {
  beforeEach(() => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  test('is skipped aloud on a machine that lacks it', () => {
    vi.stubEnv('FAIRGROUND_REQUIRE', '');
    expect(requiredOrSkip(true, 'no browser')).toBe(true);
    expect(console.warn).not.toHaveBeenCalled();
    expect(requiredOrSkip(false, 'no browser')).toBe(false);
    expect(console.warn).toHaveBeenCalledWith('skipped: no browser');
  });

  test('fails where everything is required, except what is optional everywhere', () => {
    vi.stubEnv('FAIRGROUND_REQUIRE', 'all');
    expect(requiredOrSkip(true, 'no browser')).toBe(true);
    expect(() => requiredOrSkip(false, 'no browser')).toThrow('required here, but: no browser');
    expect(optionalOrSkip(false, 'no data sets')).toBe(false);
    expect(console.warn).toHaveBeenCalledWith('skipped: no data sets');
  });
});
