/** A choice of two or three that are all in sight. */
export function Segments<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <fieldset className="segments">
      <legend className="hidden">{props.label}</legend>
      {props.options.map(([value, word]) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === props.value}
          data-value={value}
          className="figures"
          onClick={() => props.onChange(value)}
        >
          {word}
        </button>
      ))}
    </fieldset>
  );
}
