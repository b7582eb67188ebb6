/** What a client of the live feed may say. */
import { z } from 'zod';
import type { Cursor } from './frames.js';

const id = z.union([z.int(), z.string().max(64)]).optional();
const topics = z.array(z.string().min(1).max(80)).min(1).max(50);
/** The same in an address, divided by commas. */
export const topicsInAddress = z
  .string()
  .max(50 * 81)
  .transform((text) => [...new Set(text.split(','))])
  .pipe(topics);
export const after = z
  .string()
  .regex(/^\d{1,15}\.[0-9a-f]{8}$/, 'A cursor is like "123.9f2c0a11"')
  .transform((text): Cursor => {
    const [seq = '', hash = ''] = text.split('.');
    return { seq: Number(seq), hash };
  });

/** Where a notification stands; of `notifications` alone. */
export const noticesAfter = z
  .string()
  .regex(/^\d{1,15}\.\d{1,9}$/, 'The place of a notification is like "123.0"')
  .transform((text) => {
    const [seq, n] = text.split('.');
    return { seq: Number(seq), n: Number(n) };
  });

/** By name, each message a client may send. */
export const COMMANDS = {
  subscribe: z.strictObject({
    id,
    cmd: z.literal('subscribe'),
    topics,
    after: after.optional(),
    notices_after: noticesAfter.optional(),
  }),
  unsubscribe: z.strictObject({ id, cmd: z.literal('unsubscribe'), topics }),
  auth: z.strictObject({ id, cmd: z.literal('auth'), key: z.string().max(200) }),
  ping: z.strictObject({ id, cmd: z.literal('ping') }),
} as const;

const Command = z.discriminatedUnion('cmd', [
  COMMANDS.subscribe,
  COMMANDS.unsubscribe,
  COMMANDS.auth,
  COMMANDS.ping,
]);

/** Text of a message as a command. */
export const Message = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.issues.push({ code: 'custom', message: 'The message is not JSON.', input: text });
      return z.NEVER;
    }
  })
  .pipe(Command);
export type Message = z.infer<typeof Message>;
