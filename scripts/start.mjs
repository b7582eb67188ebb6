/** `npm start`: from a fresh clone to a running fairground, in one command. */
import { fromSource, prepare, runToEnd } from './prepare.mjs';

prepare();
runToEnd(fromSource('packages/cli/src/main.ts', ['demo', ...process.argv.slice(2)]));
