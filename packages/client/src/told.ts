/** Calls about what somebody is told, and where he is signed in. */
import { outgoingAmount, outgoingId, outgoingOutcome } from './amounts.js';
import { FairgroundInvalid } from './errors.js';
import { Fields } from './fields.js';
import { getOne, getPage } from './get.js';
import { readPage } from './readers.js';
import { queryText } from './requests.js';
import { later, writeOnce, type CallOptions, type WriteRequest } from './retry.js';
import type {
  Alert,
  Delivery,
  NewAlert,
  Notification,
  Notifications,
  OwnSession,
  Told,
  Webhook,
} from './told-views.js';
import type { Wire } from './wire.js';

const readNotification = (from: Fields): Notification => ({
  id: from.text('id'),
  place: from.text('place'),
  seq: from.count('seq'),
  at: from.instant('at'),
  kind: from.text('kind'),
  market: from.maybeText('market'),
  data: from.words('data'),
});

const readNotifications = (from: Fields): Notifications => ({
  ...readPage(from, readNotification),
  unread: from.count('unread'),
  readTo: from.text('read_to'),
});

const readAlert = (from: Fields): Alert => ({
  id: from.text('id'),
  market: from.text('market'),
  outcome: from.maybeText('outcome'),
  above: from.maybeAmount('above'),
  below: from.maybeAmount('below'),
  created: from.instant('created'),
});

const readWebhook = (from: Fields): Webhook => ({
  id: from.text('id'),
  url: from.text('url'),
  kinds: from.texts('kinds'),
  created: from.instant('created'),
  disabled: from.maybeInstant('disabled'),
});

const readDelivery = (from: Fields): Delivery => ({
  id: from.text('id'),
  kind: from.text('kind'),
  seq: from.count('seq'),
  at: from.instant('at'),
  status: from.text('status'),
  attempts: from.count('attempts'),
  error: from.maybeText('error'),
  ended: from.maybeInstant('ended'),
});

const readSession = (from: Fields): OwnSession => ({
  id: from.text('id'),
  agent: from.text('agent'),
  created: from.instant('created'),
  expires: from.instant('expires'),
  used: from.instant('used'),
  isThis: from.flag('is_this'),
});

function bodyOfAlert({ market, outcome, above, below }: NewAlert): object {
  if ((above === undefined) === (below === undefined))
    throw new FairgroundInvalid('above', 'An alert names either above or below.');
  return {
    market: outgoingId('market', market),
    ...(outcome !== undefined && { outcome: outgoingOutcome(outcome) }),
    ...(above !== undefined && { above: outgoingAmount('above', above) }),
    ...(below !== undefined && { below: outgoingAmount('below', below) }),
  };
}

export function toldOf(wire: Wire): Told {
  const put = async (request: WriteRequest, what: string, how?: CallOptions): Promise<Fields> =>
    new Fields(await writeOnce(wire, request, how), what);
  const gone = async (path: string, how?: CallOptions): Promise<void> => {
    await writeOnce(wire, { method: 'DELETE', path, body: {} }, how);
  };
  const listed = async <T>(path: string, reader: (from: Fields) => T, how?: CallOptions) =>
    (await getPage(wire, path, reader, how)).items;
  const hook = (id: string): string => `/v1/me/webhooks/${outgoingId('webhook', id)}`;
  const mailKinds = (from: Fields): readonly string[] => from.texts('mail');
  return {
    notifications: {
      list: (query, how) =>
        getOne(wire, `/v1/me/notifications${queryText({ ...query })}`, {
          what: 'page',
          reader: readNotifications,
          how,
        }),
      markRead: later(async (place, how) => {
        const path = '/v1/me/notifications/read';
        const request = { method: 'POST', path, body: { up_to: place } } as const;
        return (await put(request, 'place', how)).text('read_to');
      }),
      mailed: (how) =>
        getOne(wire, '/v1/me/settings', { what: 'settings', reader: mailKinds, how }),
      mail: later(async (kinds, how) => {
        const request = { method: 'PUT', path: '/v1/me/settings', body: { mail: kinds } } as const;
        return mailKinds(await put(request, 'settings', how));
      }),
    },
    alerts: {
      list: (how) => listed('/v1/me/alerts', readAlert, how),
      create: later(async (wanted, how) => {
        const body = bodyOfAlert(wanted);
        return readAlert(await put({ method: 'POST', path: '/v1/me/alerts', body }, 'alert', how));
      }),
      drop: later((id, how) => gone(`/v1/me/alerts/${outgoingId('alert', id)}`, how)),
    },
    webhooks: {
      list: (how) => listed('/v1/me/webhooks', readWebhook, how),
      create: later(async (body, how) => {
        const request = { method: 'POST', path: '/v1/me/webhooks', body } as const;
        const made = await put(request, 'webhook', how);
        return { ...readWebhook(made), secret: made.text('secret') };
      }),
      drop: later((id, how) => gone(hook(id), how)),
      deliveries: later((id, query, how) =>
        getPage(wire, `${hook(id)}/deliveries${queryText({ ...query })}`, readDelivery, how),
      ),
      replay: later(async (id, delivery, how) => {
        const path = `${hook(id)}/deliveries/${outgoingId('delivery', delivery)}/replay`;
        await writeOnce(wire, { method: 'POST', path, body: {} }, how);
      }),
    },
    sessions: {
      list: (how) => listed('/v1/me/sessions', readSession, how),
      end: later((id, how) => gone(`/v1/me/sessions/${outgoingId('session', id)}`, how)),
      endOthers: later(async (how) => {
        const request = { method: 'DELETE', path: '/v1/me/sessions', body: {} } as const;
        return (await put(request, 'answer', how)).count('ended');
      }),
    },
  };
}
