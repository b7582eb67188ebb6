/** The proof, made by whoever asks: the whole journal, decided again here, with the same code in a page and in Node. */
import { type Chain, decodeEntry, type Proof, Verifier } from '@fairground/engine';
import type { Cursor, HeadMemory } from './cursor.js';
import { journalLines } from './journal.js';
import type { Wire } from './wire.js';
import type { Head } from './views.js';

export interface VerifyOptions {
  /** Told now and then how many entries are done, and of how many. */
  readonly onProgress?: ((entries: number, of: number) => void) | undefined;
  /** A platform's own SHA-256 in the place of the engine's, which is written in JavaScript. */
  readonly chain?: Chain | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What came of it: the engine's proof (how many entries were decided again, and how many only folded), and more. */
export interface Verification extends Proof {
  /** True where nothing differs and every law holds. */
  readonly agrees: boolean;
  /** The journal's id. */
  readonly journal: string;
  /** What the server calls its newest entry: the proof's own `head` must be the same. */
  readonly published: Pick<Head, 'seq' | 'hash'>;
}

interface Asked {
  readonly wire: Wire;
  readonly heads: HeadMemory;
  head(signal: AbortSignal | undefined): Promise<Head>;
}

/** So often it looks whether it is time for others. */
const LOOK_EVERY = 64;
/** A page stays alive: after so much work it lets others have a turn. */
const TURN_MS = 12;

export async function verify(asked: Asked, options: VerifyOptions = {}): Promise<Verification> {
  const { wire, heads } = asked;
  const { signal, chain } = options;
  const { seen } = heads;
  const published = await asked.head(signal);
  const verifier = new Verifier(published.journal, chain);
  let turnEnds = wire.platform.now() + TURN_MS;
  for await (const line of journalLines(wire, { limit: published.seq, signal })) {
    if (!verifier.add(line)) break;
    const { entries } = verifier;
    const gone = seen.find((one) => one.seq === entries && !isSame(one, line));
    if (gone) throw heads.reportFork(gone);
    if (entries % LOOK_EVERY !== 0 || wire.platform.now() < turnEnds) continue;
    options.onProgress?.(entries, published.seq);
    await new Promise<void>((resolve) => void wire.platform.after(0, resolve));
    signal?.throwIfAborted();
    turnEnds = wire.platform.now() + TURN_MS;
  }
  const proof = verifier.report();
  options.onProgress?.(proof.entries, published.seq);
  const differences = [...proof.differences, ...differenceOf(proof, published)];
  const agrees = differences.length === 0 && proof.invariants.every((law) => !law.detail);
  const { seq, hash, journal } = published;
  return { ...proof, agrees, differences, journal, published: { seq, hash } };
}

const isSame = (seen: Cursor, line: string): boolean =>
  decodeEntry(line).hash.startsWith(seen.hash);

/** Whoever shows the journal also names its end: it must be this one. */
function differenceOf(proof: Proof, { seq, hash }: Head): Proof['differences'] {
  const { head } = proof;
  if (proof.differences.length > 0) return [];
  if (head.seq < seq) return [{ seq: head.seq + 1, what: `the lines end before entry ${seq}` }];
  if (seq === 0 || head.hash === hash) return [];
  return [{ seq, what: `the server names the hash ${hash}, the journal comes to ${head.hash}` }];
}
