import {
  checkInvariants,
  type Finding,
  type INVARIANTS,
  type ReadonlyWorld,
} from '@fairground/engine';
import type { App } from '../edge/app-type.js';
import { read } from '../edge/read.js';
import { Problem } from '../errors.js';
import { SharedChecks, type TableChecks } from '../readmodel/table-checks.js';
import type { Shell } from '../shell.js';

/** Checking every law costs a walk over everything there is: many askers share one. */
const CHECK_AGAIN_MS = 2_000;
const BOOKS = new Set<keyof typeof INVARIANTS>(['points_are_conserved', 'shares_are_conserved']);

export function proof(app: App, shell: Shell): void {
  const check = sharedCheck(shell);
  const tables = shell.tables && new SharedChecks(shell.tables, shell.clock.steady);
  app.get('/v1/proof', async (request, reply) => {
    const checked = await tables?.get().catch(unlessRebuilding);
    return read(shell, request, reply, (world) => {
      const { seq, hash, findings } = check(world);
      const invariants = findings.map(({ name, detail }) => {
        return { name, holds: detail === undefined, ...(detail !== undefined && { detail }) };
      });
      const books_balance = findings.every(
        ({ name, detail }) => detail === undefined || !BOOKS.has(name),
      );
      return { seq, hash, books_balance, invariants, ...(checked && tablesShown(checked)) };
    });
  });
}

/** While there are no tables the proof of the world stands for itself. */
function unlessRebuilding(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'rebuilding') return undefined;
  throw error;
}

function tablesShown({ at: { seq, hash }, checks }: TableChecks): object {
  return { tables: { seq, hash, checks } };
}

interface Checked {
  readonly seq: number;
  readonly hash: string;
  readonly at: number;
  readonly findings: readonly Finding[];
  readonly world: ReadonlyWorld;
}

type Check = (world: ReadonlyWorld) => Checked;

function sharedCheck(shell: Shell): Check {
  let last: Checked | undefined;
  return (world) => {
    const at = shell.clock.steady();
    const isFresh =
      last?.world === world && (last.seq === world.seq || at - last.at < CHECK_AGAIN_MS);
    if (last && isFresh) return last;
    const { seq, hash } = shell.sequencer.head;
    last = { seq, hash, at, findings: checkInvariants(world), world };
    return last;
  };
}
