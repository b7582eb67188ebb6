/** What forms share: what the node says is wrong, at the field it is about. */
import { useMemo } from 'react';
import { ApiError, fieldFaults } from '../api.js';
import { errorWords } from '../words.js';

export interface FormFaults {
  /** For the `error` of a field of the kit, by its name in the body. */
  readonly of: (field: string) => string | undefined;
  /** What is about no field that this form shows. */
  readonly whole: string | undefined;
}

/** `fields`: the names in the body that the form shows. */
export function useFormFaults(error: unknown, fields: readonly string[]): FormFaults {
  const known = fields.join(' ');
  return useMemo(() => {
    const faults = fieldFaults(error);
    const names = known.split(' ');
    const shown = names.some((name) => faults[name] !== undefined);
    const unplaced =
      error instanceof ApiError
        ? error.details.filter(({ path }) => path === undefined || !names.includes(path))
        : [];
    const rest = unplaced.map(({ path, message }) =>
      path === undefined ? message : `${path}: ${message}`,
    );
    const isSaid = error === undefined || error === null || (shown && rest.length === 0);
    return {
      of: (field) => faults[field],
      whole: isSaid ? undefined : [errorWords(error), ...rest].join(' '),
    };
  }, [error, known]);
}

/** What is wrong with the whole of it. */
export function FormFault(props: { readonly faults: FormFaults }) {
  const { whole } = props.faults;
  if (whole === undefined) return null;
  return (
    <p role="alert" className="note" data-tone="bad">
      {whole}
    </p>
  );
}
