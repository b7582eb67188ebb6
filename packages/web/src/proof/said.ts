/** What another node says of its journal, as a visitor brings it here. */

export interface Said {
  readonly seq: number;
  /** Eight hex digits, or more of them. */
  readonly hash: string;
}

const CURSOR = /^(\d{1,15})\.([0-9a-f]{8,64})$/;
const SEQ = /"seq"\s*:\s*(\d{1,15})/;
const HASH = /"hash"\s*:\s*"([0-9a-f]{8,64})"/;

/** `123.9f2c0a11` as a footer shows it, or the answer of `/v1/head`. */
export function readSaid(text: string): Said | undefined {
  const plain = text.trim();
  const cursor = CURSOR.exec(plain);
  const seq = cursor?.[1] ?? SEQ.exec(plain)?.[1];
  const hash = cursor?.[2] ?? HASH.exec(plain)?.[1];
  return seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash };
}

/** The address of a node, where it is one. */
export function readAddress(text: string): URL | undefined {
  try {
    const url = new URL(/^https?:\/\//.test(text.trim()) ? text.trim() : `https://${text.trim()}`);
    return url.hostname === '' ? undefined : url;
  } catch {
    return undefined;
  }
}
