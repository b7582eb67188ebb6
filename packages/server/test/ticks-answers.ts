/** What the document promises of ticks, held against a whole node's answers. */
import { type Reply, fair } from './bench.js';
import { conforms, type Operation } from './conform.js';
import { until } from './nodes.js';
import { AT } from './ticks-bench.js';

/** The operations that were answered as the document says. */
export async function answerTicks(operations: readonly Operation[]): Promise<readonly string[]> {
  const at = await fair({ env: { FAIRGROUND_READ_MODEL: '1' }, onAlarm: () => {} });
  const done: string[] = [];
  const ask = async (
    name: string,
    path: string,
    body?: object,
    key = at.ana.key,
  ): Promise<Reply> => {
    const [method = '', as = ''] = name.split(' ');
    const operation = operations.find((one) => one.method === method && one.path === as);
    if (!operation) throw new Error(`there is no ${name}`);
    const reply = await at.call(method, path, { key, ...(body && { body }) });
    conforms(operation, reply);
    if (reply.status < 300) done.push(name.replaceAll(/\{(\w+)\}/g, ':$1'));
    return reply;
  };
  const made = { name: 'feed', scopes: ['ingest'] };
  const { key } = (await at.must('POST', '/v1/me/keys', { key: at.ana.key, body: made })).json;
  await until(async () => (await at.call('GET', '/v1/ticks/symbols')).status === 200);
  const source = '/v1/admin/sources/{name}';
  await ask(`PUT ${source}`, '/v1/admin/sources/s', {
    requires_registration: true,
    symbols: ['A'],
  });
  await ask('GET /v1/admin/sources', '/v1/admin/sources');
  const tick = { source: 's', symbol: 'A', time: AT, price: '-1.50', size: '2', id: '1' };
  const sent = [tick, tick, { ...tick, symbol: 'B' }, { ...tick, symbol: 'C' }, { nothing: 1 }];
  await ask('POST /v1/ingest', '/v1/ingest', sent, key);
  for (const path of ['', '?format=csv', '?format=ndjson'])
    await ask('GET /v1/ticks', `/v1/ticks${path === '' ? '?' : `${path}&`}symbol=A&limit=1`);
  await ask('GET /v1/ticks/latest', '/v1/ticks/latest?symbols=A');
  await ask('GET /v1/ticks/candles', '/v1/ticks/candles?symbol=A');
  await ask('GET /v1/ticks/symbols', '/v1/ticks/symbols');
  const { items } = (await ask('GET /v1/dead-letters', '/v1/dead-letters')).json;
  const [nothing, c, b] = items.map(({ id }) => `/v1/dead-letters/${id}`);
  await ask('POST /v1/dead-letters/{id}/replay', `${b}/replay`, { payload: { ...tick, id: '2' } });
  await ask('POST /v1/dead-letters/{id}/replay', `${c}/replay`, {});
  await ask('POST /v1/dead-letters/replay', '/v1/dead-letters/replay', {});
  await ask('POST /v1/dead-letters/{id}/drop', `${nothing}/drop`);
  await ask('POST /v1/dead-letters/{id}/drop', `${nothing}/drop`);
  await ask(`DELETE ${source}`, '/v1/admin/sources/s');
  await ask(`DELETE ${source}`, '/v1/admin/sources/s');
  await at.node.close();
  return done;
}
