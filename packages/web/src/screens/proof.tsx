import { useQuery } from '@tanstack/react-query';
import { count } from '../figures.js';
import { useConnection, usePageTitle } from '../hooks.js';
import { Failure, Skeleton } from '../parts/states.js';
import { headQuery, proofQuery } from '../queries.js';
import type { Proof } from '../wire.js';
import './proof.css';

const sentence = (name: string): string => {
  const plain = name.replace(/_/g, ' ');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
};

function Invariants(props: { readonly proof: Proof }) {
  const { proof } = props;
  const holding = proof.invariants.filter((one) => one.holds).length;
  const good = proof.books_balance && holding === proof.invariants.length;
  return (
    <>
      <p className="verdict" data-good={good}>
        <span aria-hidden="true">{good ? '✓' : '✗'}</span>
        {proof.books_balance ? 'The books balance' : 'The books do not balance'}; {holding} of{' '}
        {proof.invariants.length} invariants hold at entry {count(proof.seq)}.
      </p>
      <ul className="invariants">
        {proof.invariants.map((one) => (
          <li key={one.name} data-good={one.holds}>
            <span aria-hidden="true">{one.holds ? '✓' : '✗'}</span>
            <span>
              {sentence(one.name)}
              <span className="hidden">{one.holds ? ': holds' : ': broken'}</span>
              {one.detail !== undefined && <small className="quiet">{one.detail}</small>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The newest entry's hash covers every entry before it: two people who see the same one share a history. */
function HeadCard() {
  const head = useQuery(headQuery());
  const { seq, hash } = useConnection();
  return (
    <section className="card pad" aria-labelledby="head">
      <h2 id="head">Head of the journal</h2>
      {head.isPending && <Skeleton lines={2} height={24} />}
      {head.isError && <Failure error={head.error} retry={() => void head.refetch()} />}
      {head.data && (
        <dl className="lines">
          <dt>Read at entry</dt>
          <dd className="figures">{count(head.data.seq)}</dd>
          <dt>Hash</dt>
          <dd>
            <code className="hash">{head.data.hash}</code>
          </dd>
          <dt>Journal</dt>
          <dd>
            <code className="hash">{head.data.journal}</code>
          </dd>
          <dt>Now</dt>
          <dd className="figures">
            {count(seq)} · <code>{hash}</code>
          </dd>
        </dl>
      )}
      <p className="quiet">
        Each hash covers its entry and the hash before it. Whoever keeps one of these can tell later
        whether the history was changed. Every entry is public:{' '}
        <a href="/v1/journal?from=1&limit=100">read the journal</a>, or check it all on your machine
        with <code>npm run fairground -- verify</code>.
      </p>
    </section>
  );
}

export function ProofPage() {
  const proof = useQuery(proofQuery());
  usePageTitle('Proof');
  return (
    <div className="proof">
      <h1>Proof</h1>
      <HeadCard />
      <section className="card pad" aria-labelledby="invariants">
        <div className="head-line">
          <h2 id="invariants">Invariants</h2>
          <button
            type="button"
            className="button"
            disabled={proof.isFetching}
            onClick={() => void proof.refetch()}
          >
            {proof.isFetching ? 'Checking …' : 'Check again'}
          </button>
        </div>
        {proof.isPending && <Skeleton lines={6} height={24} />}
        {proof.isError && <Failure error={proof.error} retry={() => void proof.refetch()} />}
        {proof.data && <Invariants proof={proof.data} />}
      </section>
    </div>
  );
}
