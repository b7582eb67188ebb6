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

const until = { created: z.int(), expires: z.int() };
/** Who signs in by this e-mail. */
const EmailRow = z.strictObject({
  type: z.literal('email'),
  account: z.string(),
  email: z.string(),
});
/** The newest counts. Sessions and links that are older than it are over. */
const PasswordRow = z.strictObject({
  type: z.literal('password'),
  account: z.string(),
  /** Of `passwords.ts`. */
  password: z.string(),
  at: z.int(),
});
const SessionRow = z.strictObject({
  type: z.literal('session'),
  id: z.string(),
  /** sha256 of what the cookie holds. */
  hash,
  account: z.string(),
  /** What the browser calls itself, so that its owner knows it again. */
  agent: z.string(),
  ...until,
});
const EndedRow = z.strictObject({
  type: z.literal('ended'),
  id: z.string(),
  account: z.string(),
  expires: z.int(),
});
/** A sign-up whose link was mailed: the account's id is fixed, and nothing of it is there yet. */
const SignupRow = z.strictObject({
  type: z.literal('signup'),
  /** sha256 of what the link holds. */
  hash,
  account: z.string(),
  handle: z.string(),
  email: z.string(),
  password: z.string(),
  ...until,
});
/** A link that was mailed to set a new password. */
const TicketRow = z.strictObject({
  type: z.literal('ticket'),
  hash,
  account: z.string(),
  ...until,
});
/** It was used: only one row has its place, on whichever node. */
const SpentRow = z.strictObject({
  type: z.literal('spent'),
  hash,
  account: z.string(),
  expires: z.int(),
});
/** When a key or a session was used, to the day. */
const UsedRow = z.strictObject({
  type: z.literal('used'),
  id: z.string(),
  account: z.string(),
  at: z.int(),
  expires: z.int(),
});

export const LoginRow = z.discriminatedUnion('type', [
  EmailRow,
  PasswordRow,
  SessionRow,
  EndedRow,
  SignupRow,
  TicketRow,
  SpentRow,
  UsedRow,
]);
export type LoginRow = z.infer<typeof LoginRow>;
export type PasswordRow = z.infer<typeof PasswordRow>;
export type SessionRow = z.infer<typeof SessionRow>;
export type SignupRow = z.infer<typeof SignupRow>;
export type TicketRow = z.infer<typeof TicketRow>;

export const Row = z.discriminatedUnion('type', [
  UserRow,
  OpenedRow,
  KeyRow,
  RevokedRow,
  TextRow,
  ErasedRow,
  ...LoginRow.options,
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
