/**
 * The whole journal, decided again in this browser, beside the page: the same code as every node, and as
 * `fairground verify`. It says how far it is, and in the end what it found.
 */
import { createClient, FairgroundForked, type Verification } from '@fairground/client';
import type { Verified, VerifyWish, VerifyWord } from './verify-words.js';

const tell = (word: VerifyWord): void => postMessage(word);

/** A timer waits 4 ms at the least; here nobody waits for a turn but the line. */
function after(ms: number, call: () => void): () => void {
  if (ms > 0) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    call();
  };
  port2.postMessage(0);
  return () => port1.close();
}

function shown(found: Verification): Verified {
  const { agrees, entries, redecided, folded, undecided, head, published, journal } = found;
  const broken = found.invariants.flatMap(({ name, detail }) =>
    detail === undefined ? [] : [{ name, detail }],
  );
  return {
    agrees,
    entries,
    redecided,
    folded,
    undecided,
    head,
    published,
    journal,
    differences: found.differences,
    broken,
    laws: found.invariants.length,
  };
}

async function verify({ url, seen }: VerifyWish): Promise<void> {
  const client = createClient({
    url,
    ...(seen && { head: seen }),
    // It is told below, where the page hears it.
    onForked: () => undefined,
    platform: { after },
  });
  const onProgress = (entries: number, of: number): void => tell({ is: 'progress', entries, of });
  try {
    const found = await client.verify({ onProgress });
    tell({ is: 'done', verified: shown(found) });
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    tell({ is: error instanceof FairgroundForked ? 'forked' : 'failed', says });
  }
}

addEventListener('message', ({ data }: MessageEvent<VerifyWish>) => void verify(data));
