/** SHA-256 without a platform (FIPS 180-4), and the chain it makes: the same bytes in Node and in a browser. */
import { assert } from './assert.js';
import type { Hash } from './command.js';

/** Hashes the previous hash (32 bytes) and then ASCII text. A platform's own SHA-256 may stand in for ours. */
export type Chain = (previous: Hash, text: string) => Hash;

export const chain: Chain = (previous, text) => {
  const bytes = new Uint8Array(32 + text.length);
  bytes.set(bytesOf(previous), 0);
  writeAscii(bytes, 32, text);
  return sha256(bytes);
};

/** The hash before the first entry of a journal. */
export const hashZero = (journal: string): Hash => sha256Text(`fairground journal 1 ${journal}`);

export function sha256Text(text: string): Hash {
  const bytes = new Uint8Array(text.length);
  writeAscii(bytes, 0, text);
  return sha256(bytes);
}

function writeAscii(bytes: Uint8Array, at: number, text: string): void {
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n);
    assert(code < 128, 'hash: the journal is ASCII');
    bytes[at + n] = code;
  }
}

function bytesOf(hash: Hash): Uint8Array {
  assert(/^[0-9a-f]{64}$/.test(hash), 'hash: 64 hex digits');
  return Uint8Array.from({ length: 32 }, (_, n) =>
    Number.parseInt(hash.slice(n * 2, n * 2 + 2), 16),
  );
}

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const K = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

const rotate = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

/** 64 hex digits. */
export function sha256(bytes: Uint8Array): Hash {
  const state = new Uint32Array([
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ]);
  const words = new Uint32Array(64);
  const padded = pad(bytes);
  for (let at = 0; at < padded.byteLength; at += 64) block(state, words, padded, at);
  let hex = '';
  for (const word of state) hex += word.toString(16).padStart(8, '0');
  return hex;
}

/** A one bit, zeros, and the length in bits, up to whole blocks of 64 bytes. */
function pad(bytes: Uint8Array): DataView {
  const length = (((bytes.length + 8) >> 6) + 1) << 6;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(length - 4, bytes.length << 3);
  return view;
}

function block(state: Uint32Array, w: Uint32Array, view: DataView, at: number): void {
  for (let n = 0; n < 16; n++) w[n] = view.getUint32(at + n * 4);
  for (let n = 16; n < 64; n++) {
    const a = w[n - 15] ?? 0;
    const b = w[n - 2] ?? 0;
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    w[n] = (w[n - 16] ?? 0) + s0 + (w[n - 7] ?? 0) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let n = 0; n < 64; n++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[n] ?? 0) + (w[n] ?? 0)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const worked = [a, b, c, d, e, f, g, h];
  for (let n = 0; n < 8; n++) state[n] = (state[n] ?? 0) + (worked[n] ?? 0);
}
