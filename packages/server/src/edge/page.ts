/** The page: the bundle's files, and its index for every address that only the page knows. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../errors.js';
import type { App } from './app-type.js';

const NO_BUNDLE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Fairground</title>
<meta name="viewport" content="width=device-width"></head>
<body>
<h1>Fairground is running</h1>
<p>The exchange answers at <a href="/v1/markets">/v1/markets</a>. The page itself has not been built yet:
run <code>npm run build</code>, then reload.</p></body></html>
`;

/** Addresses of the API never fall back to the page. */
export function isAddressedToApi({ url }: FastifyRequest): boolean {
  return url.startsWith('/v1/') || /^\/(v1|healthz|readyz|metrics)([/?]|$)/.test(url);
}

export async function servePage(
  app: App,
  webDir: string,
  refuseApi: (request: FastifyRequest) => void,
): Promise<void> {
  const hasBundle = existsSync(join(webDir, 'index.html'));
  if (hasBundle) {
    await app.register(fastifyStatic, {
      root: webDir,
      // Names in assets/ carry a hash of what they hold.
      setHeaders: (reply, path) => {
        const isHashed = path.includes('/assets/');
        reply.header(
          'cache-control',
          isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    refuseApi(request);
    return answerPage(request, reply, hasBundle);
  });
}

function answerPage(
  request: FastifyRequest,
  reply: FastifyReply,
  hasBundle: boolean,
): FastifyReply {
  const isVisit = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
  if (!isVisit) throw new Problem('route_unknown');
  if (hasBundle) return reply.sendFile('index.html');
  return reply.type('text/html; charset=utf-8').send(NO_BUNDLE);
}
