/** What is mine: Points, what I hold, and how it came about. */
import { usePageTitle } from '../hooks.js';
import { SignedOut } from '../parts/states.js';
import { Past } from '../portfolio/past.js';
import { Positions } from '../portfolio/positions.js';
import { WorthCard } from '../portfolio/worth.js';
import { useWho } from '../session.js';
import './people.css';

export function PortfolioPage() {
  usePageTitle('Portfolio');
  const who = useWho();
  return (
    <div className="stack">
      <h1>Portfolio</h1>
      {who === undefined ? (
        <div className="card">
          <SignedOut>
            Your Points, what you hold at the prices of now, and every leg of your ledger stand
            here.
          </SignedOut>
        </div>
      ) : (
        <>
          <WorthCard who={who.id} />
          <Positions who={who.id} />
          <Past who={who.id} />
        </>
      )}
    </div>
  );
}
