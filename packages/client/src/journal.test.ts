import { afterEach, expect, test } from 'vitest';
import { hasty, refusal, type Script, type TinyServer, tinyServer } from '../test/tiny-server.js';
import { createClient } from './client.js';

let tiny: TinyServer;
afterEach(() => tiny?.close());

const line = (seq: number) => `{"v":1,"seq":${seq},"at":1,"x":"${'é'.repeat(seq)}"}`;
const text = (...seqs: number[]) => seqs.map((seq) => `${line(seq)}\n`).join('');

const sent = (body: string) => ({ status: 200, body });

async function collect(script: Script, options = {}): Promise<string[]> {
  tiny = await tinyServer(script);
  const client = createClient({ url: tiny.url, platform: hasty() });
  const lines: string[] = [];
  for await (const one of client.journal(options)) lines.push(one);
  return lines;
}

test('[K17] lines come byte for byte over several answers and cut lines, each once', async () => {
  const cut = { status: 200, cutAfter: text(3, 4) + line(5).slice(0, 12) };
  const lines = await collect([
    sent(text(1, 2)),
    cut,
    refusal(503, 'busy', false),
    sent(text(5)),
    sent(''),
  ]);
  expect(lines).toEqual([1, 2, 3, 4, 5].map(line));
  const paths = tiny.asked.map((one) => one.path);
  expect(paths).toEqual([1, 3, 5, 5, 6].map((from) => `/v1/journal?from=${from}&limit=10000`));
});

test('[K17] a bound holds, and a hole is a fault', async () => {
  expect(await collect([sent(text(4, 5, 6))], { from: 4, limit: 2 })).toEqual([4, 5].map(line));
  expect(tiny.asked.map((one) => one.path)).toEqual(['/v1/journal?from=4&limit=2']);
  await tiny.close();
  await expect(collect([sent(text(1, 3))])).rejects.toMatchObject({ kind: 'fault' });
});

test('[K13] a journal that cannot be reached ends in not_now', async () => {
  await expect(collect([refusal(503, 'no_leader', false)])).rejects.toMatchObject({
    kind: 'not_now',
    code: 'no_leader',
  });
  expect(tiny.asked).toHaveLength(6);
});
