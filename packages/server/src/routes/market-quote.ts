import { type Quote, quoteTrade, quoteView, type Refusal, SYSTEM } from '@fairground/engine';
import type { App } from '../edge/app-type.js';
import { marketId } from '../edge/fields.js';
import { QuoteBody, tradeOf } from '../edge/order.js';
import { read } from '../edge/read.js';
import { refusalBody, REFUSAL_STATUS } from '../errors.js';
import type { Shell } from '../shell.js';

/** Advice, not a reservation: nothing is journaled, whatever comes out. */
export function marketQuote(app: App, shell: Shell): void {
  app.post(
    '/v1/markets/:id/quote',
    { schema: { params: marketId, body: QuoteBody } },
    (request, reply) =>
      read(shell, request, reply, (world, seq) => {
        const wish = tradeOf({ ...request.body, market: request.params.id });
        const by = request.identity?.by;
        const trader = by === SYSTEM ? undefined : by;
        const quote: Quote | Refusal = quoteTrade(world, wish, trader, shell.clock.now());
        if (quote.kind === 'quote') return quoteView(wish, quote, seq);
        reply.code(REFUSAL_STATUS[quote.code]);
        const { error } = refusalBody(quote.code, quote.detail, request.id);
        // No command was judged, so there is nothing that could be final.
        return { error: { ...error, final: false } };
      }),
  );
}
