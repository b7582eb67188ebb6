import { Link } from '@tanstack/react-router';
import { count } from '../figures.js';
import { useConnection } from '../hooks.js';
import { CopyButton } from '../parts/copy-button.js';

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
        <p className="quiet">
          Play money: Points cannot be bought or cashed. Football data: openfootball (CC0). Charts:
          TradingView Lightweight Charts™, © 2025 TradingView, Inc.
        </p>
      </div>
    </footer>
  );
}
