/** Ticks on two nodes of one database: one place, one line, and whoever watches the other node hears of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { ANSWERS } from '../src/api/answers.js';
import type { Stage } from './bench.js';
import { EventWatch } from './event-watch.js';
import { fairOf, member, until } from './nodes.js';
import { AT } from './ticks-bench.js';

describe.runIf(hasPostgres())('two nodes', () => {
  let server: Server;
  let nodes: readonly Stage[];
  let key: string;
  beforeAll(async () => {
    server = await Server.start();
    const database = server.url(await server.database());
    const first = await member(database, { env: { FAIRGROUND_READ_MODEL: '0' } });
    const { ana } = await fairOf(first);
    nodes = [first, await member(database, { env: { FAIRGROUND_READ_MODEL: '0' } })];
    const body = { name: 'feed', scopes: ['ingest', 'admin'] };
    key = (await first.must('POST', '/v1/me/keys', { key: ana.key, body })).json.key;
  }, 60_000);
  afterAll(async () => {
    for (const { node } of nodes) await node.close();
    await server.end();
  });

  test('[I2] [I15] the same ticks sent to both at once are kept once, and told on both with the same bytes', async () => {
    const topics = ['ticks/X'];
    const watches = nodes.map(({ node }) => new EventWatch(node.url, { topics }));
    const ticks = Array.from({ length: 300 }, (_, n) => {
      return { source: 's', symbol: 'X', time: AT + n, price: `${n}`, size: '1', id: `${n}` };
    });
    const parts = [ticks.slice(0, 100), ticks.slice(50, 200), ticks.slice(100, 300), ticks];
    const replies = await Promise.all(
      parts.flatMap((body) =>
        nodes.map((at) => at.must('POST', '/v1/ingest', { key, once: false, body })),
      ),
    );
    const told = replies.map(({ json }) => ANSWERS.ingested.parse(json));
    expect(told.reduce((sum, { taken }) => sum + taken, 0)).toBe(300);
    const newest = watches.map(
      (watch) => (): string => watch.frames('state', 'ticks/X').at(-1) ?? '',
    );
    for (const [i, watch] of watches.entries())
      await watch.until(() => newest[i]?.().includes('"ticks":300') === true);
    expect(newest[0]?.()).toBe(newest[1]?.());
    for (const watch of watches) watch.close();
    const pages = await Promise.all(
      nodes.map((at) => at.must('GET', '/v1/ticks?symbol=X&order=asc&limit=1000')),
    );
    expect(pages[0]?.text).toBe(pages[1]?.text);
    expect(pages[0]?.json.items.map(({ id }) => id)).toEqual(ticks.map(({ id }) => id));
  }, 60_000);

  test('[I13] [I18] what one node is told of a source the other keeps to, and both tell of its letters', async () => {
    const [first, second] = nodes as [Stage, Stage];
    const headers = { authorization: `Bearer ${key}` };
    const watches = nodes.map(
      ({ node }) => new EventWatch(node.url, { topics: ['dead-letters'], headers }),
    );
    const body = { requires_registration: true, symbols: ['A'] };
    await first.must('PUT', '/v1/admin/sources/strict', { key, body });
    const sent = { source: 'strict', symbol: 'B', time: AT, price: '1', size: '1', id: '1' };
    await until(
      async () => (await second.must('GET', '/v1/admin/sources', { key })).json.items.length === 1,
    );
    const { json } = await second.must('POST', '/v1/ingest', { key, body: sent });
    expect(ANSWERS.ingested.parse(json).dead).toBe(1);
    const letters = (await first.must('GET', '/v1/dead-letters', { key })).json.items;
    expect(letters).toMatchObject([{ reason: 'unknown_symbol', symbol: 'B' }]);
    const newest = (watch: EventWatch): string =>
      watch.frames('state', 'dead-letters').at(-1) ?? '';
    for (const watch of watches) await watch.until(() => newest(watch).includes('"open":1'));
    expect(new Set(watches.map(newest)).size).toBe(1);
    for (const watch of watches) watch.close();
  }, 60_000);
});
