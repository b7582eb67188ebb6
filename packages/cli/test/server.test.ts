import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PassThrough } from 'node:stream';
import { EXITS, Failure } from '../src/exit.js';
import { run as runInside } from '../src/run.js';
import { cleanUp, folder, good, inside, serve, type Server, start, stop } from './cli.js';
import { type Fair, fairOn } from './fair.js';

let server: Server;
let fair: Fair;
const scratch = folder();

beforeAll(async () => {
  server = await serve();
  fair = await fairOn(server);
}, 60_000);

afterAll(cleanUp);

const args = (line: string) => line.split(' ');

describe('beside a running server', { timeout: 60_000 }, () => {
  test('[C9] a user is made once, and the key is shown once', async () => {
    const made = await good(['user', 'create', 'carl'], server.variables);
    expect(made.out).toMatch(/^carl is acc_[0-9a-f]+\nkey fg_\S{20,}\n$/);
    const again = await inside(['user', 'create', 'CARL'], server.variables);
    expect(again).toMatchObject({
      code: EXITS.refused.code,
      out: '',
      err: 'fairground: This handle is taken.\n',
    });
    expect(made.err + again.err).not.toContain('fg_');
  });

  test('[C9] whoever holds the directory gives roles and forgets people, as often as he likes', async () => {
    await good(['user', 'create', 'finn'], server.variables);
    for (const says of [/finn \(acc_\w+\) has the role admin/, /has the role admin/])
      expect((await good(['user', 'promote', 'finn'], server.variables)).out).toMatch(says);
    const { out } = await good(['user', 'grant', 'finn', 'seller'], server.variables);
    expect(out).toMatch(/has the role seller/);
    await good(['user', 'erase', 'finn'], server.variables);
    const gone = await inside(['user', 'promote', 'finn'], server.variables);
    expect(gone).toMatchObject({ code: EXITS.refused.code, out: '' });
    // And on a directory that nobody serves.
    const data = join(folder(), 'data');
    const here = ['--data', data, '--url', 'http://127.0.0.1:1'];
    await good(['user', 'create', 'finn', ...here]);
    expect((await good(['user', 'promote', 'finn', ...here])).out).toMatch(/role admin/);
  });

  test('[C10] an order says what was paid and got, and its entry', async () => {
    const { out, err } = await good(args('trade M1 buy YES --spend 10'), fair.player);
    expect(out).toBe(
      `${fair.bob} pays 10 Points and gets 18.725318 YES at 0.534036 each (fee 0.2)    ${/entry \d+ · [0-9a-f]{8}\n/.exec(out)![0]}`,
    );
    expect(err).toBe('');
    const sold = JSON.parse(
      (await good(args('trade M1 sell YES --shares 5 --gets-min 1 --json'), fair.player)).out,
    );
    expect(sold).toMatchObject({
      market: 'M1',
      side: 'sell',
      outcome: 'YES',
      pays: '5',
      account: fair.bob,
      attempts: 1,
    });
    expect(sold.hash).toMatch(/^[0-9a-f]{64}$/);
    const some = JSON.parse(
      (await good(args('trade M1 buy NO --shares 2.5 --pays-max 2 --json'), fair.player)).out,
    );
    expect(some).toMatchObject({ gets: '2.5', side: 'buy' });
  });

  test('[C10] a quote trades nothing', async () => {
    const before = (await good(['verify', server.url])).out;
    const { out } = await good(args('trade M1 buy YES --spend 10 --dry-run'), fair.player);
    expect(out).toMatch(
      /^a buyer pays 10 Points and gets [\d.]+ YES at [\d.]+ each, fee 0\.2\nthe price goes from .*\nbound it with --gets-min [\d.]+ {4}as of entry \d+\n$/,
    );
    expect((await good(['verify', server.url])).out).toBe(before);
  });

  test.each([
    ['trade M1 buy YES --spend 1 --gets-min 9', 'The price is now outside the limit you set.'],
    ['trade M1 buy MAYBE --spend 1', 'The market has no such outcome.'],
    ['trade M9 buy YES --spend 1', 'There is no such market.'],
    ['trade M1 buy YES --spend 100000', 'There are not enough Points.'],
    ['trade M1 sell NO --shares 100', 'There are not enough shares.'],
    [
      'trade M1 buy YES --spend 1 --key fg_nobodysnobodysnobody',
      'There is no such key, or it was revoked. Set FAIRGROUND_KEY, or pass --key.',
    ],
    ['watch M9', 'There is no such market.'],
  ])('[C10] [C3] %s is refused', async (line, says) => {
    expect(await inside(args(line), fair.player)).toMatchObject({
      code: EXITS.refused.code,
      out: '',
      err: `fairground: ${says}\n`,
    });
  });

  test('[C11] an order asked again under its key is placed once', async () => {
    const line = args('trade M2 buy YES --spend 1 --idempotency-key same-key --json');
    const first = JSON.parse((await good(line, fair.player)).out);
    const again = await good(line, fair.player);
    expect(JSON.parse(again.out)).toMatchObject({
      id: first.id,
      key: 'same-key',
      attempts: 2,
      replayed: true,
    });
    const other = await inside(
      args('trade M2 buy YES --spend 2 --idempotency-key same-key'),
      fair.player,
    );
    expect(other).toMatchObject({ code: EXITS.refused.code });
    const { err } = await good(
      args('trade M2 buy YES --spend 1 --idempotency-key same-key'),
      fair.player,
    );
    expect(err).toBe('This order had gone through before; nothing was traded now.\n');
  });

  test('[C12] [C5] markets are listed, searched and sorted', async () => {
    const { out, err } = await good(['markets', '--search', 'rain'], server.variables);
    const [head, row] = out.split('\n');
    expect(head).toMatch(/^MARKET {2}TITLE {10}STATUS/);
    expect(row).toMatch(/^M1 {6}Will it rain\? {2}open/);
    expect(err).toBe('1 market\n');
    const { items } = JSON.parse(
      (await good(args('markets --sort newest --limit 1 --json'), server.variables)).out,
    );
    expect(items).toMatchObject([
      { id: 'M2', title: 'Will it snow?', category: 'weather', status: 'open' },
    ]);
    const none = await good(args('markets --status settled'), server.variables);
    expect(none).toMatchObject({ out: '', err: 'No market matches.\n' });
  });

  test('[C13] [C18] a watcher sees where things stand, then what happens, until Ctrl-C', async () => {
    const watcher = start(['watch', 'M1', 'global'], server.variables);
    await watcher.says(/M1 {2}open: YES [\d.]+ · NO [\d.]+ · volume/);
    await watcher.says(/global {2}now: markets \d+ open · \d+ accounts/);
    const { out } = await good(args('trade M1 buy NO --spend 2 --json'), fair.player);
    const { gets, seq }: { gets: string; seq: number } = JSON.parse(out);
    await watcher.says(
      `${String(seq).padStart(8)}  M1  ${fair.bob} buys ${gets} NO for 2 Points\n`,
    );
    watcher.child.kill('SIGINT');
    expect(await watcher.ended).toMatchObject({ code: 0 });
  });

  test.each([{ more: [] }, { more: ['--sse'] }])(
    '[C13] [C7] as JSON every frame is one line $more',
    async ({ more }) => {
      const watcher = start(['watch', 'me', '--json', '--states', ...more], fair.player);
      await watcher.says(/"topic":"me"/);
      await good(args('trade M1 buy NO --spend 2'), fair.player);
      await watcher.says(/"type":"event".*\n.*"type":"state"/);
      watcher.child.kill('SIGTERM');
      const { code, out } = await watcher.ended;
      expect(code).toBe(0);
      for (const line of out.trimEnd().split('\n'))
        expect(JSON.parse(line)).toMatchObject({ topic: 'me' });
    },
  );

  test('[C21] what is taken is said', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const address = blocker.address();
    const port = String(typeof address === 'object' && address ? address.port : 0);
    for (const verb of ['start', 'demo']) {
      const busy = await inside([verb, '--port', port, '--data', join(folder(), 'data')]);
      expect(busy).toMatchObject({
        code: 1,
        err: `fairground: Port ${port} is taken. Choose another with --port, or 0 for a free one.\n`,
      });
    }
    blocker.close();
    const locked = await inside(['start', '--port', '0'], server.variables);
    expect(locked).toMatchObject({
      code: EXITS.not_now.code,
      err: expect.stringContaining('open'),
    });
    const elsewhere = await inside(
      ['user', 'create', 'dora', '--url', 'http://127.0.0.1:1'],
      server.variables,
    );
    expect(elsewhere).toMatchObject({
      code: EXITS.not_now.code,
      err: expect.stringContaining('--url'),
    });
  });

  test('[C19] a reader that goes away ends it without noise', async () => {
    const exporting = start(['export', '-'], server.variables);
    exporting.child.stdout.destroy();
    expect(await exporting.ended).toMatchObject({ code: EXITS.pipe.code, err: '' });
  });
});

