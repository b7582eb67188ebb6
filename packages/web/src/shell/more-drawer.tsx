import { Drawer } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { PLACE_ICONS } from '../parts/icons.js';
import { useWho } from '../session.js';
import { chooseTheme, useThemeChoice } from '../theme.js';
import { Segments } from '../parts/segments.js';
import { OUTSIDE, type Place, SETTINGS } from './places.js';

/** The ways that do not fit below the page, and the lights. */
export function MoreDrawer(props: {
  readonly places: readonly Place[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const who = useWho();
  const theme = useThemeChoice();
  const places = [...props.places, ...OUTSIDE, ...(who === undefined ? [] : [SETTINGS])];
  return (
    <Drawer
      opened={props.isOpen}
      onClose={props.onClose}
      position="bottom"
      size="auto"
      title="More"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <nav aria-label="More pages" className="more-ways">
        {places.map(({ to, name, icon }) => {
          const Icon = PLACE_ICONS[icon];
          return (
            <Link key={to} to={to} onClick={props.onClose}>
              <Icon />
              {name}
            </Link>
          );
        })}
        {who === undefined && (
          <Link to="/sign-up" onClick={props.onClose}>
            <PLACE_ICONS.settings />
            Open an account
          </Link>
        )}
      </nav>
      <Segments
        label="Theme"
        value={theme}
        options={[
          ['light', 'Light'],
          ['dark', 'Dark'],
          ['system', 'System'],
        ]}
        onChange={chooseTheme}
      />
    </Drawer>
  );
}
