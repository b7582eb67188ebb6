/**
 * The log: JSON lines, those of a request with its id, and no secret in any of them. Bodies, addresses and headers
 * are not logged at all; what libraries say of an error is taken by its words alone, with what looks like a secret
 * left out.
 */
import type { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { LogLevel } from '../config.js';

const LEFT_OUT: readonly (readonly [RegExp, string])[] = [
  // Keys of accounts, the node's token.
  [/fgs?_[A-Za-z0-9_-]{8,}/g, 'fg_…'],
  // Whoever stands in an address: smtp://user:password@mail.example.
  [/:\/\/[^\s/@]+@/g, '://…@'],
  [/[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+/g, '…@…'],
  // Whatever else is long and random enough to be one: tokens of links, cookies. Hashes and ids are small letters.
  [/(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{24,}(?![\w-])/g, '…'],
];

/** Without what somebody could use. */
export const withoutSecrets = (text: string): string =>
  LEFT_OUT.reduce((left, [what, instead]) => left.replace(what, instead), text);

/** Of an error its kind, words, code and place; nothing that a library has hung on it. */
function told(error: unknown): ToldError {
  const stranger = { name: typeof error, message: String(error), stack: '' };
  const { name: type, message, stack = '' } = error instanceof Error ? error : stranger;
  const code = error instanceof Error && 'code' in error ? { code: String(error.code) } : {};
  return { type, message: withoutSecrets(message), ...code, stack: withoutSecrets(stack) };
}

interface ToldError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack: string;
  readonly [key: string]: unknown;
}

export const loggerOf = (level: LogLevel, to: Writable | undefined) => ({
  level,
  serializers: { err: told, req: () => ({}) },
  ...(to && { stream: to }),
});

/** One line for each request, where somebody wants to read them; else they cost nothing. */
export function logRequests(app: FastifyInstance, level: LogLevel): void {
  if (level !== 'debug' && level !== 'trace') return;
  app.addHook('onResponse', (request, reply, done) => {
    const { id: reqId, method, no: code, routeOptions } = request;
    // The route and not the address, which may hold a handle, a cursor or a mistake.
    const said = { reqId, method, route: routeOptions.url, status: reply.statusCode, code };
    request.log.debug({ ...said, ms: Math.round(reply.elapsedTime) }, 'answered');
    done();
  });
}
