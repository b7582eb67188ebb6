import { Link } from '@tanstack/react-router';
import { turnTheme, useTheme } from '../theme.js';
import { ConnectionPill } from './connection.js';
import { MoonIcon, SunIcon, WheelIcon } from './icons.js';

function ThemeButton() {
  const theme = useTheme();
  const label = theme === 'dark' ? 'Turn the lights on' : 'Turn the lights off';
  return (
    <button
      type="button"
      className="icon-button"
      onClick={turnTheme}
      aria-label={label}
      title={label}
    >
      {theme === 'dark' ? <SunIcon /> : <MoonIcon />}
    </button>
  );
}

export function Header() {
  return (
    <header className="bar">
      <div className="bar-inner">
        <Link to="/" className="brand">
          <WheelIcon />
          <span>Fairground</span>
        </Link>
        <nav aria-label="Pages" className="bar-nav">
          <Link to="/" className="wide-only" activeOptions={{ exact: true, includeSearch: false }}>
            Markets
          </Link>
          <Link to="/proof">Proof</Link>
        </nav>
        <ConnectionPill />
        <ThemeButton />
      </div>
    </header>
  );
}
