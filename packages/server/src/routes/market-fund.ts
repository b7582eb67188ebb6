import { TREASURY } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { amount, fraction, marketId } from '../edge/fields.js';
import { needScope } from '../edge/who.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

const body = z.strictObject({
  amount,
  price_min: fraction.optional(),
  price_max: fraction.optional(),
});

export function marketFund(app: App, shell: Shell): void {
  const config = { rate: 'trade', scope: 'trade' } as const;
  app.post(
    '/v1/markets/:id/fund',
    { config, schema: { params: marketId, body } },
    (request, reply) => {
      const market = request.params.id;
      // The treasury's purse is no trader's: a key that only trades funds its owner's markets.
      const { sponsor } = shell.sequencer.world.markets.get(market) ?? {};
      if (sponsor === TREASURY) needScope(request, 'admin');
      const { amount: size, price_min: priceMin, price_max: priceMax } = request.body;
      return write(shell, request, reply, {
        envelope: envelopeOf(shell, request, 'moves'),
        wish: {
          type: 'fund',
          market,
          amount: size,
          ...(priceMin !== undefined && { priceMin }),
          ...(priceMax !== undefined && { priceMax }),
        },
        status: 200,
        view: ({ seq }) => ({ market, seq }),
      });
    },
  );
}
