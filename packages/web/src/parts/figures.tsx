/** Figures as every page shows them: in columns that line up, with signs that need no colour. */
import { ago, day, directionOf, points, signed } from '../figures.js';
import { nodeNow } from '../api.js';
import { useNow } from '../clock.js';
import { Arrow } from './price.js';

/** An amount of Points. */
export function Points(props: { readonly amount: string | undefined; readonly decimals?: number }) {
  return <span className="figures points">{points(props.amount, props.decimals)}</span>;
}

/** What was gained or lost: a sign, an arrow, then colour. */
export function Change(props: {
  readonly amount: string | undefined;
  /** What it counts, read aloud: "Points", "profit". */
  readonly says?: string;
}) {
  const { amount, says } = props;
  const direction = amount === undefined ? 'flat' : directionOf('0', amount);
  return (
    <span className="change figures" data-direction={direction}>
      <Arrow direction={direction} />
      {signed(amount)}
      {says !== undefined && <span className="hidden"> {says}</span>}
    </span>
  );
}

/** A part of one as a signed percentage: "0.25" is +25.0 %. */
export function ChangePart(props: { readonly part: string }) {
  const percent = Number(props.part) * 100;
  const direction = directionOf('0', props.part);
  return (
    <span className="change figures" data-direction={direction}>
      <Arrow direction={direction} />
      {percent > 0 ? '+' : percent < 0 ? '−' : ''}
      {Math.abs(percent).toFixed(1)}%
    </span>
  );
}

/** How long ago, by the node's clock. It keeps its width, so that its neighbours stand still. */
export function TimeAgo(props: { readonly at: string }) {
  useNow();
  return (
    <time className="figures time-ago" dateTime={props.at} title={day(props.at)}>
      {ago(props.at, nodeNow())}
    </time>
  );
}
