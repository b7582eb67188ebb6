/** What became of the last command here; until that is final it is only said that it is being looked for. */
import { count, points, shares } from '../figures.js';
import type { OrderState } from '../orders.js';
import type { Order } from '../wire.js';
import { errorWords } from '../words.js';

function doneWords(order: Order): string {
  const { type, outcome, pays, gets, seq } = order;
  if (order.units !== undefined) {
    return `You are in with ${count(order.units)} units; ${points(pays)} Points are held for what was added. Entry ${seq}.`;
  }
  if (type === 'mint') {
    return `Minted ${shares(gets)} sets for ${points(pays)} Points, entry ${seq}.`;
  }
  if (type === 'merge') {
    return `Merged ${shares(pays)} sets for ${points(gets)} Points, entry ${seq}.`;
  }
  const buys = order.side === 'buy';
  const name = outcome === undefined ? '' : ` ${outcome}`;
  const [held, money] = buys ? [gets, pays] : [pays, gets];
  const verb = buys ? 'Bought' : 'Sold';
  const back = order.merged === undefined ? '' : ` ${mergedWords(order.merged)}`;
  return `${verb} ${shares(held)}${name} shares for ${points(money)} Points, entry ${seq}.${back}`;
}

const mergedWords = (merged: string): string =>
  `${shares(merged)} pairs were merged into ${points(merged)} Points.`;

const STEP_WORDS = {
  sending: 'Sending the order …',
  waiting: 'The node is busy; the order waits its turn …',
  checking: 'Checking what became of the order: no answer came. It counts once at most.',
} as const;

export function OrderNote(props: {
  readonly state: OrderState | undefined;
  readonly onClose: () => void;
}) {
  const { state } = props;
  if (!state) return null;
  if ('sent' in state) {
    return (
      <p className="note" role="status" data-tone={state.step === 'checking' ? 'warn' : 'calm'}>
        {STEP_WORDS[state.step]}
      </p>
    );
  }
  const done = state.step === 'done';
  return (
    <div className="note" role={done ? 'status' : 'alert'} data-tone={done ? 'good' : 'bad'}>
      <p>{done ? doneWords(state.answer) : errorWords(state.error)}</p>
      {!done && state.unsure && <p>An earlier attempt may have counted: look at your position.</p>}
      <button type="button" className="plain" onClick={props.onClose}>
        Close
      </button>
    </div>
  );
}
