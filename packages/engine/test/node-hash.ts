/** Node's own SHA-256, to hold ours against. */
import { createHash } from 'node:crypto';

export const nodeSha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

/** The chain by its definition: sha256(previous hash, 32 bytes ‖ the line without its last 75 bytes). */
export const nodeChain = (previous: string, body: string): string =>
  createHash('sha256').update(Buffer.from(previous, 'hex')).update(body, 'ascii').digest('hex');
