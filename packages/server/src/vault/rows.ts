/** What the vault remembers: all that is private or may have to be erased, and nothing else. */
import { hash as hashOnce } from 'node:crypto';
import { z } from 'zod';
import { NOTICE_KINDS } from '../effects/kinds.js';
import { PullRow } from './pull-rows.js';

export const SCOPES = ['read', 'trade', 'admin', 'ingest'] as const;
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

/** Where ticks come from, and which symbols it may send; the newest counts. */
const TickSourceRow = z.strictObject({
  type: z.literal('tick_source'),
  name: z.string(),
  requires_registration: z.boolean(),
  symbols: z.array(z.string()),
  created: z.int(),
});
const TickSourceGoneRow = z.strictObject({ type: z.literal('tick_source_gone'), name: z.string() });

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

const kinds = z.array(z.enum(NOTICE_KINDS));
/** What somebody wants to be mailed of, since an entry; the newest counts. */
const SettingsRow = z.strictObject({
  type: z.literal('settings'),
  account: z.string(),
  mail: kinds,
  seq: z.int(),
});
/** Tell me once the price is there. `place`: of the outcome in its market. */
const AlertRow = z.strictObject({
  type: z.literal('alert'),
  id: z.string(),
  account: z.string(),
  market: z.string(),
  outcome: z.string().optional(),
  place: z.int(),
  when: z.enum(['above', 'below']),
  /** Micro-Points. */
  price: z.string().regex(/^\d{1,20}$/),
  seq: z.int(),
  created: z.int(),
});
const WebhookRow = z.strictObject({
  type: z.literal('webhook'),
  id: z.string(),
  account: z.string(),
  url: z.string(),
  kinds,
  /** What its messages are signed with: it must be known here to sign. */
  secret: z.string(),
  seq: z.int(),
  created: z.int(),
});
/** It failed too often: nothing goes there any more. */
const WebhookOffRow = z.strictObject({
  type: z.literal('webhook_off'),
  id: z.string(),
  account: z.string(),
  at: z.int(),
});
/** An alert or a webhook that is no more. */
const DroppedRow = z.strictObject({
  type: z.literal('dropped'),
  id: z.string(),
  account: z.string(),
});
/** How far somebody has read his notifications. */
const SeenRow = z.strictObject({
  type: z.literal('seen'),
  account: z.string(),
  seq: z.int(),
  n: z.int(),
});
/** An effect that was delivered, or given up: it never goes again. */
const DoneRow = z.strictObject({
  type: z.literal('done'),
  id: z.string(),
  account: z.string(),
  seq: z.int(),
});
/** Effects of entries up to there never go again. */
const EffectsToRow = z.strictObject({ type: z.literal('effects_to'), seq: z.int() });
/** Which exchange this is: a copy under another name tells nobody anything. */
const InstanceRow = z.strictObject({ type: z.literal('instance'), name: z.string() });

export const WishRow = z.discriminatedUnion('type', [
  SettingsRow,
  AlertRow,
  WebhookRow,
  WebhookOffRow,
  DroppedRow,
  SeenRow,
  DoneRow,
  EffectsToRow,
  InstanceRow,
]);
export type WishRow = z.infer<typeof WishRow>;
export type SettingsRow = z.infer<typeof SettingsRow>;
export type AlertRow = z.infer<typeof AlertRow>;
export type WebhookRow = z.infer<typeof WebhookRow>;
export type SeenRow = z.infer<typeof SeenRow>;

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
  TickSourceRow,
  TickSourceGoneRow,
  ...LoginRow.options,
  ...WishRow.options,
  ...PullRow.options,
]);
export type Row = z.infer<typeof Row>;
export type UserRow = z.infer<typeof UserRow>;
export type TickSourceRow = z.infer<typeof TickSourceRow>;
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
