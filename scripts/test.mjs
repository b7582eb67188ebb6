/** `npm test`: from a fresh clone to the last test, in one command. Arguments go to Vitest. */
import { prepare, runToEnd } from './prepare.mjs';

prepare();
runToEnd(['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)]);
