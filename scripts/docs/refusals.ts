/** The page of everything the exchange may say instead of "done", made of the tables that say it. */
import { REFUSALS } from '@fairground/engine';
import { EDGE, REFUSAL_STATUS } from '@fairground/server';

export const REFUSALS_PAGE = 'docs/refusals.md';

const STATUSES: Readonly<Record<string, number>> = REFUSAL_STATUS;

export function refusalsPage(): string {
  return `${[BEGINNING, table(ENGINE_HEAD, engineRows()), EDGE_TEXT, table(EDGE_HEAD, edgeRows())].join('\n\n')}\n`;
}

const BEGINNING = `# Refusals

Made by \`npm run docs\` from \`packages/engine/src/refusal.ts\` and \`packages/server/src/errors.ts\`; a test fails
while it is stale. How an error looks on the wire, and what each class asks of a caller, is in
[the API](api.md#writes).

## By the engine

A legitimate no: the command was judged, nothing happened, and \`final\` is true. The table is in order of
precedence: of two that would hold, the upper one is given. Two come a second time further down:
\`account_unknown\`, of an account that is only named, after the asker's role; and \`not_allowed\`, because of who
somebody is to a market (not its sponsor, not its source, the same person twice), after its state.`;

const EDGE_TEXT = `## By the edge

Said before a command reaches the engine, or instead of its answer; \`final\` is false. "Again" means: the same
request, with the same key, may be sent again as it is. All of them say that *this attempt* did nothing, but for
\`outcome_unknown\`, which says that nobody knows.`;

const ENGINE_HEAD = ['code', 'status', 'it says'] as const;
const EDGE_HEAD = ['code', 'status', 'again', 'it says'] as const;

function engineRows(): readonly (readonly string[])[] {
  return Object.entries(REFUSALS).map(([code, says]) => [
    `\`${code}\``,
    String(STATUSES[code] ?? ''),
    says,
  ]);
}

function edgeRows(): readonly (readonly string[])[] {
  return Object.entries(EDGE).map(([code, { status, retryable, says }]) => [
    `\`${code}\``,
    String(status),
    retryable ? 'yes' : '',
    says,
  ]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
