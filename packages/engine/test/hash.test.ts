/** Our SHA-256 is SHA-256, and the chain is what docs/ARCHITECTURE.md says. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chain, decodeEntry, hashZero, sha256, sha256Text } from '../src/index.js';
import { nodeChain, nodeSha256 } from './node-hash.js';
import { CAST, tell } from './story.js';

test('[W8] sha256 is that of the platform, for every length up to 300 and any bytes', () => {
  for (let length = 0; length <= 300; length++) {
    const bytes = Uint8Array.from({ length }, (_, n) => (n * 131 + length) & 255);
    expect(sha256(bytes)).toBe(nodeSha256(bytes));
  }
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 3_000 }),
      (bytes) => sha256(bytes) === nodeSha256(bytes),
    ),
  );
});

test('[W8] sha256 of a view into a larger buffer is that of the view', () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, n) => n);
  expect(sha256(bytes.subarray(7, 150))).toBe(nodeSha256(bytes.slice(7, 150)));
});

test('[W8] the published vectors', () => {
  expect(sha256Text('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256Text('abc')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(sha256(new Uint8Array(1_000_000).fill(97))).toBe(
    'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
  );
});

test('[W9] hash = sha256(previous hash, 32 bytes ‖ the line without its last 75 bytes)', () => {
  expect(hashZero('a story')).toBe(nodeSha256('fairground journal 1 a story'));
  const { lines } = tell(CAST);
  let previous = hashZero('a story');
  for (const line of lines) {
    const body = line.slice(0, -75);
    expect(decodeEntry(line).hash).toBe(nodeChain(previous, body));
    expect(chain(previous, body)).toBe(nodeChain(previous, body));
    previous = decodeEntry(line).hash;
  }
});

test('[W9] the chain takes 64 hex digits and ASCII, and nothing else', () => {
  const zero = hashZero('x');
  expect(() => chain(zero.slice(1), 'x')).toThrow('64 hex digits');
  expect(() => chain(zero.toUpperCase(), 'x')).toThrow('64 hex digits');
  expect(() => chain(zero, 'é')).toThrow('ASCII');
});
