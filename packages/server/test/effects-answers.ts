/** Every route of what people are told, asked once and held against the document; the names of those it asked. */
import { conforms, type Operation } from './conform.js';
import { type Ask, openMarket, type Reply } from './bench.js';
import { Ear, granted, hooked, noticesOf, tablesThere, told } from './effects-bench.js';
import { until } from './nodes.js';

export async function answerTold(operations: readonly Operation[]): Promise<readonly string[]> {
  const at = await told({ pace: { retryLimit: 0, lookMs: 50 } });
  const ear = await Ear.open();
  const asked: string[] = [];
  const ask = async (name: string, ask: Ask, ...ids: readonly string[]): Promise<Reply> => {
    const [method = '', path = ''] = name.split(' ');
    const left = [...ids];
    const reply = await at.call(
      method,
      path.replaceAll(/:\w+/g, () => left.shift() ?? ''),
      ask,
    );
    const wanted = path.replaceAll(/:(\w+)/g, '{$1}');
    conforms(operations.find((one) => one.method === method && one.path === wanted)!, reply);
    if (reply.status < 300) asked.push(name);
    return reply;
  };
  await tablesThere(at);
  await openMarket(at, 'A');
  const bob = { key: at.bob.key };
  await ask('PUT /v1/me/settings', { ...bob, body: { mail: ['paid'] } });
  await ask('GET /v1/me/settings', bob);
  const alert = { market: 'A', outcome: 'YES', above: '0.9' };
  const { id: alertId } = (await ask('POST /v1/me/alerts', { ...bob, body: alert })).json;
  await ask('GET /v1/me/alerts', bob);
  await ask('DELETE /v1/me/alerts/:id', bob, alertId);
  await ask('DELETE /v1/me/alerts/:id', bob, alertId);
  const hook = { url: ear.url, kinds: ['granted'] };
  const { id: spare } = (await ask('POST /v1/me/webhooks', { ...bob, body: hook })).json;
  await ask('DELETE /v1/me/webhooks/:id', bob, spare);
  const { id } = await hooked(at, at.bob.key, ear.url, ['granted']);
  await ask('GET /v1/me/webhooks', bob);
  ear.answer = () => 500;
  await granted(at, at.bob.account, '1');
  const jobs = () => ask('GET /v1/admin/jobs', { key: at.ana.key });
  await until(async () => (await jobs()).json.failed.length === 1);
  const [call] = ear.calls;
  await ask('POST /v1/admin/jobs/:id/retry', { key: at.ana.key }, call?.id ?? '');
  await until(async () => ear.calls.length === 2 && (await jobs()).json.failed.length === 1);
  ear.answer = () => 204;
  const replay = 'POST /v1/me/webhooks/:id/deliveries/:delivery/replay';
  await ask(replay, bob, id, call?.id ?? '');
  await until(() => ear.calls.length === 3);
  await ask('GET /v1/me/webhooks/:id/deliveries', bob, id);
  await ask('GET /v1/me/notifications', bob);
  const [notice] = await noticesOf(at, at.bob.key);
  const body = { up_to: notice?.place };
  await ask('POST /v1/me/notifications/read', { ...bob, body });
  await at.node.close();
  await ear.close();
  return asked;
}
