/** What anybody can check: nothing here has to be believed. */
import { usePageTitle } from '../hooks.js';
import { HeadCard, useRemembered } from '../proof/head-card.js';
import { NodeProof } from '../proof/laws.js';
import { TwoNodes } from '../proof/two-nodes.js';
import { VerifyCard } from '../proof/verify-card.js';
import './proof.css';

export function ProofPage() {
  const [remembered, accept] = useRemembered();
  usePageTitle('Proof');
  return (
    <div className="proof">
      <h1>Proof</h1>
      <HeadCard remembered={remembered} onAccept={accept} />
      <VerifyCard />
      <NodeProof />
      <TwoNodes />
    </div>
  );
}
