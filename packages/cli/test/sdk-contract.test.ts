/**
 * The SDK's contract with the real node: each call once, each way to end, in both homes an exchange may have.
 * Long because one node hears all of it.
 */
import { type Client, createClient, EDGE_CODES, type Fetch, points } from '@fairground/client';
import { REFUSALS } from '@fairground/engine';
import { EDGE } from '@fairground/server';
import { afterAll, describe, expect, test } from 'vitest';
import { clientAt, closeHomes, type Home, home, HOMES } from './homes.js';

afterAll(closeHomes);

const BUY = { market: 'M1', outcome: 'YES', spend: points('10') };
const FAR = Date.parse('2100-01-01T00:00:00Z');

/** Every call by its name, `markets.list` for one; and which of them have been made. */
class Calls {
  readonly made = new Set<string>();

  of(client: Client): Client {
    return this.#watched(client, '');
  }

  #watched<T extends object>(target: T, path: string): T {
    return new Proxy(target, {
      get: (from, name, self) => {
        const value: unknown = Reflect.get(from, name, self);
        if (typeof value === 'function') this.made.add(`${path}${String(name)}`);
        const isGroup = typeof value === 'object' && value !== null && name !== 'lastHead';
        return isGroup ? this.#watched(value, `${path}${String(name)}.`) : value;
      },
    });
  }

  static all(client: object, path = ''): readonly string[] {
    return Object.entries(client).flatMap(([name, value]: [string, unknown]) => {
      if (typeof value === 'function') return [`${path}${name}`];
      const isGroup = typeof value === 'object' && value !== null && name !== 'lastHead';
      return isGroup ? Calls.all(value, `${path}${name}.`) : [];
    });
  }
}

/** A player’s calls: trades, and what is shown of them. */
async function playAll(fg: Client): Promise<void> {
  const quote = await fg.quote({ ...BUY, side: 'buy' });
  const bought = await fg.buy({ ...BUY, getsMin: quote.getsMin });
  expect(bought).toMatchObject({ pays: quote.pays, gets: quote.gets, attempts: 1 });
  const half = bought.gets / 2n;
  const sold = await fg.sell({ market: 'M1', outcome: 'YES', shares: half });
  const { items } = await fg.batch([
    { side: 'buy', ...BUY },
    { side: 'sell', market: 'M1', outcome: 'NO', shares: points('500') },
  ]);
  expect(items).toMatchObject([
    { order: { side: 'buy' } },
    { error: { refusal: 'insufficient_shares', final: true } },
  ]);
  await fg.mint('M1', points('3'));
  await fg.merge('M1', points('1'));
  expect(await fg.order(sold.id)).toMatchObject({ side: 'sell', pays: half });
  expect(await fg.receipt(bought.key)).toMatchObject({ state: 'done' });
  expect((await fg.markets.list({ status: 'open' })).items.map(({ id }) => id)).toContain('M1');
  expect(await fg.markets.get('M1')).toMatchObject({ trades: 3 });
  expect((await fg.markets.trades('M1')).items).toHaveLength(5);
  const candles = await fg.markets.candles('M1', { interval: '1d', outcome: 'YES' });
  expect(candles).toHaveLength(1);
  expect(candles[0]?.volume).toBeGreaterThan(0n);
  expect((await fg.trades({ limit: 2 })).items.map(({ type }) => type)).toEqual(['merge', 'mint']);
  expect((await fg.positions()).map(({ market }) => market)).toEqual(['M1']);
  const me = await fg.me();
  const ledger = await fg.ledger({ limit: 100 });
  const points_ = ledger.items.filter(({ asset }) => asset === 'points');
  expect(points_.reduce((sum, { change }) => sum + change, 0n)).toBe(me.points);
  expect((await fg.portfolio()).now).toMatchObject({ points: me.points });
  const board = await fg.leaderboard({ by: 'return', window: 'day' });
  expect(board.items.map(({ handle }) => handle)).toContain('ana');
  const player = await fg.player('ana');
  expect(player.positions.map(({ market }) => market)).toContain('M1');
  const { id, key } = await fg.keys.create({ name: 'bot', scopes: ['read'] });
  expect(key).toMatch(/^fg_/);
  expect((await fg.keys.list()).map((own) => own.id)).toContain(id);
  await fg.keys.revoke(id);
  expect((await fg.keys.list()).map((own) => own.id)).not.toContain(id);
}

