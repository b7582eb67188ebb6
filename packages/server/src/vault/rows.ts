/** What the vault remembers: all that is private or may have to be erased, and nothing else. */
import { hash as hashOnce } from 'node:crypto';
import { z } from 'zod';

export const SCOPES = ['read', 'trade', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const UserRow = z.strictObject({
  type: z.literal('user'),
  account: z.string(),
  handle: z.string(),
  created: z.int(),
  /** Made an admin when the account is opened. */
  admin: z.boolean(),
});
/** The account was opened in the journal: nothing of the sign-up is left to do. */
const OpenedRow = z.strictObject({ type: z.literal('opened'), account: z.string() });
const KeyRow = z.strictObject({
  type: z.literal('key'),
  id: z.string(),
  /** sha256 of the key: whoever reads this file cannot use it. */
  hash,
  account: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  last4: z.string(),
  created: z.int(),
});
const RevokedRow = z.strictObject({ type: z.literal('revoked'), id: z.string() });
const TextRow = z.strictObject({
  type: z.literal('text'),
  /** The command that brought it: a retry finds its salt again, and so asks for the same content. */
  command: z.string(),
  by: z.string(),
  hash,
  salt: z.string(),
  text: z.string(),
  /** The id the command gave to what it made, if the edge chose it. */
  subject: z.string().optional(),
});

/** Said to the other nodes: whatever they know of this account goes. */
const ErasedRow = z.strictObject({ type: z.literal('erased'), account: z.string() });

export const Row = z.discriminatedUnion('type', [
  UserRow,
  OpenedRow,
  KeyRow,
  RevokedRow,
  TextRow,
  ErasedRow,
]);
export type Row = z.infer<typeof Row>;
export type UserRow = z.infer<typeof UserRow>;
export type KeyRow = z.infer<typeof KeyRow>;
export type TextRow = z.infer<typeof TextRow>;

/** One command may have been tried with several texts; only one of them was journaled. */
export const placeOfText = ({ command, text }: Pick<TextRow, 'command' | 'text'>): string =>
  `${command} ${hashOnce('sha256', text)}`;

/** What a market says in words. Their hash, salted, is all that the journal holds. */
export interface MarketText {
  readonly title: string;
  readonly rules: string;
  readonly category: string;
}

const MarketTextShape = z.object({
  title: z.string(),
  rules: z.string().default(''),
  category: z.string().default(''),
});

export function readMarketText(text: string): MarketText | undefined {
  const read = MarketTextShape.safeParse(JSON.parse(text));
  return read.success ? read.data : undefined;
}
