import { SYSTEM } from '@fairground/engine';
import type { FastifyRequest } from 'fastify';
import type { App } from '../edge/app-type.js';
import { askerOf } from '../edge/who.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';

const LOOPBACK = /^(::ffff:)?127\.|^::1$/;

/** For monitors on this machine and whoever has the node's token; for everybody where the operator says so. */
export function metrics(app: App, shell: Shell): void {
  const config = { rate: 'none' } as const;
  app.get('/metrics', { config }, async (request, reply) => {
    if (!shell.config.metricsArePublic && !isLocal(request)) {
      if (askerOf(request).by !== SYSTEM) throw new Problem('scope_missing');
    }
    const text = await shell.metrics.scrape(shell);
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(text);
  });
}

/** A proxy on this machine that is not trusted speaks for strangers. */
const isLocal = ({ ip, socket, headers }: FastifyRequest): boolean =>
  LOOPBACK.test(ip) &&
  (ip !== socket.remoteAddress ||
    (headers['x-forwarded-for'] === undefined && headers.forwarded === undefined));
