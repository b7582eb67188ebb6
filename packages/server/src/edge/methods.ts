/** A known address with a foreign method is 405 with `Allow`, not 404. */
import { Problem } from '../errors.js';
import type { App } from './app-type.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

/** Watches the routes that are added; the returned function then answers for the methods that are left. */
export function answerOtherMethods(app: App): () => void {
  const known = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = known.get(url) ?? new Set<string>();
    for (const name of [method].flat()) methods.add(name);
    known.set(url, methods);
  });
  return () => {
    for (const [url, methods] of known) {
      const others = METHODS.filter((name: Method) => !methods.has(name));
      const allow = [...methods].sort().join(', ');
      app.route({
        method: others,
        url,
        config: { rate: 'read' },
        // Before the body is read: what it says does not matter.
        onRequest: async (_request, reply) => {
          reply.header('allow', allow);
          throw new Problem('method_not_allowed');
        },
        handler: async () => undefined,
      });
    }
  };
}
