/** Every route of pullers, asked once and held against the document; the names of those it asked. */
import { type Ask, fair, type Reply } from './bench.js';
import { conforms, type Operation } from './conform.js';
import { MatchServer } from './match-server.js';
import { until } from './nodes.js';
import { feedOf, mapping } from './pull-bench.js';

export async function answerPulls(operations: readonly Operation[]): Promise<readonly string[]> {
  const at = await fair({ env: { FAIRGROUND_WEBHOOKS_LOCAL: '1' }, onAlarm: () => {} });
  const server = await MatchServer.open();
  const asked: string[] = [];
  const ask = async (name: string, id = '', body?: object): Promise<Reply> => {
    const [method = '', path = ''] = name.split(' ');
    const how: Ask = { key: at.ana.key, ...(body && { body }) };
    const reply = await at.call(method, path.replace(':id', id), how);
    const wanted = path.replace(':id', '{id}');
    conforms(operations.find((one) => one.method === method && one.path === wanted)!, reply);
    if (reply.status < 300) asked.push(name);
    return reply;
  };
  const one = '/v1/admin/pullers/:id';
  server.set('1', { status: 'FT', winner: 'home' });
  server.set('2', { status: 'unheard of' });
  const feed = { source: await feedOf(at), url: server.url, mapping: mapping() };
  const body = { ...feed, name: 'Cup', every_s: 3_600, headers: [{ name: 'A', value: 'b' }] };
  const { id } = (await ask('POST /v1/admin/pullers', '', body)).json;
  await ask('POST /v1/admin/pullers', '', body);
  const { name: _name, every_s: _every, ...trial } = { ...body, puller: id };
  for (const puller of [id, 'gone'])
    await ask('POST /v1/admin/pullers/try', '', { ...trial, puller });
  await until(async () => (await ask('GET /v1/matches')).json.items.length === 1);
  await until(async () => (await ask('GET /v1/admin/pullers')).text.includes('unknown status'));
  await ask(`PATCH ${one}`, id, { every_s: 60 });
  await ask(`POST ${one}/pull`, id, { accept_jumps: true });
  const veto = { item: '1', reason: 'wait' };
  for (const item of ['1', '9']) await ask(`POST ${one}/veto`, id, { ...veto, item });
  for (let twice = 0; twice < 2; twice++) await ask(`DELETE ${one}`, id);
  await at.node.close();
  await server.close();
  return asked;
}
