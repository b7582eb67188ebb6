import { commandIdOf } from '@fairground/journal';
import { v7 } from 'uuid';
import type { App } from '../edge/app-type.js';
import { draftOf, NewMarket, textOf } from '../edge/draft.js';
import { askerOf, needScope } from '../edge/who.js';
import { envelopeOf, wasDone, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

export function marketCreate(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'trade' } as const;
  app.post('/v1/markets', { config, schema: { body: NewMarket } }, async (request, reply) => {
    const { body } = request;
    const envelope = envelopeOf(shell, request, 'moves');
    const { by } = askerOf(request);
    // A seller's own rally is his trade; whatever else is put up is the house's. Others leave no text here.
    const isSeller = shell.sequencer.world.accounts.get(by)?.roles.has('seller') === true;
    const isHisOwn = isSeller && 'seller' in body && body.seller === by && body.id === undefined;
    const command = commandIdOf(by, envelope.key);
    if (!isHisOwn && !(await wasDone(shell, by, envelope))) needScope(request, 'admin');
    // A retry finds its text, its salt and the id it was given, so it asks for the same again.
    const subject = body.id ?? `mkt_${v7()}`;
    const row = await shell.vault.putText({ command, by, text: textOf(body), subject });
    const market = body.id ?? row.subject ?? subject;
    return write(shell, request, reply, {
      envelope,
      wish: {
        type: 'create_market',
        market,
        sponsor: body.sponsor,
        draft: draftOf(body, row.hash),
      },
      status: 201,
      view: ({ seq }) => ({ market, seq }),
    });
  });
}
