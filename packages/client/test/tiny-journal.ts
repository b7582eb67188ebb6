/** A journal of so many entries, made as a node makes one. */
import {
  type AccountId,
  chain,
  createWorld,
  decide,
  decodeEntry,
  encodeBody,
  ENTRY_VERSION,
  fold,
  hashZero,
  sealBody,
  SYSTEM,
} from '@fairground/engine';

export const JOURNAL = '00112233445566778899aabbccddeeff';

interface Made {
  /** Of the first account. */
  readonly first?: number;
  /** Of the first entries; the others have the newest. */
  readonly forms?: readonly number[];
}

/** Accounts that are opened, one an entry. */
export function tinyJournal(
  entries: number,
  { first = 1, forms = [] }: Made = {},
): readonly string[] {
  const world = createWorld();
  let hash = hashZero(JOURNAL);
  return Array.from({ length: entries }, (_, n) => {
    const account: AccountId = `acc_${first + n}`;
    const id = (first + n).toString(16).padStart(32, '0');
    const wish = { type: 'open_account', account } as const;
    const command = { by: SYSTEM, id, validUntil: 60_000, wish };
    const decision = decide(world, command, 1_000);
    if (decision.kind !== 'accepted') throw new Error(JSON.stringify(decision));
    const { rules, seq } = world;
    const { events } = decision;
    const v = forms[n] ?? ENTRY_VERSION;
    const body = encodeBody({ v, seq: seq + 1, at: 1_000, rules, command, events });
    hash = chain(hash, body);
    const line = sealBody(body, hash);
    fold(world, decodeEntry(line));
    return line;
  });
}

export const hashOf = (line: string | undefined): string => decodeEntry(line ?? '').hash;
