/** What every answer tells browsers not to do. Fixed text, so it costs the hot path next to nothing. */
import type { App } from './app-type.js';
import { isAddressedToApi } from './page.js';

/** Scripts and styles only from our own files. */
const CONTENT_SECURITY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = {
  'content-security-policy': CONTENT_SECURITY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Of an answer that no browser shows as a page only this matters, and it is sent with every order. */
const API = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': PAGE['x-content-type-options'],
} as const;

/** A promise for a year, so it is made only over https: here none but a configured proxy says that it is. */
const HTTPS_ONLY = 'max-age=31536000; includeSubDomains';

export function sendSecurityHeaders(app: App): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(isAddressedToApi(request) ? API : PAGE);
    if (request.protocol === 'https') reply.header('strict-transport-security', HTTPS_ONLY);
    done();
  });
}
