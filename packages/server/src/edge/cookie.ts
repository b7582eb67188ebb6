/** The cookie of a session: no script reads it, no foreign page sends it along, and where there is https only that. */
import { LOGINS } from '../vault/logins.js';

export interface SessionCookie {
  /** What it holds; undefined where there is none. */
  read(header: string | undefined): string | undefined;
  /** `Set-Cookie` of somebody who came in. */
  set(token: string): string;
  /** `Set-Cookie` of somebody who left. */
  clear(): string;
}

const TOKEN = /^[A-Za-z0-9_-]{20,128}$/;

/** `__Host-` is what a neighbour's subdomain cannot set; browsers take it only over https. */
export function sessionCookie(origins: readonly string[]): SessionCookie {
  const isSecure = origins.some((origin) => origin.startsWith('https:'));
  const name = isSecure ? '__Host-fairground' : 'fairground';
  const rest = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    read(header = '') {
      for (const part of header.split(';')) {
        const at = part.indexOf('=');
        if (at < 0 || part.slice(0, at).trim() !== name) continue;
        const value = part.slice(at + 1).trim();
        if (TOKEN.test(value)) return value;
      }
      return undefined;
    },
    set: (token) => `${name}=${token}; ${rest}; Max-Age=${LOGINS.sessionMs / 1_000}`,
    clear: () => `${name}=; ${rest}; Max-Age=0`,
  };
}
