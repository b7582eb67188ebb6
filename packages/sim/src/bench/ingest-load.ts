/** The load generator of `ingest`: a process of its own, told what to do by messages, one at a time. */
import autocannon from 'autocannon';
import { type IngestResult, type IngestShot, tickOf } from './ingest-rows.js';

async function single({
  url,
  path,
  key,
  run,
  seconds = 1,
  connections,
}: IngestShot): Promise<IngestResult> {
  let count = 0;
  const result = await autocannon({
    url: `${url}${path}`,
    connections,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        path,
        setupRequest: (request: autocannon.Request) => ({
          ...request,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
          body: JSON.stringify(tickOf(run, count++)),
        }),
      },
    ],
  });
  return {
    rate: result['2xx'] / result.duration,
    p99Ms: result.latency.p99,
    other: result.non2xx + result.errors + result.timeouts,
  };
}

/** All bodies are made before the clock runs; so many are under way at once. */
async function batches({
  url,
  path,
  key,
  run,
  connections,
  ticks = 0,
  batch = 1,
}: IngestShot): Promise<IngestResult> {
  const bodies: string[] = [];
  for (let from = 0; from < ticks; from += batch) {
    const lines = Array.from({ length: Math.min(batch, ticks - from) }, (_, n) =>
      JSON.stringify(tickOf(run, from + n)),
    );
    bodies.push(`${lines.join('\n')}\n`);
  }
  const ms: number[] = [];
  let taken = 0;
  const headers = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${key}` };
  const begun = performance.now();
  const line = async (): Promise<void> => {
    for (let body = bodies.shift(); body !== undefined; body = bodies.shift()) {
      const sentAt = performance.now();
      const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body });
      const told: unknown = await answer.json();
      ms.push(performance.now() - sentAt);
      taken += takenOf(told);
    }
  };
  await Promise.all(Array.from({ length: connections }, line));
  const seconds = (performance.now() - begun) / 1_000;
  const sorted = ms.sort((a, b) => a - b);
  const p99Ms = Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0);
  return { rate: taken / seconds, p99Ms, other: ticks - taken };
}

const takenOf = (told: unknown): number => {
  const taken: unknown =
    typeof told === 'object' && told !== null ? Reflect.get(told, 'taken') : undefined;
  return typeof taken === 'number' ? taken : 0;
};

process.on('message', (shot: IngestShot) => {
  const done = shot.ticks === undefined ? single(shot) : batches(shot);
  void done.then((result) => process.send?.(result));
});
