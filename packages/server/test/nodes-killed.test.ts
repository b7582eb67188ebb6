/** Real processes, killed while they lead. */
import { setTimeout as sleep } from 'node:timers/promises';
import { commandIdOf } from '@fairground/journal';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { parse } from './json.js';
import { freeUrl } from './nodes.js';
import { endAll, run, type Running } from './processes.js';

const ROUNDS = 5;
const CALLERS = 6;
const TICK_MS = 100;
/** Counted in ticks of this process, so that a machine that stands still counts for nobody. */
const TICKS_MAX = 80;

interface Answered {
  readonly once: string;
  readonly seq: number;
}

describe.runIf(hasPostgres())('nodes that are killed', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(async () => {
    await endAll();
    await server.end();
  });

  const ask = async (
    at: Running,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ) => {
    const reply = await fetch(`${at.url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(7_000),
    });
    return { status: reply.status, text: await reply.text() };
  };

  test('[M7] five leaders killed under load: writes flow again, nothing acknowledged is lost or done twice', async () => {
    const database = await server.database();
    const connect = server.url(database);
    const nodes: Running[] = [];
    for (let n = 0; n < 3; n++) nodes.push(await run(connect, await freeUrl()));
    const leader = async (): Promise<Running | undefined> => {
      const [[url] = []] = await server.sql(database, 'select url from lease');
      return nodes.find(({ nodeUrl }) => nodeUrl === url);
    };
    const [first] = nodes;
    if (!first) throw new Error('no node');
    const token = { authorization: `Bearer ${first.token}` };
    const must = async (path: string, body: object, headers = token): Promise<string> => {
      const once = { 'idempotency-key': `setup-${path.replaceAll('/', '-')}` };
      const { status, text } = await ask(first, path, body, { ...headers, ...once });
      if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
      return text;
    };
    const ana = parse(await must('/v1/admin/users', { handle: 'ana', admin: true }));
    const anas = { authorization: `Bearer ${ana.key}` };
    await must('/v1/admin/grants', { to: 'treasury', amount: '50000', reason: 'a start' });
    const draft = { id: 'M1', title: 'M1', mechanism: 'cpmm', deposit: '1000' };
    await must('/v1/markets', draft, anas);
    await must('/v1/markets/M1/open', {}, anas);

    const answered: Answered[] = [];
    const outcomes = new Set<string>();
    let isOver = false;
    const caller = async (name: number): Promise<void> => {
      for (let n = 0; !isOver; n++) {
        const once = `order-${name}-${n}`;
        const until = new Date(Date.now() + 60_000).toISOString();
        for (let attempt = 1; ; ) {
          const node = nodes[(name + n + attempt) % nodes.length];
          if (!node) throw new Error('no node');
          const headers = {
            ...anas,
            'idempotency-key': once,
            'fairground-attempt': String(attempt),
            'fairground-valid-until': until,
          };
          const body = { market: 'M1', side: 'buy', outcome: 'YES', spend: '0.01' };
          const reply = await ask(node, '/v1/orders', body, headers).catch(() => undefined);
          outcomes.add(`${reply?.status ?? 'cut'} ${parse(reply?.text ?? '{}').error?.code ?? ''}`);
          if (reply?.status === 201) {
            answered.push({ once, seq: parse(reply.text).seq });
            break;
          }
          // Whatever else came: it is asked again, and says that an earlier attempt may have counted.
          attempt++;
          await sleep(TICK_MS);
        }
        await sleep(10);
      }
    };
    const callers = Array.from({ length: CALLERS }, (_, name) => caller(name));
    const waits: number[] = [];
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const before = answered.length;
        while (answered.length < before + 50) await sleep(TICK_MS);
        const killed = await leader();
        if (!killed) throw new Error('nobody leads');
        await killed.kill('SIGKILL');
        const had = answered.length;
        // What was on its way is answered first; writes flow when there is more than that.
        let ticks = 0;
        while (answered.length < had + 2 * CALLERS) {
          await sleep(TICK_MS);
          ticks++;
        }
        waits.push(ticks);
        expect(ticks).toBeLessThan(TICKS_MAX);
        nodes[nodes.indexOf(killed)] = await run(connect, killed.nodeUrl);
      }
    } finally {
      isOver = true;
      await Promise.all(callers);
    }
    const [node] = nodes;
    const lines: string[] = [];
    for (let from = 1; node; from = lines.length + 1) {
      const page = (await ask(node, `/v1/journal?from=${from}&limit=5000&fresh=1`)).text;
      if (page === '') break;
      lines.push(...page.trimEnd().split('\n'));
    }
    const seqs = new Map<string, number[]>();
    lines.forEach((line, n) => {
      const id = /"id":"([0-9a-f]{32})"/.exec(line)?.[1] ?? '';
      seqs.set(id, [...(seqs.get(id) ?? []), n + 1]);
    });
    expect(answered.length).toBeGreaterThan(ROUNDS * 50);
    for (const { once, seq } of answered)
      expect(seqs.get(commandIdOf(ana.account, once)), `${once} at ${seq}`).toEqual([seq]);
    // Nobody was refused, and every first answer was kept.
    for (const outcome of outcomes) expect(outcome).toMatch(/^(201 |cut |503 \w+)/);
    console.info(
      `ticks of ${TICK_MS} ms: ${waits.join(' ')}; ${answered.length} orders; ${[...outcomes].join(', ')}`,
    );
  }, 180_000);
});