/** What those do who run the exchange. */
async function runAll(fg: Client, system: Client, at: Home): Promise<void> {
  const { markets } = fg;
  const draft = { mechanism: 'cpmm', deposit: points('50') } as const;
  await markets.create({ ...draft, id: 'M2', title: 'Will it snow?' });
  await markets.edit('M2', { ...draft, title: 'Will it hail?', closesAt: FAR });
  await markets.open('M2');
  await markets.pause('M2');
  await markets.resume('M2');
  await markets.extend('M2', FAR + 60_000);
  await markets.fund('M2', { amount: points('20'), priceMin: points('0.4') });
  await markets.close('M2');
  await markets.resolve('M2', { outcome: 'NO', reason: 'a clear sky' });
  await markets.create({ ...draft, id: 'M3', title: 'Will it thaw?' });
  await markets.cancel('M3', 'a mistake');
  const stock = { mechanism: 'curve', fundamental: points('10'), slope: points('0.01') } as const;
  const goal = { kind: 'goal', add: points('1') };
  const listed = {
    ...stock,
    id: 'S1',
    title: 'A stock',
    source: at.bossAccount,
    factRules: [goal],
  };
  await markets.create(listed);
  await markets.open('S1');
  await system.grantRole(at.bossAccount, 'source');
  await fg.recordFact({ market: 'S1', fact: 'f1', kind: 'goal', happenedAt: 1_000 });
  expect((await fg.facts({ market: 'S1' })).items).toMatchObject([{ fact: 'f1', kind: 'goal' }]);
  const tiers = [{ units: 0, price: points('10') }];
  const rally = { mechanism: 'rally', tiers, maximum: 2, closesAt: FAR } as const;
  await markets.create({ ...rally, id: 'R1', title: 'Jerseys', seller: at.bossAccount });
  await markets.open('R1');
  const { key } = await system.createUser({ handle: 'bob' });
  await system.createKey({ handle: 'bob', scopes: ['read'] });
  expect(await system.person('bob')).toMatchObject({ handle: 'bob' });
  await clientAt(at.url, key).join('R1', 2);
  expect(await fg.rallyReceipt('R1')).toMatchObject({ outcome: 'sold', units: 2 });
  await pullAll(fg, at.bossAccount);
  await system.erasePerson('bob');
  await system.grant({ to: at.bossAccount, amount: points('1'), reason: 'thanks' });
  expect(await system.node()).toMatchObject({ state: 'leading' });
  await expect(fg.adoptRules()).rejects.toMatchObject({ refusal: 'already_so' });
}

