/** What the node says of its own books: laws over its state, and statements over its tables. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { count } from '../figures.js';
import { useConnection } from '../hooks.js';
import { Failure, Skeleton } from '../parts/states.js';
import { useSparingly } from '../parts/use-facts.js';
import { proofQuery } from '../queries.js';
import type { Proof } from '../wire.js';

const READ_EVERY_MS = 5_000;

export const lawWords = (name: string): string => {
  const plain = name.replace(/_/g, ' ');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
};

function useProof() {
  const queries = useQueryClient();
  const { seq } = useConnection();
  const proof = useQuery(proofQuery());
  const [read] = useState(
    () => () => void queries.invalidateQueries({ queryKey: proofQuery().queryKey }),
  );
  const readSparingly = useSparingly(read, READ_EVERY_MS);
  useEffect(() => {
    if (seq > 0) readSparingly();
  }, [seq, readSparingly]);
  return proof;
}

function Mark(props: { readonly holds: boolean }) {
  return (
    <>
      <span aria-hidden="true">{props.holds ? '✓' : '✗'}</span>
      <span className="hidden">{props.holds ? 'Holds:' : 'Broken:'}</span>
    </>
  );
}

function Laws(props: { readonly proof: Proof }) {
  const { proof } = props;
  const holding = proof.invariants.filter((one) => one.holds).length;
  const good = proof.books_balance && holding === proof.invariants.length;
  return (
    <>
      <p className="verdict" data-good={good}>
        <span aria-hidden="true">{good ? '✓' : '✗'}</span>
        <span>
          {proof.books_balance ? 'The books balance' : 'The books do not balance'}; {holding} of{' '}
          {proof.invariants.length} invariants hold at entry {count(proof.seq)}.
        </span>
      </p>
      <ul className="invariants">
        {proof.invariants.map((one) => (
          <li key={one.name} data-good={one.holds}>
            <Mark holds={one.holds} />
            <span>
              {lawWords(one.name)}
              {one.detail !== undefined && <small className="quiet">{one.detail}</small>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Statements(props: { readonly tables: Proof['tables'] }) {
  const { tables } = props;
  if (!tables) return <p className="quiet">This node keeps no tables to ask.</p>;
  return (
    <>
      <p className="quiet">
        The tables stood at entry {count(tables.seq)} · <code>{tables.hash.slice(0, 8)}</code>. Each
        statement selects what breaks a promise, so no row is the good answer. Anybody with a copy
        of the tables can run them.
      </p>
      <ul className="statements">
        {tables.checks.map(({ name, sql, holds, found }) => (
          <li key={name} data-good={holds}>
            <details open={!holds}>
              <summary>
                <Mark holds={holds} /> {lawWords(name)}
                <span className="quiet">{holds ? 'no row' : 'rows that should not be'}</span>
              </summary>
              <pre>{sql.replace(/\n\s+/g, '\n  ')}</pre>
              {found && <pre>{found.join('\n')}</pre>}
            </details>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Both come in one answer. */
export function NodeProof() {
  const proof = useProof();
  const { data } = proof;
  return (
    <>
      <section className="card pad" aria-labelledby="invariants">
        <div className="head-line">
          <h2 id="invariants">Invariants</h2>
          <button
            type="button"
            className="button small"
            disabled={proof.isFetching}
            onClick={() => void proof.refetch()}
          >
            Check again
          </button>
        </div>
        {proof.isPending && <Skeleton lines={6} height={24} />}
        {proof.isError && !data && (
          <Failure error={proof.error} retry={() => void proof.refetch()} />
        )}
        {data && <Laws proof={data} />}
      </section>
      <section className="card pad" aria-labelledby="statements">
        <h2 id="statements">In SQL</h2>
        {proof.isPending && <Skeleton lines={5} height={24} />}
        {data && <Statements tables={data.tables} />}
      </section>
    </>
  );
}
