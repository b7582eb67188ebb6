/** The HTTP shell: what every request passes, whichever route it is for. */
import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import { StoreFailure } from '@fairground/journal';
import fastify, {
  LogController,
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { serveDocument, watchRoutes } from './api/document.js';
import { serveReference } from './api/reference.js';
import { isAddressedToApi, servePage } from './edge/page.js';
import { JSON_TYPE } from './edge/read.js';
import { limitLines, type LineLimits, LINES, optionsOf } from './edge/lines.js';
import { loggerOf, logRequests } from './edge/log.js';
import { sendSecurityHeaders } from './edge/security.js';
import { answerOtherMethods } from './edge/methods.js';
import type { App } from './edge/app-type.js';
import { seconds } from './edge/write.js';
import { type Detail, Problem } from './errors.js';
import { addRoutes } from './routes/index.js';
import { traceRequests } from './edge/trace.js';
import type { Shell } from './shell.js';
import { VaultFull } from './vault/lines-disk.js';
import { VaultUnsure } from './vault/store.js';

export const BODY_BYTES_MAX = 256 * 1024;

/** What a test may bring. */
export interface AppParts {
  /** Where the log goes, if not to the standard output. */
  readonly log?: Writable | undefined;
  readonly lines?: LineLimits | undefined;
}

export async function makeApp(shell: Shell, { log, lines }: AppParts = {}): Promise<App> {
  const { config } = shell;
  const app = fastify({
    logger: loggerOf(config.logLevel, log),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    ...optionsOf(lines ?? LINES),
    genReqId: requestIds(),
    // One for all: a child for each request costs more than the few lines it would mark.
    childLoggerFactory: (log) => log,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    routerOptions: { maxParamLength: 128 },
    frameworkErrors: (error, request, reply) => {
      answerError(shell, error, request, reply);
    },
    // A body with `__proto__` or `constructor` in it has no honest meaning here.
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
  }).withTypeProvider<ZodTypeProvider>();
  limitLines(app.server, config.connectionsMax);
  app.setValidatorCompiler(validatorCompiler);
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('identity', undefined);
  app.decorateRequest('isFresh', false);
  app.decorateRequest('trace', undefined);
  app.decorateRequest('no', undefined);
  logRequests(app, config.logLevel);
  if (shell.traces) traceRequests(app, shell.traces);
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    answerError(shell, error, request, reply),
  );
  sendSecurityHeaders(app);
  // A line whose answer leaves after the drain began is not idle when idle lines are cut: it ends with this answer.
  app.addHook('onSend', (request, reply, payload, done) => {
    if (shell.isDraining) reply.header('connection', 'close');
    // What rests on no entry names the state of this node all the same: whoever goes on elsewhere knows from where.
    if (!reply.hasHeader('fairground-seq') && isAddressedToApi(request))
      reply.header('fairground-seq', shell.wake.cursor);
    done(null, payload);
  });
  await app.register(async (v1) => {
    const api = v1.withTypeProvider<ZodTypeProvider>();
    await watchRoutes(api);
    const refuseOtherMethods = answerOtherMethods(api);
    api.addHook('onRequest', shell.guards.check);
    api.addHook('preValidation', shell.guards.takeFresh);
    addRoutes(api, shell);
    serveDocument(api);
    refuseOtherMethods();
  });
  await serveReference(app, shell.guards);
  await servePage(app, config.webDir, (request) => {
    if (isAddressedToApi(request)) throw new Problem('route_unknown');
  });
  return app;
}

/** Each its own, also beside those of other starts. */
function requestIds(): () => string {
  const start = randomBytes(9).toString('base64url');
  let count = 0;
  return () => `req_${start}${++count}`;
}

function answerError(
  shell: Shell,
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = problemOf(error);
  shell.metrics.said(problem.code);
  request.no = problem.code;
  if (problem.code === 'fault') {
    const { id: reqId, method, routeOptions, trace } = request;
    const where = { reqId, method, route: routeOptions.url, trace };
    request.log.error({ err: error, ...where }, 'a request met a bug');
  }
  if (problem.retryAfterMs !== undefined)
    reply.header('retry-after', seconds(problem.retryAfterMs));
  return reply
    .code(problem.status)
    .header('fairground-seq', shell.wake.cursor)
    .type(JSON_TYPE)
    .send(JSON.stringify(problem.body(request.id)));
}

/** Whatever was thrown, as something this server says. The unknown is a fault, without a word of its inside. */
function problemOf(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StoreFailure) return new Problem(error.code, { retryAfterMs: 1_000 });
  if (error instanceof VaultUnsure) return new Problem('outcome_unknown', { retryAfterMs: 1_000 });
  if (error instanceof VaultFull) return new Problem('storage_full', { retryAfterMs: 1_000 });
  if (hasZodFastifySchemaValidationErrors(error)) {
    return new Problem('bad_request', {
      details: error.validation.map(({ instancePath, message }): Detail => {
        const path = instancePath.slice(1).replaceAll('/', '.');
        return path === '' ? { message: message ?? '' } : { path, message: message ?? '' };
      }),
    });
  }
  if (!('statusCode' in error) || error.statusCode === undefined || error.statusCode >= 500) {
    return new Problem('fault');
  }
  if (error.statusCode === 413) return new Problem('body_too_large');
  if (error.statusCode === 415) return new Problem('media_type');
  return new Problem('bad_request', {
    details: [{ message: PARSER_SAYS[error.code] ?? 'It cannot be read.' }],
  });
}

/** What the parsers' codes mean, in our words: theirs may quote the body. */
const PARSER_SAYS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not JSON.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as Content-Length says.',
  FST_ERR_BAD_URL: 'The address cannot be read.',
};
