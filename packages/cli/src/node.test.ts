import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { configOf } from './node.js';

const terminal = {
  out: new PassThrough(),
  err: new PassThrough(),
  env: {},
  signal: new AbortController().signal,
};
const OPTIONS = { data: 'data', host: '127.0.0.1', port: 0 };

test('[C23] what an operator must say aloud is false until it is said', async () => {
  const overrides = { acceptLoss: false, unsafeLock: false, acceptClock: false, keepRules: false };
  expect(await configOf(terminal, OPTIONS)).toMatchObject(overrides);
  for (const name of ['acceptLoss', 'unsafeLock', 'acceptClock', 'keepRules'])
    expect(await configOf(terminal, { ...OPTIONS, [name]: true })).toMatchObject({
      ...overrides,
      [name]: true,
    });
});
