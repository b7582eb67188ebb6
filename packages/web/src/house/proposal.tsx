/** What one admin has proposed and another has to confirm: exactly what, by whom, and why. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { shortId } from '../figures.js';
import { useMe } from '../me.js';
import { marketQuery } from '../queries.js';
import { ActButton } from './acts.js';
import { resolutionWords } from './verdicts.js';
import type { Proposed } from './wire-house.js';

export function ProposalCard(props: { readonly proposal: Proposed }) {
  const { proposal } = props;
  const { market: id, act, resolution, reason_hash, reason } = proposal;
  const me = useMe().me?.account;
  const market = useQuery(marketQuery(id)).data;
  const isMine = proposal.by === me;
  const what =
    act === 'cancel'
      ? 'Cancel it: everyone gets back what the market took.'
      : `Resolve it: ${resolutionWords(resolution, market?.outcomes)}.`;
  return (
    <section className="card pad stack proposal" aria-label={`Proposal for ${proposal.title}`}>
      <div>
        <Link to="/admin/markets/$id" params={{ id }}>
          <b>{proposal.title}</b>
        </Link>
        <p className="quiet">
          Proposed by {isMine ? 'you' : (proposal.handle ?? shortId(proposal.by))}
        </p>
      </div>
      <p className="proposal-what">{what}</p>
      <blockquote>{reason ?? 'The words of the reason are gone; their hash stays.'}</blockquote>
      {isMine ? (
        <p className="note">
          Another admin has to confirm it. Neither of you may hold shares there.
        </p>
      ) : (
        <ActButton
          label="Confirm"
          isMain
          title={`Confirm: ${proposal.title}`}
          verb="Confirm"
          path={`/v1/markets/${id}/confirm`}
          body={() => ({ act, ...endOf(resolution), reason_hash })}
          isDangerous={act === 'cancel'}
          done="Confirmed: it is done."
        >
          <p>{what}</p>
          <p className="quiet">You are the second person. It is done at once, and it is final.</p>
        </ActButton>
      )}
    </section>
  );
}

const endOf = (resolution: Proposed['resolution']): object => {
  if (resolution?.price !== undefined) return { price: resolution.price };
  return resolution?.payout ? { payout: resolution.payout } : {};
};
