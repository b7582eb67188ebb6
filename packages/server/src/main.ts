/** Starts a node from the environment and stops it on a signal; nothing else. */
import { BadConfig, readConfig } from './config.js';
import { startNode } from './node.js';

/** As in sysexits.h: the settings are wrong. */
const EXIT_CONFIG = 78;

try {
  const node = await startNode(readConfig(process.env), {
    onAlarm: (reason) => process.stderr.write(`${reason}\n`),
    print: (text) => process.stdout.write(`${text}\n`),
  });
  process.stdout.write(`Fairground listens at ${node.url}\n`);
  const stop = (): void => {
    node.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof BadConfig ? EXIT_CONFIG : 1);
}
