import { Link } from '@tanstack/react-router';
import { count } from '../figures.js';
import { useConnection } from '../hooks.js';
import { CopyButton } from '../parts/copy-button.js';
import { OUTSIDE } from './places.js';

export function Footer() {
  const { seq, hash } = useConnection();
  return (
    <footer className="foot">
      <div className="foot-inner">
        <p>
          Journal entry <b className="figures">{count(seq)}</b>
          {hash !== '' && (
            <>
              {' · '}
              <code>{hash}</code>
            </>
          )}{' '}
          · <Link to="/proof">check it</Link>{' '}
          {hash !== '' && <CopyButton text={`${seq}.${hash}`} label="Copy" />}
        </p>
        <nav aria-label="From outside" className="foot-ways">
          {OUTSIDE.map(({ to, name }) => (
            <Link key={to} to={to}>
              {name}
            </Link>
          ))}
        </nav>
        <p className="quiet">
          Play money: Points cannot be bought or cashed. Football data: openfootball (CC0). Charts:
          TradingView Lightweight Charts™, © 2025 TradingView, Inc.
        </p>
      </div>
    </footer>
  );
}
