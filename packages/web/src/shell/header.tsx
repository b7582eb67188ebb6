/** The bar above every page: where to go, whether it is live, who I am. */
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { points } from '../figures.js';
import { useMe } from '../me.js';
import { MoonIcon, SunIcon, WheelIcon } from '../parts/icons.js';
import { turnTheme, useTheme } from '../theme.js';
import { Bell } from './notice-bell.js';
import { ConnectionPill } from './connection.js';
import { usePlaces } from './places.js';

const AccountMenu = lazy(async () => ({
  default: (await import('./account-menu.js')).AccountMenu,
}));

function ThemeButton() {
  const theme = useTheme();
  const label = theme === 'dark' ? 'Turn the lights on' : 'Turn the lights off';
  return (
    <button
      type="button"
      className="icon-button wide-only"
      onClick={turnTheme}
      aria-label={label}
      title={label}
    >
      {theme === 'dark' ? <SunIcon /> : <MoonIcon />}
    </button>
  );
}

/** My Points and what is mine; or the way in. */
function Account() {
  const { who, me, points: money } = useMe();
  if (who === undefined) {
    return (
      <div className="door">
        <Link to="/sign-in" className="button small">
          Sign in
        </Link>
        <Link to="/sign-up" className="button small accent wide-only">
          Sign up
        </Link>
      </div>
    );
  }
  const name = me?.handle ?? (who.by === 'session' ? who.handle : 'API key');
  return (
    <>
      <Link to="/portfolio" className="purse figures" title="Your Points">
        <span className="hidden">Your Points: </span>
        {money === undefined ? '…' : points(money)}
      </Link>
      <Suspense fallback={<span className="icon-button" aria-hidden="true" />}>
        <AccountMenu name={name} />
      </Suspense>
    </>
  );
}

export function Header() {
  const places = usePlaces();
  return (
    <header className="bar">
      <div className="bar-inner">
        <Link to="/" className="brand" aria-label="Fairground, home">
          <WheelIcon />
          <span className="brand-name">Fairground</span>
        </Link>
        <nav aria-label="Pages" className="bar-nav wide-only">
          {places.map(({ to, name }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              activeProps={{ 'aria-current': 'page' }}
            >
              {name}
            </Link>
          ))}
        </nav>
        <span className="bar-gap" />
        <ConnectionPill />
        <ThemeButton />
        <Bell />
        <Account />
      </div>
    </header>
  );
}
