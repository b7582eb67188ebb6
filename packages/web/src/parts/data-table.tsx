/** A dense table: columns that sort, rows that keep their height, and "more" where there is more. */
import { type ReactNode, useMemo, useState } from 'react';
import { Empty, Failure, Skeleton } from './states.js';

export interface Column<T> {
  readonly id: string;
  readonly name: string;
  readonly cell: (row: T) => ReactNode;
  /** What the column is sorted by; a column without it is not. */
  readonly by?: (row: T) => string | number | bigint;
  /** Figures stand at the end of their column. */
  readonly isFigure?: boolean;
  /** Left out where the screen is narrow. */
  readonly isWide?: boolean;
}

interface Sort {
  readonly column: string;
  readonly up: boolean;
}

function compare(a: string | number | bigint, b: string | number | bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function useSorted<T>(rows: readonly T[], columns: readonly Column<T>[], sort: Sort | undefined) {
  return useMemo(() => {
    const by = columns.find((one) => one.id === sort?.column)?.by;
    if (!by || !sort) return rows;
    const sorted = [...rows].sort((a, b) => compare(by(a), by(b)));
    return sort.up ? sorted : sorted.reverse();
  }, [rows, columns, sort]);
}

const classOf = <T,>({ isFigure, isWide }: Column<T>): string =>
  [isFigure === true ? 'figures end' : '', isWide === true ? 'wide' : ''].join(' ').trim();

function Head<T>(props: {
  readonly column: Column<T>;
  readonly sort: Sort | undefined;
  readonly onSort: (sort: Sort) => void;
}) {
  const { column, sort } = props;
  const mine = sort?.column === column.id ? sort : undefined;
  if (!column.by) {
    return (
      <th scope="col" className={classOf(column)}>
        {column.name}
      </th>
    );
  }
  return (
    <th
      scope="col"
      className={classOf(column)}
      aria-sort={mine ? (mine.up ? 'ascending' : 'descending') : 'none'}
    >
      <button
        type="button"
        className="sort"
        onClick={() => props.onSort({ column: column.id, up: mine ? !mine.up : false })}
      >
        {column.name}
        <span aria-hidden="true">{mine ? (mine.up ? ' ↑' : ' ↓') : ''}</span>
      </button>
    </th>
  );
}

export interface DataTableProps<T> {
  /** What the table lists, read aloud. */
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  /** Undefined while they are read. */
  readonly rows: readonly T[] | undefined;
  readonly keyOf: (row: T) => string;
  readonly empty: ReactNode;
  readonly sort?: Sort;
  readonly error?: unknown;
  readonly onRetry?: () => void;
  /** There are more behind a cursor. */
  readonly onMore?: (() => void) | undefined;
  readonly isReadingMore?: boolean;
}

export function DataTable<T>(props: DataTableProps<T>) {
  const { columns, rows, error } = props;
  const [sort, setSort] = useState(props.sort);
  const sorted = useSorted(rows ?? NONE, columns, sort);
  if (error !== undefined && error !== null && rows === undefined) {
    return <Failure error={error} retry={() => props.onRetry?.()} />;
  }
  if (rows === undefined) return <Skeleton lines={8} height={28} />;
  if (rows.length === 0) return <Empty>{props.empty}</Empty>;
  return (
    <div className="table-frame">
      <table className="tape data-table">
        <caption className="hidden">{props.caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={sort} onSort={setSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={props.keyOf(row)}>
              {columns.map((column) => (
                <td key={column.id} className={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {props.onMore && (
        <button
          type="button"
          className="button more"
          onClick={props.onMore}
          disabled={props.isReadingMore}
        >
          {props.isReadingMore === true ? 'Reading …' : 'Show more'}
        </button>
      )}
    </div>
  );
}

const NONE = [] as const;
