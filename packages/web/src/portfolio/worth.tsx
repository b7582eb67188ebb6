/** What I am worth, and how that came about. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { formatAmount } from '@fairground/engine';
import { micros, points } from '../figures.js';
import { useConnection } from '../hooks.js';
import { useMe } from '../me.js';
import { Change, Points } from '../parts/figures.js';
import { LazyChart } from '../parts/lazy-chart.js';
import { Segments } from '../parts/segments.js';
import { type Point, pointAt } from '../parts/series.js';
import { Failure, Skeleton } from '../parts/states.js';
import { useSparingly } from '../parts/use-facts.js';
import { type WorthLine, worthQuery } from '../people-queries.js';
import type { Worth } from '../people-wire.js';
import { ChartCredit } from '../parts/chart-credit.js';

const HOUR = 3_600;
const READ_EVERY_MS = 10_000;

const RANGES = [
  ['day', 'Day'],
  ['week', 'Week'],
  ['month', '30 days'],
] as const;
type Range = (typeof RANGES)[number][0];
const HOURS_OF: Readonly<Record<Range, number>> = { day: 24, week: 168, month: 720 };

const secondsOf = ({ at }: Worth): number => Date.parse(at) / 1_000;

/** A point each hour: where nothing was written nothing had changed. */
export function hourly(line: WorthLine, hours: number): readonly Point[] {
  const { now } = line;
  if (!now) return [];
  const all = [...line.hours.filter((one) => one.at < now.at), now];
  const to = Math.floor(secondsOf(now) / HOUR) * HOUR;
  const first = all[0] ?? now;
  const from = Math.max(to - (hours - 1) * HOUR, Math.floor(secondsOf(first) / HOUR) * HOUR);
  const made: Point[] = [];
  let next = 0;
  let equity = first.equity;
  for (let at = from; at <= to; at += HOUR) {
    for (let one = all[next]; one && secondsOf(one) < at + HOUR; one = all[++next]) {
      equity = one.equity;
    }
    const point = pointAt(at, HOUR, Number(equity));
    if (point) made.push(point);
  }
  return made;
}

/** What was gained since a day ago. */
export function gainedSince(line: WorthLine, seconds: number): string | undefined {
  const { now, hours } = line;
  if (!now) return undefined;
  const before = hours.filter((one) => secondsOf(one) <= secondsOf(now) - seconds).at(-1);
  return formatAmount((micros(now.profit) ?? 0n) - (micros(before?.profit) ?? 0n));
}

/** Prices move without my account: read again now and then, as the journal grows. */
function useWorth(who: string) {
  const queries = useQueryClient();
  const worth = useQuery(worthQuery(who));
  const { seq } = useConnection();
  const [read] = useState(() => () => void queries.invalidateQueries({ queryKey: ['worth'] }));
  const readSparingly = useSparingly(read, READ_EVERY_MS);
  useEffect(() => {
    if (seq > 0) readSparingly();
  }, [seq, readSparingly]);
  return worth;
}

const asPoints = (value: number): string => value.toFixed(0);
const NO_MARKS = [] as const;

function Line(props: { readonly line: WorthLine; readonly range: Range }) {
  const { line, range } = props;
  const made = useMemo(() => hourly(line, HOURS_OF[range]), [line, range]);
  if (made.length < 2) {
    return <p className="quiet">The line begins when your first hour is over.</p>;
  }
  return (
    <>
      <div className="chart-frame">
        <LazyChart price={{ points: made, newest: undefined }} marks={NO_MARKS} format={asPoints} />
      </div>
      <ChartCredit />
    </>
  );
}

const DAY = 86_400;

export function WorthCard(props: { readonly who: string }) {
  const worth = useWorth(props.who);
  const { points: money } = useMe();
  const [range, setRange] = useState<Range>('week');
  const line = worth.data;
  return (
    <section className="card pad" aria-labelledby="worth">
      <div className="head-line">
        <h2 id="worth">Worth</h2>
        <Segments label="How far back" value={range} options={RANGES} onChange={setRange} />
      </div>
      <dl className="tiles">
        <div>
          <dt>Points</dt>
          <dd className="figures">{points(money ?? line?.now?.points)}</dd>
        </div>
        <div>
          <dt>With what I hold</dt>
          <dd>
            <Points amount={line?.now?.equity} />
          </dd>
        </div>
        <div>
          <dt>Profit, last day</dt>
          <dd>
            <Change amount={line && gainedSince(line, DAY)} />
          </dd>
        </div>
        <div>
          <dt>Profit, ever</dt>
          <dd>
            <Change amount={line?.now?.profit} />
          </dd>
        </div>
      </dl>
      {worth.isPending && <Skeleton lines={1} height={220} />}
      {worth.isError && !line && <Failure error={worth.error} retry={() => void worth.refetch()} />}
      {line && <Line line={line} range={range} />}
    </section>
  );
}
