import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { FLAGS } from './scripts/programs.js';

// Packages are taken from source; Vite asks one list for tests and the other for what they load. Never `module`: Node
// would get what is meant for bundlers.
const conditions = ['source', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
    globalSetup: 'scripts/test-setup.ts',
    exclude: ['**/node_modules/**', '**/dist/**'],
    // A test that is slower than this on a small machine should say so itself.
    testTimeout: 120_000,
    // Much of what is tested waits for leases and processes: also where there are two cores, two files at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    hookTimeout: 120_000,
    execArgv: [...FLAGS],
    // Whoever tests tables says so; the others need not wait for them to be opened.
    env: { FAIRGROUND_READ_MODEL: '0' },
  },
});
