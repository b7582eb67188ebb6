/** One hash over everything that later decisions rest on: two worlds are one if it is the same. */
import type { Hash } from './command.js';
import { type Chain, chain as ownChain, sha256Text } from './hash.js';
import { snapshotLines } from './snapshot.js';
import type { ReadonlyWorld } from './world.js';

/** Lines are hashed by the block: calling a hash costs more than what it covers. */
const BLOCK_CHARS = 8 * 1024;

export interface HashOfLines {
  add(line: string): void;
  end(): Hash;
}

/** The chain over blocks of lines, each line ended by a newline. */
export function hashLines(chain: Chain): HashOfLines {
  let hash = sha256Text('fairground world 2');
  let block = '';
  return {
    add(line) {
      block += `${line}\n`;
      if (block.length < BLOCK_CHARS) return;
      hash = chain(hash, block);
      block = '';
    },
    end: () => chain(hash, block),
  };
}

/** The hash of a world. A platform's own SHA-256 may stand in for ours. */
export function stateHash(world: ReadonlyWorld, chain: Chain = ownChain): Hash {
  const hash = hashLines(chain);
  for (const text of snapshotLines(world)) hash.add(text);
  return hash.end();
}
