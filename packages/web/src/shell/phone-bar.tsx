/** Where a thumb reaches: the first ways below the page, the others behind "More". */
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { MoreIcon, PLACE_ICONS } from '../parts/icons.js';
import { type Place, usePlaces } from './places.js';

const MoreDrawer = lazy(async () => ({ default: (await import('./more-drawer.js')).MoreDrawer }));

const FIRST = 4;

function Way(props: { readonly place: Place }) {
  const { to, name, icon } = props.place;
  const Icon = PLACE_ICONS[icon];
  return (
    <Link
      to={to}
      activeOptions={{ exact: to === '/', includeSearch: false }}
      activeProps={{ 'aria-current': 'page' }}
    >
      <Icon />
      {name}
    </Link>
  );
}

export function PhoneBar() {
  const places = usePlaces();
  const [isOpen, setOpen] = useState(false);
  const [wasOpen, setWasOpen] = useState(false);
  const open = (): void => {
    setWasOpen(true);
    setOpen(true);
  };
  return (
    <>
      <nav aria-label="Main pages" className="phone-bar">
        {places.slice(0, FIRST).map((place) => (
          <Way key={place.to} place={place} />
        ))}
        <button type="button" onClick={open} aria-haspopup="dialog" aria-expanded={isOpen}>
          <MoreIcon />
          More
        </button>
      </nav>
      {wasOpen && (
        <Suspense fallback={null}>
          <MoreDrawer places={places.slice(FIRST)} isOpen={isOpen} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
