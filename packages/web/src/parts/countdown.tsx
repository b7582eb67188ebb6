/** How long there is left, by the node's clock. */
import { nodeNow } from '../api.js';
import { useNow } from '../clock.js';

const two = (value: number): string => value.toString().padStart(2, '0');

/** "3 d 4 h", "4:05:09", "05:09". */
export function leftText(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor((seconds % 86_400) / 3_600)];
  if (days > 0) return `${days} d ${hours} h`;
  const clock = `${two(Math.floor((seconds % 3_600) / 60))}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${clock}` : clock;
}

export function Countdown(props: { readonly end: string }) {
  useNow();
  return (
    <time className="figures countdown" dateTime={props.end}>
      {leftText(Date.parse(props.end) - nodeNow())}
    </time>
  );
}