/** What a player is told and asks to be told, and where he is signed in. */
async function tellAll(fg: Client, system: Client): Promise<void> {
  const { notifications, alerts, webhooks, sessions } = fg;
  const { account } = await fg.me();
  expect(await notifications.mail(['granted'])).toEqual(['granted']);
  expect(await notifications.mailed()).toEqual(['granted']);
  expect(await notifications.mail([])).toEqual([]);
  const kinds = ['price_alert'];
  const hook = await webhooks.create({ url: 'https://hooks.example/fair', kinds });
  expect(hook.secret).toMatch(/^whsec_/);
  expect(await webhooks.list()).toMatchObject([{ id: hook.id, kinds, disabled: undefined }]);
  expect(await webhooks.deliveries(hook.id)).toEqual({ items: [], cursor: undefined });
  const nowhere = webhooks.replay(hook.id, crypto.randomUUID());
  await expect(nowhere).rejects.toMatchObject({ code: 'delivery_unknown' });
  await webhooks.drop(hook.id);
  const alert = await alerts.create({ market: 'M1', outcome: 'YES', above: points('0.99') });
  expect(await alerts.list()).toEqual([alert]);
  expect(alert).toMatchObject({ above: points('0.99'), below: undefined });
  await alerts.drop(alert.id);
  await system.grant({ to: account, amount: points('2'), reason: 'a gift' });
  await expect.poll(async () => (await notifications.list()).unread, { timeout: 20_000 }).toBe(1);
  const [told] = (await notifications.list({ limit: 1 })).items;
  expect(told).toMatchObject({ kind: 'granted', data: { amount: '2' } });
  expect(await notifications.markRead(told?.place ?? '')).toBe(told?.place);
  expect((await notifications.list()).unread).toBe(0);
  expect(await sessions.list()).toEqual([]);
  await expect(sessions.end('none')).rejects.toMatchObject({ code: 'session_id_unknown' });
  expect(await sessions.endOthers()).toBe(0);
}

/** What takes two, what is taken back, and what the house has done. */
async function mindAll(fg: Client, at: Home): Promise<void> {
  const second = clientAt(at.url, (await at.node.signUp({ handle: 'cleo', admin: true })).key);
  const draft = { mechanism: 'cpmm', deposit: points('50'), twoPerson: true } as const;
  await fg.markets.create({ ...draft, id: 'M4', title: 'Will it last?' });
  await fg.markets.open('M4');
  await fg.markets.close('M4');
  await fg.markets.resolve('M4', { outcome: 'YES', reason: 'it did' });
  const shown = await (await fetch(`${at.url}/v1/markets/M4`)).json();
  const reasonHash: string = shown.proposal.reason_hash;
  const { confirm } = fg.markets;
  const itself = confirm('M4', { act: 'resolve', outcome: 'YES', reasonHash });
  await expect(itself).rejects.toMatchObject({ kind: 'refused' });
  await second.markets.confirm('M4', { act: 'resolve', outcome: 'YES', reasonHash });
  expect((await fg.markets.get('M4')).status).toMatch(/^(resolved|settled)$/);
  await fg.undoFact({ market: 'S1', fact: 'f2', undoes: 'f1' });
  const { account } = await second.me();
  await fg.freeze(account, 'a doubt');
  await fg.unfreeze(account, 'none left');
  await fg.sweepFees().catch(() => undefined);
  const acts = (await fg.audit({ limit: 5 })).items;
  expect(acts.find(({ act }) => act === 'unfreeze_account')).toMatchObject({ target: account });
  const jobs = await fg.jobs();
  expect(jobs.delivers).toBe(true);
  expect(jobs.schedule.length).toBeGreaterThan(0);
  const none = fg.retryJob(crypto.randomUUID());
  await expect(none).rejects.toMatchObject({ code: 'job_unknown' });
}

/** An address that nobody listens at: it may be set up all the same. */
async function pullAll({ pullers }: Client, source: string): Promise<void> {
  const counts = [{ count: 'goals', path: 'goals' }];
  const mapping = { items: '', item: 'id', names: ['name'], counts };
  const url = 'https://feed.invalid/live.json';
  const { id } = await pullers.create({ name: 'Cup', url, every_s: 3_600, source, mapping });
  const tried = { source, mapping, answer: '[{"id":1,"name":"Final","goals":2},{"id":2}]' };
  expect(await pullers.tryOut(tried)).toMatchObject({
    items: [{ item: '1', names: ['Final'], counts: [{ value: 2, records: 0, market: undefined }] }],
    refused: [{ item: '2', reason: 'no name at "name"' }],
    error: undefined,
  });
  expect(await pullers.change(id, { every_s: 1_800 })).toMatchObject({ id, everyS: 1_800 });
  await pullers.change(id, { every_s: 3_600 });
  await pullers.pull(id, { acceptJumps: true });
  await expect(pullers.veto(id, '1', 'why')).rejects.toMatchObject({ code: 'match_unknown' });
  expect(await pullers.list()).toMatchObject([{ id, name: 'Cup', everyS: 3_600, on: true }]);
  await pullers.remove(id);
  expect(await pullers.list()).toEqual([]);
}

