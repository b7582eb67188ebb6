/** Prices from outside have more digits than Points: they are compared exactly, and cut only where they are shown. */
import type { Direction } from '../figures.js';

/** The most digits behind the point that anybody sends. */
const DIGITS = 18;
/** As many are shown; all of them stand in the title. */
const SHOWN = 8;

const FORM = /^(-?)(\d{1,18})(?:\.(\d{1,18}))?$/;

/** In units of the last digit there can be; undefined where it is no decimal. */
function unitsOf(text: string): bigint | undefined {
  const [, sign, head = '', tail = ''] = FORM.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const size = BigInt(head + tail.padEnd(DIGITS, '0'));
  return sign === '-' ? -size : size;
}

export function directionBetween(before: string, after: string): Direction {
  const moved = (unitsOf(after) ?? 0n) - (unitsOf(before) ?? 0n);
  if (moved === 0n) return 'flat';
  return moved > 0n ? 'up' : 'down';
}

/** How many digits stand behind the point, as far as they are shown. */
export const decimalsOf = (text: string): number =>
  Math.min(SHOWN, text.split('.')[1]?.length ?? 0);

/** "-1234.50" is "−1,234.50"; what has more digits than are shown is rounded half away from nothing. */
export function decimalText(text: string): string {
  const units = unitsOf(text);
  if (units === undefined) return text;
  const isCut = (text.split('.')[1]?.length ?? 0) > SHOWN;
  const digits = decimalsOf(text);
  const step = 10n ** BigInt(DIGITS - digits);
  const size = ((units < 0n ? -units : units) + step / 2n) / step;
  const scale = 10n ** BigInt(digits);
  const head = (size / scale).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  const rest = digits === 0 ? '' : `.${(size % scale).toString().padStart(digits, '0')}`;
  // Zeros that somebody sent stand; those that are left of a cut say nothing.
  const tail = isCut ? rest.replace(/\.?0+$/, '') : rest;
  return `${units < 0n && size > 0n ? '−' : ''}${head}${tail}`;
}
