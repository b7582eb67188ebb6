/** What vouches for a snapshot: of which entry it is, and the hash of each of its parts. */
import { createHash } from 'node:crypto';

export interface Manifest {
  /** Of the snapshot's lines. */
  readonly format: number;
  /** The journal's id. */
  readonly journal: string;
  /** The last entry in it, that entry's hash, and the group that ends with it. */
  readonly seq: number;
  readonly grp: number;
  readonly hash: string;
  /** The newest shape of entries and the rules it was made under. */
  readonly v: number;
  readonly rules: number;
  /** The state hash of its world. */
  readonly state: string;
  /** SHA-256 of each part, in order. */
  readonly parts: readonly string[];
}

export const sha256Of = (text: string): string =>
  createHash('sha256').update(text, 'latin1').digest('hex');

/** One line that ends in a hash of itself. */
export function encodeManifest(manifest: Manifest): string {
  const { format, journal, seq, grp, hash, v, rules, state, parts } = manifest;
  const body = JSON.stringify({ format, journal, seq, grp, hash, v, rules, state, parts });
  return `${body.slice(0, -1)},"sum":"${sha256Of(body)}"}\n`;
}

/** The manifest, or undefined where this is none, or not all of one. */
export function decodeManifest(text: string): Manifest | undefined {
  const stated = parsed(text);
  return isManifest(stated) && encodeManifest(stated) === text ? stated : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  const field = new Map<string, unknown>(Object.entries(value));
  const counts = ['format', 'seq', 'grp', 'v', 'rules'].every((name) =>
    Number.isSafeInteger(field.get(name)),
  );
  const hashes = ['journal', 'hash', 'state'].every((name) => isHex(field.get(name)));
  const parts = field.get('parts');
  return counts && hashes && Array.isArray(parts) && parts.every(isHex);
}

const isHex = (value: unknown): boolean =>
  typeof value === 'string' && /^(?:[0-9a-f]{32}){1,2}$/.test(value);
