import { afterEach, expect, test } from 'vitest';
import { hasty, type TinyServer, tinyServer } from '../test/tiny-server.js';
import { createClient } from './client.js';

let tiny: TinyServer;
afterEach(() => tiny?.close());

async function clientOf(...bodies: readonly unknown[]) {
  tiny = await tinyServer(bodies.map((body) => ({ status: 200, body })));
  return createClient({ url: tiny.url, key: 'fg_k', platform: hasty() });
}
const asked = () => tiny.asked.map(({ method, path, body }) => [`${method} ${path}`, body]);
const NOON = '2026-06-11T12:00:00.000Z';
const AT = Date.parse(NOON);

test('[K37] notifications are read with their place, and marked as read up to one', async () => {
  const data = { amount: '12.5', units: 3 };
  const told = { id: 'n', place: '7.1', seq: 7, at: NOON, kind: 'paid', market: 'M1', data };
  const client = await clientOf(
    { items: [told], unread: 1, read_to: '0.0', cursor: 'c' },
    { read_to: '7.1' },
    { mail: ['paid'] },
    { items: [{ ...told, data: { amount: [] } }], unread: 1, read_to: '0.0' },
  );
  expect(await client.notifications.list({ limit: 1 })).toEqual({
    items: [{ ...told, at: AT }],
    unread: 1,
    readTo: '0.0',
    cursor: 'c',
  });
  expect(await client.notifications.markRead('7.1')).toBe('7.1');
  expect(await client.notifications.mail(['paid'])).toEqual(['paid']);
  await expect(client.notifications.list()).rejects.toMatchObject({ kind: 'fault' });
  expect(asked().slice(0, 3)).toEqual([
    ['GET /v1/me/notifications?limit=1', undefined],
    ['POST /v1/me/notifications/read', { up_to: '7.1' }],
    ['PUT /v1/me/settings', { mail: ['paid'] }],
  ]);
});

test('[K37] an alert names one bound, and goes out as a decimal', async () => {
  const shown = { id: 'a', market: 'M1', outcome: 'NO', below: '0.25', created: NOON };
  const client = await clientOf(shown);
  const wanted = { market: 'M1', outcome: 'NO', below: 250_000n };
  const alert = { ...wanted, id: 'a', above: undefined, created: AT };
  expect(await client.alerts.create(wanted)).toEqual(alert);
  expect(asked()).toEqual([['POST /v1/me/alerts', { market: 'M1', outcome: 'NO', below: '0.25' }]]);
  for (const wrong of [{ market: 'M1' }, { ...wanted, above: 1n }])
    await expect(client.alerts.create(wrong)).rejects.toMatchObject({ field: 'above' });
  expect(tiny.asked).toHaveLength(1);
});

test('[K37] a webhook that may have been made is not asked for again', async () => {
  tiny = await tinyServer([{ status: 200, cutAfter: '{' }]);
  const client = createClient({ url: tiny.url, key: 'fg_k', platform: hasty() });
  const made = client.webhooks.create({ url: 'https://hooks.example/', kinds: ['paid'] });
  await expect(made).rejects.toMatchObject({ kind: 'unknown', attempts: 1 });
  expect(tiny.asked).toHaveLength(1);
});