/** Prices from outside, and what was none. */
async function tickAll(boss: Client, at: Home): Promise<void> {
  const feed = await at.node.signUp({ handle: 'feed', scopes: ['ingest'] });
  const tick = { source: 's', symbol: 'A', time: 1_000_000, price: '1.50', size: '2', id: '1' };
  const { ticks } = clientAt(at.url, feed.key);
  const heard: unknown[] = [];
  const live = boss.live(['ticks/A', 'matches', 'dead-letters'], () => undefined, {
    onTick: ({ symbol, price, n }, after) => heard.push([symbol, price, n > 0, after]),
    onMatches: (matches) => heard.push(matches),
    onLetters: ({ open, newest }) => heard.push([open, newest]),
  });
  await expect.poll(() => heard).toEqual(expect.arrayContaining([[], [0, undefined]]));
  expect(await boss.matches.list()).toEqual([]);
  const wrong = [1, 2, 3].map((n) => ({ ...tick, id: `w${n}`, price: 'dear' }));
  expect(await ticks.ingest([tick, tick, ...wrong])).toMatchObject({
    taken: 1,
    repeated: 1,
    dead: 3,
  });
  const { list, latest, candles, symbols, ingest } = boss.ticks;
  await expect(ingest([tick])).rejects.toMatchObject({ code: 'scope_missing' });
  const time = '1970-01-01T00:00:01.000000Z';
  expect(await list({ symbol: 'A' })).toMatchObject({ items: [{ time, price: '1.50', id: '1' }] });
  expect(await latest(['A'])).toMatchObject([{ symbol: 'A', ticks: 1 }]);
  expect(await candles({ symbol: 'A' })).toMatchObject([{ ticks: 1, gap: 0 }]);
  expect((await symbols()).items.map(({ symbol }) => symbol)).toEqual(['A']);
  await expect.poll(() => heard).toContainEqual(['A', '1.50', true, undefined]);
  await expect.poll(() => heard).toContainEqual([3, expect.any(Number)]);
  live.close();
  const { deadLetters } = boss;
  const letters = await deadLetters.list({ reason: 'malformed' });
  expect(letters.open).toBe(3);
  const [first, second] = letters.items;
  expect(await deadLetters.replay(first?.id ?? '', { payload: { ...tick, id: '2' } })).toBe(false);
  await deadLetters.drop(second?.id ?? '');
  const again = await deadLetters.replayMany({ reason: 'malformed' });
  expect(again).toMatchObject({
    replayed: 0,
    refused: [{ message: expect.stringMatching(/price/) }],
  });
}

/** What anybody can see, and prove. */
async function proveAll(fg: Client): Promise<void> {
  const frames: string[] = [];
  const live = fg.live(['market/M1', 'me'], ({ topic, type }) => frames.push(`${type} ${topic}`));
  await expect.poll(() => frames).toContain('state me');
  await fg.buy({ ...BUY, spend: points('1') });
  await expect.poll(() => frames).toContain('event market/M1');
  live.close();
  const head = await fg.head();
  let lines = 0;
  for await (const line of fg.journal()) lines += line === '' ? 0 : 1;
  expect(lines).toBe(head.seq);
  expect(await fg.verify()).toMatchObject({
    agrees: true,
    entries: head.seq,
    redecided: head.seq,
    folded: 0,
    head: { seq: head.seq, hash: head.hash },
  });
  expect(fg.lastHead).toEqual({ seq: head.seq, hash: head.hash.slice(0, 8) });
  fg.forgetHead();
  expect(fg.lastHead).toBeUndefined();
}

