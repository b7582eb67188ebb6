/**
 * Calling addresses that strangers chose: over http or https alone, never into our own networks, never on to where an
 * answer points, and never for long. The address that was judged is the one that is connected to.
 */
import { lookup as resolve } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

export const OUTSIDE = { msMax: 10_000, urlCharsMax: 500 } as const;

const INSIDE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  INSIDE.addSubnet(net, bits, 'ipv4');
// Of IPv6 only what is routed worldwide, without the parts that lead to an IPv4 address or are for examples.
const WORLD = new BlockList();
WORLD.addSubnet('2000::', 3, 'ipv6');
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  INSIDE.addSubnet(net, bits, 'ipv6');

export function isInside(address: string): boolean {
  if (isIP(address) === 4) return INSIDE.check(address, 'ipv4');
  return !WORLD.check(address, 'ipv6') || INSIDE.check(address, 'ipv6');
}

/** What is wrong with an address as it is written; undefined where nothing is. */
export function faultOfUrl(text: string, allowsInside: boolean): string | undefined {
  if (text.length > OUTSIDE.urlCharsMax) return `at most ${OUTSIDE.urlCharsMax} characters`;
  if (!URL.canParse(text)) return 'an address like https://example.com/hook';
  const { protocol, username, password, hostname } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return 'only http: and https:';
  if (username !== '' || password !== '') return 'no user and no password in it';
  if (allowsInside) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isNear =
    isIP(host) > 0 ? isInside(host) : /^localhost$|\.(localhost|local|internal)$/.test(host);
  return isNear ? 'no address of this machine or of a private network' : undefined;
}

/** Why an attempt did not succeed, as its owner may read it. */
export class NotTaken extends Error {}

interface Guard {
  /** Whether addresses of our own networks may be called. */
  readonly allowsInside: boolean;
  readonly msMax?: number;
  /** Ends it earlier. */
  readonly signal?: AbortSignal;
}

/** Resolves when it was answered with 2xx. Rejects with `NotTaken`, or with what the line itself said. */
export function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  guard: Guard,
): Promise<void> {
  const bytes = Buffer.from(body);
  const sent = { 'content-type': 'application/json', 'content-length': bytes.length };
  const told = { ...sent, 'user-agent': 'Fairground-Webhook/1', ...headers };
  return call(url, { method: 'POST', headers: told, body: bytes, guard }, (response) => {
    // Nobody reads the rest.
    response.destroy();
    return Promise.resolve();
  });
}

/** What stands there, of at most so many bytes. Rejects with `NotTaken`. */
export function get(
  url: string,
  headers: Readonly<Record<string, string>>,
  { bytesMax, ...guard }: Guard & { readonly bytesMax: number },
): Promise<string> {
  const told = { accept: 'application/json', 'user-agent': 'Fairground-Puller/1', ...headers };
  return call(url, { method: 'GET', headers: told, guard }, async (response) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of response) {
      if (!Buffer.isBuffer(part)) continue;
      bytes += part.length;
      if (bytes > bytesMax) throw new NotTaken(`more than ${bytesMax} bytes`);
      parts.push(part);
    }
    if (!response.complete) throw new NotTaken('cut off in the middle');
    return textOf(Buffer.concat(parts));
  });
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new NotTaken('the body is not UTF-8');
  }
}

interface Asking {
  readonly method: 'GET' | 'POST';
  readonly headers: http.OutgoingHttpHeaders;
  readonly body?: Buffer;
  readonly guard: Guard;
}

/** What is cut off by the deadline says so, wherever it was. */
async function call<T>(
  url: string,
  { guard, ...asking }: Asking,
  take: (response: http.IncomingMessage) => Promise<T>,
): Promise<T> {
  const { allowsInside, msMax = OUTSIDE.msMax } = guard;
  const fault = faultOfUrl(url, allowsInside);
  if (fault !== undefined) throw new NotTaken(fault);
  const inTime = AbortSignal.timeout(msMax);
  const signal = guard.signal ? AbortSignal.any([inTime, guard.signal]) : inTime;
  try {
    return await take(await answered(url, asking, { allowsInside, signal }));
  } catch (error) {
    throw new NotTaken(inTime.aborted ? late(msMax) : wordOf(error, msMax));
  }
}

function answered(
  url: string,
  { method, headers, body }: Omit<Asking, 'guard'>,
  { allowsInside, signal }: { readonly allowsInside: boolean; readonly signal: AbortSignal },
): Promise<http.IncomingMessage> {
  const request = new URL(url).protocol === 'https:' ? https.request : http.request;
  return new Promise((done, failed) => {
    const call = request(url, {
      method,
      // A line of its own: what was judged for another call is judged again.
      agent: false,
      signal,
      headers,
      ...(!allowsInside && { lookup: outsideOnly }),
    });
    call.on('response', (response) => {
      const { statusCode = 0 } = response;
      if (statusCode >= 200 && statusCode < 300) return done(response);
      response.destroy();
      failed(new NotTaken(`answered ${statusCode}`));
    });
    call.on('error', failed);
    call.end(body);
  });
}

const late = (msMax: number): string => `no answer within ${msMax / 1_000} s`;

function wordOf(error: unknown, msMax: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof NotTaken) return error.message;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return late(msMax);
  return 'code' in error ? String(error.code) : error.name;
}

/** Every address a name has must be outside, and one of those is what is connected to. */
const outsideOnly: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, '');
    const [first] = found;
    if (!first || found.some(({ address }) => isInside(address)))
      return callback(new NotTaken('no address of this machine or of a private network'), '');
    if (options.all === true) return callback(null, found);
    callback(null, first.address, first.family);
  });
};
