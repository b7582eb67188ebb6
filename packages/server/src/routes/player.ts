import { formatAmount, micro } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { readTables } from '../edge/read-tables.js';
import { Problem } from '../errors.js';
import { asked } from '../readmodel/read-model.js';
import { worthShown } from '../readmodel/rows-shown.js';
import type { SqlRow } from '../readmodel/sql-store.js';
import { HELD, NOW } from '../readmodel/statements.js';
import type { Shell } from '../shell.js';

/** What everybody may know of a player: his id, his handle, what he holds and what he gained. */
export function player(app: App, shell: Shell): void {
  const schema = { params: z.strictObject({ handle: z.string().min(1).max(64) }) };
  app.get('/v1/players/:handle', { schema }, (request, reply) => {
    const { handle } = request.params;
    const { vault } = shell;
    // Whose handle was erased is found by his id.
    const account = vault.userOf(handle)?.account ?? handle;
    const looks = [asked(NOW, account), asked(HELD, account)];
    return readTables(shell, request, reply, looks, ({ rows }) => {
      const [found, held = []] = rows;
      const now = found?.[0];
      if (!now) throw new Problem('account_unknown');
      const positions = held.map(heldShown);
      return { account, handle: vault.handleOf(account) ?? account, ...worthShown(now), positions };
    });
  });
}

const amount = (cell: string | null | undefined): string =>
  formatAmount(micro(BigInt(cell ?? '0')));

const heldShown = ([market, asset, shares, price]: SqlRow): object => {
  return { market, asset, shares: amount(shares), price: amount(price) };
};
