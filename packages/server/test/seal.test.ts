/** The end of an exchange that goes on elsewhere. */
import { expect, test } from 'vitest';
import { buy, fair, stage, type Stage } from './bench.js';

const seal = (at: Stage, key: string, body: object = {}) =>
  at.call('POST', '/v1/admin/seal', { key, body });

test('[H30] only the operator’s token seals; then every write is final `sealed`, and reads go on', async () => {
  const at = await fair();
  const ask = { key: at.bob.key, body: buy('M1', '1'), once: 'before' };
  const before = await at.must('POST', '/v1/orders', ask);
  const tries = [
    await at.call('POST', '/v1/admin/seal', { body: {} }),
    await seal(at, at.bob.key),
    await seal(at, at.ana.key),
    await seal(at, at.token, { now: true }),
  ];
  expect(tries.map(({ status, json }) => [status, json.error.code])).toEqual([
    [401, 'unauthorized'],
    [403, 'scope_missing'],
    [403, 'not_allowed'],
    [400, 'bad_request'],
  ]);
  const { seq } = at.node.sequencer.head;
  expect((await seal(at, at.token)).json).toEqual({ seq: seq + 1 });
  const after = [
    await seal(at, at.token),
    await at.call('POST', '/v1/orders', { key: at.bob.key, body: buy('M1', '1') }),
    await at.call('POST', '/v1/admin/users', { key: at.token, body: { handle: 'late' } }),
    await at.call('POST', '/v1/admin/sweep-fees', { key: at.ana.key, body: {} }),
  ];
  expect(after.map(({ status, json }) => [status, json.error.code])).toEqual(
    after.map(() => [409, 'sealed']),
  );
  expect(at.node.vault.userOf('late')).toBeUndefined();
  expect((await at.must('POST', '/v1/orders', ask)).text).toBe(before.text);
  expect((await at.must('GET', '/v1/markets/M1')).json.title).toBe('Market M1');
  expect((await at.call('GET', '/readyz')).status).toBe(200);
  expect(at.node.sequencer.head.seq).toBe(seq + 1);
  await at.node.close();
});

test('[H30] a sealed exchange starts again, opens nobody who is pending, and leaves him so', async () => {
  const at = await fair();
  await at.node.vault.addUser({ account: 'acc_late', handle: 'late', created: 1, admin: false });
  await seal(at, at.token);
  const { head } = at.node.sequencer;
  await at.node.close();
  const again = await stage({ dir: at.dir });
  expect(again.node.sequencer.head).toEqual(head);
  expect(again.node.vault.pendingUsers()).toMatchObject([{ handle: 'late' }]);
  expect((await seal(again, again.token)).json.error.code).toBe('sealed');
  await again.node.close();
});
