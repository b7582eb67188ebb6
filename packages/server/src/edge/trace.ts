/** A span for each request: its route, how it ended and which entry it was; nothing that was said in it. */
import type { Span, Traces } from '../traces/traces.js';
import type { App } from './app-type.js';
import { one } from './envelope.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Its context as a `traceparent`, where somebody records it. */
    trace: string | undefined;
    /** The code of what it was answered, where that was a no. */
    no: string | undefined;
  }
}

export function traceRequests(app: App, traces: Traces): void {
  const spans = new WeakMap<object, Span>();
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, routeOptions, headers } = request;
    // An address that is none of ours is nobody's business: it may hold anything.
    const name = `${method} ${routeOptions.url ?? '(none)'}`;
    const span = traces.request(name, one(headers['traceparent']));
    request.trace = span.trace;
    spans.set(request, span);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const seq = String(reply.getHeader('fairground-seq') ?? '').split('.')[0] ?? '';
    spans.get(request)?.end({
      'http.request.method': request.method,
      'http.route': request.routeOptions.url ?? '(none)',
      'http.response.status_code': reply.statusCode,
      'fairground.request_id': request.id,
      ...(seq !== '' && { 'fairground.seq': Number(seq) }),
      ...(request.no !== undefined && { 'error.type': request.no }),
    });
    done();
  });
}
