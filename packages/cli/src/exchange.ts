/** The demo's door to a node in this process: straight to its sequencer and its vault. */
import { createHash } from 'node:crypto';
import { commandIdOf } from '@fairground/journal';
import type { Node } from '@fairground/server';
import type { DemoExchange } from './demo/port.js';

/** How late a command of the demo may still run. */
const VALID_MS = 60_000;

export function demoExchange(node: Node): DemoExchange {
  /** Attempts of the keys whose outcome is unknown: the next one must say that it is another. */
  const attempts = new Map<string, number>();
  return {
    world: () => node.sequencer.world,
    now: () => node.clock.now(),
    async submit(by, key, wish) {
      const id = commandIdOf(by, key);
      const attempt = (attempts.get(id) ?? 0) + 1;
      const command = { by, id, validUntil: node.clock.now() + VALID_MS, wish };
      const answer = await node.sequencer.submit(command, attempt);
      if (answer.kind === 'unknown') attempts.set(id, attempt);
      else attempts.delete(id);
      return answer.kind === 'done' ? { kind: 'done', repeated: answer.repeated } : answer;
    },
    async writeText({ title, rules = '', category }) {
      const text = JSON.stringify({ title, rules, category });
      // The same words under the same name: asked again, the vault gives the same salt and hash.
      const command = createHash('sha256').update(`demo\0${text}`).digest('hex').slice(0, 32);
      const { hash } = await node.vault.putText({ command, by: 'system', text });
      return hash;
    },
  };
}
