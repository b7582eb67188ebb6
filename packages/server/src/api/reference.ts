/** The reference page at `/docs`: the document as people read it, made of our own files alone. */
import { createHash } from 'node:crypto';
import reference from '@scalar/fastify-api-reference';
import type { App } from '../edge/app-type.js';
import type { Guards } from '../edge/guards.js';

/** As strict as its bundle allows: it puts styles into the page, and one script says where the document is. */
const policyOf = (script: string): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const never = 'never' as const;
/** It loads nothing, tells nobody, and offers no service of its maker. */
const CONFIGURATION = {
  pageTitle: 'Fairground: the API',
  sources: [{ url: '/v1/openapi.json', title: 'Fairground' }],
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: never,
  hideClientButton: true,
};

const INLINE = /<script type="text\/javascript">([\s\S]*?)<\/script>/;

export async function serveReference(app: App, guards: Guards): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRequest', guards.check);
    scope.addHook('onSend', (_request, reply, payload, done) => {
      const type = String(reply.getHeader('content-type'));
      if (typeof payload === 'string' && type.startsWith('text/html'))
        reply.header('content-security-policy', policyOf(INLINE.exec(payload)?.[1] ?? ''));
      else if (type.startsWith('application/javascript'))
        reply.header('cache-control', 'public, max-age=3600');
      done(null, payload);
    });
    await scope.register(reference, {
      routePrefix: '/docs',
      configuration: CONFIGURATION,
    });
  });
}
