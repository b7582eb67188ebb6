export { EXITS, type ExitName } from './exit.js';
export { reference } from './reference.js';
export { run } from './run.js';
export type { Stream, Terminal } from './terminal.js';
