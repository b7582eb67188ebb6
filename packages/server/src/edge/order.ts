/** The body of an order, and the trade it asks for. */
import type { Trade } from '@fairground/engine';
import { z } from 'zod';
import { amount, id, outcome, side } from './fields.js';

const QuoteShape = z.strictObject({
  side,
  outcome: outcome.optional(),
  spend: amount.optional(),
  shares: amount.optional(),
});

const ONE_SIZE = 'Name either spend or shares (a sale: shares)';
const hasOneSize = (body: { side: string; spend?: unknown; shares?: unknown }): boolean =>
  (body.spend === undefined) !== (body.shares === undefined) &&
  (body.side === 'buy' || body.shares !== undefined);

export const QuoteBody = QuoteShape.refine(hasOneSize, ONE_SIZE);

export const OrderBody = QuoteShape.extend({
  market: id,
  gets_min: amount.optional(),
  pays_max: amount.optional(),
})
  .refine(hasOneSize, ONE_SIZE)
  .refine(
    (body) =>
      (body.side === 'buy' && body.shares !== undefined ? body.gets_min : body.pays_max) ===
      undefined,
    'A buy of shares is bounded by pays_max, everything else by gets_min',
  );

export type OrderBody = z.infer<typeof OrderBody>;

type Asked = z.infer<typeof QuoteBody> &
  Partial<Pick<OrderBody, 'gets_min' | 'pays_max'>> & { readonly market: string };

export function tradeOf({
  market,
  side: way,
  outcome: of,
  spend,
  shares,
  gets_min,
  pays_max,
}: Asked): Trade {
  return {
    type: 'trade',
    market,
    side: way,
    ...(of !== undefined && { outcome: of }),
    ...(spend !== undefined && { spend }),
    ...(shares !== undefined && { shares }),
    ...(gets_min !== undefined && { getsMin: gets_min }),
    ...(pays_max !== undefined && { paysMax: pays_max }),
  };
}
