import { typedAmount } from '../figures.js';

/** How much: typed, or a usual amount at a touch. */
export function Amount(props: {
  readonly label: string;
  readonly text: string;
  readonly chips: readonly string[];
  /** All that there is; undefined where there is nothing to have all of. */
  readonly all: string | undefined;
  readonly onText: (text: string) => void;
}) {
  const { label, text, chips, all, onText } = props;
  const wrong = text.trim() !== '' && typedAmount(text) === undefined;
  return (
    <div className="amount">
      <label htmlFor="amount">{label}</label>
      <input
        id="amount"
        inputMode="decimal"
        autoComplete="off"
        className="figures"
        placeholder="0"
        maxLength={20}
        value={text}
        aria-invalid={wrong}
        aria-describedby="amount-says"
        onChange={(event) => onText(event.target.value)}
      />
      <div className="chips small">
        {chips.map((chip) => (
          <button key={chip} type="button" className="chip" onClick={() => onText(chip)}>
            {chip}
          </button>
        ))}
        {all !== undefined && (
          <button type="button" className="chip" onClick={() => onText(all)}>
            All
          </button>
        )}
      </div>
      <p id="amount-says" className={wrong ? 'fault' : 'hidden'} role={wrong ? 'alert' : undefined}>
        {wrong ? 'That is not an amount. Write it like 12.50.' : 'An amount above zero.'}
      </p>
    </div>
  );
}
