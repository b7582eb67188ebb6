/** The price as a candle: it burns down as people join, past a mark for each tier, and is lit till the last one. */
import type { CSSProperties } from 'react';
import { brief, micros } from '../figures.js';
import type { Tier } from '../wire.js';

/** In the units of the drawing: where the wax begins at the start price, and where it stands. */
const TOP = 34;
const FOOT = 214;
/** Of its height this much stays even at no price at all, so that there is always something to see. */
const STUB = 0.18;

interface Melted extends CSSProperties {
  readonly '--melted': string;
}

/** How high the wax stands at a price, in the drawing. */
function heightAt(price: string, opening: string): number {
  const part = Number(micros(price) ?? 0n) / Math.max(1, Number(micros(opening) ?? 1n));
  return FOOT - (FOOT - TOP) * (STUB + (1 - STUB) * Math.min(1, part));
}

/** A word and its neighbour need so much room. */
const WORD = 17;

/** Where a mark is, and whether there is room for its price beside it. */
function marksOf(tiers: readonly Tier[], opening: string) {
  let last = Number.NEGATIVE_INFINITY;
  return tiers.map((tier) => {
    const at = heightAt(tier.price, opening);
    const isNamed = at - last >= WORD;
    if (isNamed) last = at;
    return { units: tier.units, at, name: isNamed ? tier.price : undefined };
  });
}

export function Candle(props: {
  readonly price: string;
  readonly opening: string;
  readonly tiers: readonly Tier[];
  readonly isLit: boolean;
  /** How often the price has fallen while it was looked at: each time it drips anew. */
  readonly falls: number;
}) {
  const { price, opening, tiers, isLit, falls } = props;
  const style: Melted = { '--melted': `${heightAt(price, opening) - TOP}px` };
  return (
    <svg className="candle" viewBox="0 0 150 240" aria-hidden="true" data-lit={isLit} style={style}>
      <defs>
        <clipPath id="candle-body">
          <rect x="30" y="0" width="60" height={FOOT} />
        </clipPath>
      </defs>
      {marksOf(tiers, opening).map(({ units, at, name }) => (
        <g key={units} className="candle-mark">
          <path d={`M92 ${at}H104`} />
          {name !== undefined && (
            <text x="108" y={at + 4}>
              {brief(name)}
            </text>
          )}
        </g>
      ))}
      <ellipse className="candle-dish" cx="60" cy={FOOT} rx="46" ry="9" />
      <g clipPath="url(#candle-body)">
        <g className="candle-wax">
          <rect className="candle-side" x="36" y={TOP} width="48" height="240" />
          <path
            className="candle-drips"
            d={`M36 ${TOP}h48v34a5 5 0 0 1-10 0v-14a5 5 0 0 0-10 0v30a5 5 0 0 1-10 0v-38a4 4 0 0 0-8 0v18a5 5 0 0 1-10 0z`}
          />
          <ellipse className="candle-rim" cx="60" cy={TOP} rx="24" ry="5" />
        </g>
      </g>
      <g className="candle-wax">
        <path className="candle-wick" d={`M60 ${TOP}v-9`} />
        {isLit && (
          <path
            className="candle-flame"
            d={`M60 ${TOP - 34}c7 9 9 14 9 19a9 9 0 0 1-18 0c0-5 2-10 9-19z`}
          />
        )}
      </g>
      {falls > 0 && (
        <g key={falls} className="candle-drops">
          <circle cx="45" cy={TOP} r="4" />
          <circle cx="60" cy={TOP} r="5" />
          <circle cx="76" cy={TOP} r="4" />
        </g>
      )}
    </svg>
  );
}
