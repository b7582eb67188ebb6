/** A node as a process of its own that a test may kill, and that tells people sooner than a real one. */
import { readConfig, startNode } from '../src/index.js';
import { PACE } from './effects-bench.js';

const node = await startNode(readConfig(process.env), { pace: { ...PACE, retryLimit: 20 } });
process.stdout.write(`Fairground listens at ${node.url}\n`);
process.once('SIGTERM', () => void node.close().then(() => process.exit(0)));
