/** How long a line may take for what it owes, and how many there are: who is slow on purpose holds nobody up. */
import type { Server } from 'node:http';

export interface LineLimits {
  /** From opening a line, or from the answer before, to the end of a request's headers. */
  readonly headersMs: number;
  /** To the end of its body. */
  readonly requestMs: number;
  /** How long a line is kept open for another request. */
  readonly idleMs: number;
  /** How often they are looked at. */
  readonly lookMs: number;
}

export const LINES: LineLimits = {
  headersMs: 10_000,
  // The largest body there is, at 10 KiB a second.
  requestMs: 30_000,
  // Longer than proxies keep theirs, so that it is they who close them.
  idleMs: 72_000,
  lookMs: 1_000,
};

/** As Fastify and Node call them. */
export const optionsOf = ({ headersMs, requestMs, idleMs, lookMs }: LineLimits) => ({
  requestTimeout: requestMs,
  keepAliveTimeout: idleMs,
  http: { headersTimeout: headersMs, connectionsCheckingInterval: lookMs },
});

/** More are closed as they come. */
export function limitLines(server: Server, most: number): void {
  if (most > 0) server.maxConnections = most;
}
