/** A node as a process of its own that a test may kill, and that tells people at the pace it is told. */
import { readConfig, startNode } from '@fairground/server';

const pace = JSON.parse(process.env.TOLD_PACE ?? '{}');
const node = await startNode(readConfig(process.env), { pace });
process.stdout.write(`Fairground listens at ${node.url}\n`);
process.once('SIGTERM', () => void node.close().then(() => process.exit(0)));
