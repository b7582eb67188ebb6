/** What a follower asks a leader and hears of him, as text: commands in canonical form, answers by entry. */
import {
  type Command,
  decodeCommand,
  decodeEntry,
  encodeCommand,
  encodeEntry,
  type RefusalCode,
  REFUSALS,
} from '@fairground/engine';
import { type Answer, isSampled } from '@fairground/journal';
import { z } from 'zod';
import type { Place } from './sequencing.js';

export const PATHS = { commands: '/commands', fresh: '/fresh' } as const;

export interface Asked {
  readonly command: Command;
  readonly attempt: number;
  readonly unseenTo?: number | undefined;
  readonly remainingMs: number;
  /** Of a command that is recorded: its trace context. */
  readonly trace?: string | undefined;
}

const count = z.int().min(0);
const Fresh = z.strictObject({ term: count });
const Commands = z.strictObject({
  term: count,
  commands: z
    .array(
      z.strictObject({
        command: z.unknown(),
        attempt: z.int().min(1),
        unseen_to: count.optional(),
        remaining_ms: count,
        trace: z.string().refine(isSampled).optional(),
      }),
    )
    .max(1_000),
});

export function encodeCommands(term: number, asked: readonly Asked[]): string {
  const each = asked.map(
    ({ command, attempt, unseenTo, remainingMs, trace }) =>
      `{"command":${encodeCommand(command)},"attempt":${attempt},${
        unseenTo === undefined ? '' : `"unseen_to":${unseenTo},`
      }"remaining_ms":${remainingMs}${
        trace === undefined ? '' : `,"trace":${JSON.stringify(trace)}`
      }}`,
  );
  return `{"term":${term},"commands":[${each.join(',')}]}`;
}

/** Throws on anything else. */
export function decodeCommands(body: string): { term: number; commands: readonly Asked[] } {
  const { term, commands } = Commands.parse(JSON.parse(body));
  return {
    term,
    commands: commands.map(
      ({ command, attempt, unseen_to: unseenTo, remaining_ms: remainingMs, trace }) => ({
        command: decodeCommand(command),
        attempt,
        remainingMs,
        ...(unseenTo !== undefined && { unseenTo }),
        ...(trace !== undefined && { trace }),
      }),
    ),
  };
}

export const encodeFresh = (term: number): string => JSON.stringify({ term });
export const decodeFresh = (body: string): number => Fresh.parse(JSON.parse(body)).term;

const code = z.custom<RefusalCode>(
  (value) => typeof value === 'string' && Object.hasOwn(REFUSALS, value),
);
const Said = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('done'), line: z.string(), repeated: z.boolean() }),
  z.strictObject({
    kind: z.literal('refused'),
    code,
    detail: z.string().optional(),
    seq: count,
    hash: z.string(),
  }),
  z.strictObject({
    kind: z.literal('not_now'),
    code: z.enum(['busy', 'storage_full', 'no_leader', 'behind']),
    retryAfterMs: count,
  }),
  z.strictObject({ kind: z.literal('unknown') }),
  z.strictObject({ kind: z.literal('fault') }),
]);

export function encodeAnswers(answers: readonly Answer[]): string {
  const said = answers.map((answer) => {
    if (answer.kind !== 'done') return answer;
    const { entry, repeated } = answer;
    return { kind: 'done', line: encodeEntry(entry), repeated };
  });
  return JSON.stringify(said);
}

/** As many as were asked for, or it throws. */
export function decodeAnswers(body: string, due: number): readonly Answer[] {
  const said = z.array(Said).length(due).parse(JSON.parse(body));
  return said.map((one): Answer => {
    if (one.kind === 'done')
      return { kind: 'done', entry: decodeEntry(one.line), repeated: one.repeated };
    if (one.kind !== 'refused') return one;
    const { detail, ...rest } = one;
    return { ...rest, ...(detail !== undefined && { detail }) };
  });
}

const PlaceShape = z.strictObject({ seq: count, hash: z.string() });
export const encodePlace = ({ seq, hash }: Place): string => JSON.stringify({ seq, hash });
export const decodePlace = (body: string): Place => PlaceShape.parse(JSON.parse(body));
