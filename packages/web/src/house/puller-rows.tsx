/** The parts of a mapping of which there may be several: what is counted, and which markets it is about. */
import { Button, Checkbox, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Fields } from './puller-draft.js';

interface RowField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** Of four columns: 1 when absent. */
  readonly span?: 2 | 4;
}

const COUNT: readonly RowField[] = [
  { name: 'count', label: 'Count', hint: 'home' },
  { name: 'path', label: 'Path', hint: 'goals.home' },
  { name: 'market', label: 'Stock', hint: 'P-{home.code}' },
  { name: 'kind', label: 'Kind of fact', hint: 'goal' },
  { name: 'max', label: 'Never above', hint: '99' },
  { name: 'rise_max', label: 'Up at once', hint: '5' },
  { name: 'fall_max', label: 'Down at once', hint: '2' },
];
const MARKET: readonly RowField[] = [
  { name: 'market', label: 'Market', hint: 'id: 4711 = M1', span: 2 },
  { name: 'path', label: 'Winner at', hint: 'winner', span: 2 },
  { name: 'is', label: 'Comes to', hint: 'home = HOME, away = AWAY', span: 4 },
];
const ROWS_MAX = 16;

export interface RowsProps {
  readonly rows: readonly Fields[];
  readonly faultOf: (field: string) => string | undefined;
  readonly onRows: (rows: readonly Fields[]) => void;
}

interface Kind {
  readonly at: string;
  readonly word: string;
  readonly legend: string;
  readonly says: string;
  readonly fields: readonly RowField[];
  readonly more?: (row: Fields, set: (name: string, text: string) => void) => ReactNode;
}

function Rows(props: RowsProps & { readonly kind: Kind }) {
  const { rows, onRows, faultOf, kind } = props;
  const setAt = (place: number) => (name: string, text: string) =>
    onRows(rows.map((row, at) => (at === place ? { ...row, [name]: text } : row)));
  return (
    <fieldset className="mapping-rows">
      <legend>{kind.legend}</legend>
      <p className="quiet">{kind.says}</p>
      {rows.map((row, place) => (
        <div
          key={place}
          className="mapping-row"
          role="group"
          aria-label={`${kind.word} ${place + 1}`}
        >
          {kind.fields.map(({ name, label, hint, span = 1 }) => (
            <TextInput
              key={name}
              className={`span-${span}`}
              label={label}
              placeholder={hint ?? ''}
              value={row[name] ?? ''}
              error={faultOf(`mapping.${kind.at}.${place}.${name}`)}
              onChange={(event) => setAt(place)(name, event.currentTarget.value)}
              spellCheck={false}
              autoCapitalize="off"
            />
          ))}
          {kind.more?.(row, setAt(place))}
          <Button
            variant="subtle"
            aria-label={`Remove ${kind.word.toLowerCase()} ${place + 1}`}
            onClick={() => onRows(rows.filter((_, at) => at !== place))}
          >
            Remove
          </Button>
        </div>
      ))}
      <Button
        variant="default"
        disabled={rows.length >= ROWS_MAX}
        onClick={() => onRows([...rows, {}])}
      >
        Add a {kind.word.toLowerCase()}
      </Button>
    </fieldset>
  );
}

const COUNTS: Kind = {
  at: 'counts',
  word: 'Count',
  legend: 'What is counted',
  says: 'From 1 to 3 is two facts of a stock; without one it is only shown.',
  fields: COUNT,
};

const MARKETS: Kind = {
  at: 'markets',
  word: 'Market',
  legend: 'Markets of a match',
  says: 'An id with fields in braces, or a table by one field.',
  fields: MARKET,
  more: (row, set) => (
    <Checkbox
      className="mapping-wide"
      label="Nobody trades from kick-off to whistle"
      checked={row['pauses'] === 'yes'}
      onChange={(event) => set('pauses', event.currentTarget.checked ? 'yes' : '')}
    />
  ),
};

export const CountRows = (props: RowsProps) => <Rows {...props} kind={COUNTS} />;
export const MarketRows = (props: RowsProps) => <Rows {...props} kind={MARKETS} />;
