/** The load generator of `http`: a process of its own, told what to do by its argument. */
import autocannon from 'autocannon';

export interface Shot {
  readonly url: string;
  /** Each request takes the next. */
  readonly keys: readonly string[];
  readonly market: string;
  readonly connections: number;
  readonly seconds: number;
  /** Makes the idempotency keys of this shot its own. */
  readonly run: string;
}

export interface ShotResult {
  /** Requests a second that were answered 201. */
  readonly rate: number;
  readonly p99Ms: number;
  /** Answers that were anything else, and errors. */
  readonly other: number;
}

async function shoot({ url, keys, market, connections, seconds, run }: Shot): Promise<ShotResult> {
  let count = 0;
  const result = await autocannon({
    url: `${url}/v1/orders`,
    connections,
    duration: seconds,
    method: 'POST',
    requests: [
      {
        method: 'POST',
        path: '/v1/orders',
        setupRequest: (request: autocannon.Request) => {
          count++;
          return {
            ...request,
            headers: {
              'content-type': 'application/json',
              authorization: `Bearer ${keys[count % keys.length] ?? ''}`,
              'idempotency-key': `${run}-${count}`,
            },
            body: JSON.stringify({
              market,
              side: 'buy',
              outcome: (count * 2_654_435_761) & 16 ? 'YES' : 'NO',
              spend: '1.5',
            }),
          };
        },
      },
    ],
  });
  const done = result['2xx'];
  return {
    rate: done / result.duration,
    p99Ms: result.latency.p99,
    other: result.non2xx + result.errors + result.timeouts,
  };
}

const [, , url = '', keys = '', market = '', run = '', connections, seconds] = process.argv;
const shot = {
  url,
  keys: keys.split(','),
  market,
  run,
  connections: Number(connections),
  seconds: Number(seconds),
};
process.send?.(await shoot(shot), () => process.exit(0));
