import { formatAmount, formatTime, mechanismOf, micro } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { amount, id, nothing, outcome } from '../edge/fields.js';
import { catchUp, JSON_TYPE } from '../edge/read.js';
import { accountOf } from '../edge/who.js';
import { Problem } from '../errors.js';
import { marketIn } from '../readmodel/markets.js';
import type { Shell } from '../shell.js';
import type { AlertRow } from '../vault/rows.js';
import { WISHES } from '../vault/wishes.js';

const body = z
  .strictObject({
    market: id,
    outcome: outcome.optional(),
    above: amount.optional(),
    below: amount.optional(),
  })
  .refine(({ above, below }) => (above === undefined) !== (below === undefined), {
    message: 'Either above or below, not both',
  });

/** Prices somebody waits for: each is told once, with the first price there that was made after it. */
export function meAlerts(app: App, shell: Shell): void {
  const { vault, sequencer, clock } = shell;
  const writes = { scope: 'trade' } as const;
  app.get('/v1/me/alerts', { config: { scope: 'read' } }, async (request, reply) => {
    await catchUp(shell, request);
    const items = vault.wishes.alertsOf(accountOf(request)).map(alertView);
    return reply.type(JSON_TYPE).send(JSON.stringify({ items }));
  });

  app.post('/v1/me/alerts', { config: writes, schema: { body } }, async (request, reply) => {
    const account = accountOf(request);
    const { above, below, outcome: named } = request.body;
    const market = marketIn(sequencer.world, request.body.market);
    const outcomes = mechanismOf(market.mechanism).outcomes(market.draft.terms);
    const place = named === undefined ? 0 : outcomes.indexOf(named);
    if (place < 0 || (named === undefined && outcomes.length > 0))
      throw wrong('outcome', 'Name one of the market’s outcomes.');
    if (vault.wishes.alertsOf(account).length >= WISHES.alertsMax)
      throw wrong('market', `An account has at most ${WISHES.alertsMax} alerts.`);
    const made = await vault.wishes.addAlert({
      account,
      market: market.id,
      ...(named !== undefined && { outcome: named }),
      place,
      when: above === undefined ? 'below' : 'above',
      price: `${above ?? below ?? 0n}`,
      seq: sequencer.durable.seq,
      created: clock.now(),
    });
    await shell.effects?.heard();
    return reply
      .code(201)
      .type(JSON_TYPE)
      .send(JSON.stringify(alertView(made)));
  });

  const one = { params: z.strictObject({ id: z.string().max(64) }), body: nothing };
  app.delete('/v1/me/alerts/:id', { config: writes, schema: one }, async (request, reply) => {
    const account = accountOf(request);
    const alert = vault.wishes.alertBy(request.params.id);
    if (alert?.account !== account) throw new Problem('alert_unknown');
    await vault.wishes.drop(alert.id, account);
    return reply.type(JSON_TYPE).send(JSON.stringify({ dropped: alert.id }));
  });
}

const wrong = (path: string, message: string): Problem =>
  new Problem('bad_request', { details: [{ path, message }] });

const alertView = ({
  id: alert,
  market,
  outcome: named,
  when,
  price,
  created,
}: AlertRow): object => {
  return {
    id: alert,
    market,
    ...(named !== undefined && { outcome: named }),
    [when]: formatAmount(micro(BigInt(price))),
    created: formatTime(created),
  };
};
