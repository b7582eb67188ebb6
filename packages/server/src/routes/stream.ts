import type { App } from '../edge/app-type.js';
import { Problem } from '../errors.js';
import { Upgrades } from '../live/upgrade.js';
import type { Shell } from '../shell.js';

export function stream(app: App, shell: Shell): void {
  const upgrades = new Upgrades();
  upgrades.attach(app);
  app.get('/v1/stream', (request, reply) => {
    if (shell.isDraining) throw new Problem('draining', { retryAfterMs: 1_000 });
    return upgrades.open(request, reply, (socket, line) => {
      const { feed, sessions, effects, ticks, matches } = shell;
      const { identity } = request;
      const beside = {
        notices: effects?.feed,
        ticks: ticks?.feed,
        matches,
        letters: ticks?.letterFeed,
      };
      sessions.openSocket(socket, line, { feed, doorman: shell, identity, ...beside });
    });
  });
}
