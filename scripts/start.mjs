/** `npm start`: from a fresh clone to a running fairground, in one command. */
import { fromSource, prepare, runToEnd } from './prepare.mjs';

// npm keeps options for itself unless they stand behind `--`, and would start something else without a word.
const kept = ['speed', 'port', 'seed', 'fresh'].find((name) => process.env[`npm_config_${name}`]);
if (kept !== undefined) {
  console.error(
    `npm kept --${kept} for itself. Options go behind two dashes: npm start -- --${kept} …`,
  );
  process.exit(2);
}
prepare();
runToEnd(fromSource('packages/cli/src/main.ts', ['demo', ...process.argv.slice(2)]));