describe.each(HOMES)('the SDK and a node on %s', { timeout: 300_000 }, (name, runs) => {
  test.runIf(runs)('[C50] every call is understood on both sides', async () => {
    const at = await home(name);
    const calls = new Calls();
    const [ana, boss, system] = [at.ana, at.boss, at.system].map((one) => calls.of(one));
    if (!ana || !boss || !system) throw new Error('three of them');
    await playAll(ana);
    await runAll(boss, system, at);
    await tellAll(ana, system);
    await mindAll(boss, at);
    await tickAll(boss, at);
    const clock = { ...calls.of(at.ana) };
    await clock.join('R1', 1).catch(() => undefined);
    await proveAll(ana);
    await system.seal();
    await expect(ana.buy(BUY)).rejects.toMatchObject({ code: 'sealed' });
    expect([...calls.made].sort()).toEqual([...Calls.all(at.ana)].sort());
  });

  test.runIf(runs)('[C51] every way to end is one of six, and says what is next', async () => {
    const at = await home(name);
    const { url, key, ana } = at;
    const ends = async (kind: string, call: Promise<unknown>, more: object = {}) =>
      expect(await call.catch((error: unknown) => error)).toMatchObject({ kind, ...more });
    const fetches = (fetch: Fetch) =>
      createClient({ url, key, fetch, attemptsMax: 1, onForked: () => undefined });
    await ends('invalid', ana.buy({ ...BUY, spend: 0n }), { field: 'spend' });
    const bound = { ...BUY, getsMin: points('99') };
    const moved = { refusal: 'price_moved', status: 422, final: true };
    await ends('refused', ana.buy(bound), moved);
    await ends('refused', ana.adoptRules(), { code: 'scope_missing', refusal: undefined });
    const nobody = createClient({ url: 'http://127.0.0.1:1', attemptsMax: 2 });
    await ends('not_now', nobody.head(), { code: 'unreachable' });
    // The order arrives; its answer is lost on the way.
    const lossy = fetches(async (to, init) => {
      await globalThis.fetch(to, init);
      throw new Error('cut');
    });
    await ends('unknown', lossy.buy(BUY, { key: 'mine' }), { key: 'mine', attempts: 1 });
    expect(await ana.receipt('mine')).toMatchObject({ state: 'done' });
    const again = await ana.buy(BUY, { key: 'mine', attemptsBefore: 1 });
    expect(again).toMatchObject({ replayed: true, attempts: 2 });
    expect((await ana.markets.get('M1')).trades).toBe(1);
    const astray = fetches((to, init) =>
      globalThis.fetch(to.replace('/v1/head', '/v1/asyncapi.json'), init),
    );
    await ends('fault', astray.head());
    const other = createClient({
      url,
      head: { seq: 1, hash: '00000000' },
      onForked: () => undefined,
    });
    await ends('forked', other.markets.list(), { seen: { seq: 1 } });
  });

  test.runIf(runs)('[C51] too many requests are not now, and say when', async () => {
    const { ana, url, key } = await home(name, {
      FAIRGROUND_RATE_TRADES: '1',
      FAIRGROUND_RATE_TRADES_BURST: '1',
    });
    await ana.buy(BUY);
    const hasty = createClient({ url, key, attemptsMax: 1 });
    const error: unknown = await hasty.buy(BUY).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'not_now', code: 'too_many_requests' });
    expect(error).toHaveProperty('retryAfterMs', expect.any(Number));
  });
});

test('[C52] the SDK knows every word of the edge, and the engine’s by their table', () => {
  expect([...EDGE_CODES].sort()).toEqual(Object.keys(EDGE).sort());
  expect(Object.keys(REFUSALS).length).toBeGreaterThan(30);
});