describe('without one', { timeout: 60_000 }, () => {
  test('[C18] [C9] a server drains at Ctrl-C, and users are made without it', async () => {
    const alone = await serve();
    expect(await stop(alone)).toMatchObject({ code: 0, err: expect.stringContaining('closing') });
    expect(existsSync(join(alone.data, 'node.token'))).toBe(true);
    const { out } = await good(['user', 'create', 'eve', '--data', alone.data, '--url', alone.url]);
    expect(out).toMatch(/^eve is acc_/);
    expect((await good(['verify', alone.data])).out).toMatch(/^1 entry re-decided, 1 agree/);
  });

  test('[C18] a second Ctrl-C does not wait for whoever keeps it', async () => {
    const kept = await serve();
    const { port } = new URL(kept.url);
    const socket = connect(Number(port), '127.0.0.1');
    // A request that never ends.
    socket.on('error', () => undefined).write('GET /v1/head HTTP/1.1\r\nHost: x\r\n');
    await new Promise((resolve) => setTimeout(resolve, 200));
    kept.child.kill('SIGINT');
    await kept.says('closing');
    kept.child.kill('SIGINT');
    expect(await kept.ended).toMatchObject({ code: EXITS.interrupted.code });
    socket.destroy();
  });

  test('[C23] what was confirmed and is missing is given up only by an operator who says so', async () => {
    const data = join(folder(), 'data');
    await good(['user', 'create', 'ana', '--data', data]);
    const dir = join(data, 'journal');
    const segment = join(dir, readdirSync(dir).find((name) => name.endsWith('.seg'))!);
    const earlier = readFileSync(segment);
    await good(['user', 'create', 'bob', '--data', data]);
    writeFileSync(segment, earlier);
    const refused = await inside(['start', '--port', '0', '--data', data]);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--accept-loss') });
    const accepted = start(['start', '--port', '0', '--data', data, '--accept-loss']);
    await accepted.says(/open at/);
    expect(await stop(accepted)).toMatchObject({
      code: 0,
      err: expect.stringContaining('Went on without'),
    });
  });

  test('[C18] what a Ctrl-C cuts short ends with 130 and leaves nothing half done', async () => {
    const file = join(scratch, 'cut.ndjson');
    const stopped = new AbortController();
    stopped.abort(new Failure('interrupted', 'Interrupted.'));
    const out = new PassThrough();
    const args = ['export', file, '--data', server.data];
    expect(await runInside(args, { out, err: out, env: {}, signal: stopped.signal })).toBe(
      EXITS.interrupted.code,
    );
    expect(readdirSync(scratch).filter((name) => name.startsWith('cut'))).toEqual([]);
  });
});
