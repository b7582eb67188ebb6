/** Verifying a stored or streamed journal: the engine's verifier, fed with lines. */
import { type Proof, Verifier } from '@fairground/engine';
import { nodeChain } from './recover.js';

export interface VerifyOptions {
  readonly journalId: string;
  /** Told now and then how many entries are done. */
  readonly onProgress?: (entries: number) => void;
}

const PROGRESS_EVERY = 2_000;

/** Chunks of whole lines, as `JournalTape.linesFrom` gives them. Stops at the first line that is none. */
export async function verifyLines(
  chunks: AsyncIterable<string> | Iterable<string>,
  { journalId, onProgress }: VerifyOptions,
): Promise<Proof> {
  const verifier = new Verifier(journalId, nodeChain);
  for await (const chunk of chunks) {
    for (const line of chunk.split('\n')) {
      if (line === '') continue;
      if (!verifier.add(line)) return verifier.report();
      if (verifier.entries % PROGRESS_EVERY === 0) onProgress?.(verifier.entries);
    }
  }
  onProgress?.(verifier.entries);
  return verifier.report();
}
