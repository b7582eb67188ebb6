import { marketDetailView } from '@fairground/engine';
import type { App } from '../edge/app-type.js';
import { marketId } from '../edge/fields.js';
import { read } from '../edge/read.js';
import { marketIn, titledMarket } from '../readmodel/markets.js';
import type { Shell } from '../shell.js';

export function marketGet(app: App, shell: Shell): void {
  app.get('/v1/markets/:id', { schema: { params: marketId } }, (request, reply) =>
    read(shell, request, reply, (world) => {
      const market = marketIn(world, request.params.id);
      const { draft, ...detail } = marketDetailView(market, world.books);
      const row = shell.vault.textOf(market.draft.text);
      const said = shell.vault.marketTextOf(market.draft.text);
      return {
        ...titledMarket(world, shell.vault, market),
        terms: draft.terms,
        closing: draft.closing,
        two_person: draft.two_person,
        refund_cap: draft.refund_cap,
        ...(draft.risk && { risk: draft.risk }),
        ...detail,
        // The salt and the very text, so that anyone can check the hash in the journal.
        text: {
          hash: draft.text,
          rules: said?.rules ?? '',
          ...(row && { salt: row.salt, json: row.text }),
        },
      };
    }),
  );
}
