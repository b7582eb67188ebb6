import type { App } from '../edge/app-type.js';
import { onlyAuditors } from '../edge/audit.js';
import { readDurable } from '../edge/read.js';
import type { Shell } from '../shell.js';

const SHOWN = 100;

/** Commands that broke the engine once, and that this node never decides again: newest first. */
export function adminQuarantine(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  app.get('/v1/admin/quarantine', { config }, (request, reply) => {
    onlyAuditors(shell, request);
    return readDurable(shell, request, reply, () => {
      const all = shell.quarantine.list();
      return { count: all.length, items: all.slice(-SHOWN).reverse() };
    });
  });
}
