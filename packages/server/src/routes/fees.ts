import type { App } from '../edge/app-type.js';
import { read } from '../edge/read.js';
import type { Shell } from '../shell.js';

/** What a new market takes unless it says otherwise. */
export function fees(app: App, shell: Shell): void {
  app.get('/v1/fees', (request, reply) =>
    read(shell, request, reply, ({ limits }) => ({
      cpmm: Number(limits.bps_cpmm),
      lmsr: Number(limits.bps_lmsr),
      curve: Number(limits.bps_curve),
      rally: Number(limits.bps_rally),
    })),
  );
}
