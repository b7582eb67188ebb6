import { Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMe, useSignOut } from '../me.js';
import { UserIcon } from '../parts/icons.js';
import { setApiKey, useWho } from '../session.js';
import { turnTheme, useTheme } from '../theme.js';
import { toast } from '../toast.js';
import { errorWords } from '../words.js';

/** What is mine, and the way out. */
export function AccountMenu(props: { readonly name: string }) {
  const who = useWho();
  const handle = useMe().me?.handle;
  const signOut = useSignOut();
  const theme = useTheme();
  const leave = (): void => {
    if (who?.by === 'key') return setApiKey(undefined);
    signOut().catch((error: unknown) => toast({ says: errorWords(error), tone: 'bad' }));
  };
  return (
    <Menu position="bottom-end" width={220} shadow="md" returnFocus>
      <Menu.Target>
        <button type="button" className="icon-button" aria-label={`Account of ${props.name}`}>
          <UserIcon />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/portfolio">
          Portfolio
        </Menu.Item>
        {handle !== undefined && (
          <Menu.Item
            renderRoot={(given) => <Link to="/u/$handle" params={{ handle }} {...given} />}
          >
            Profile of {handle}
          </Menu.Item>
        )}
        <Menu.Item component={Link} to="/settings">
          Settings
        </Menu.Item>
        <Menu.Item onClick={turnTheme} closeMenuOnClick={false}>
          {theme === 'dark' ? 'Turn the lights on' : 'Turn the lights off'}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={leave}>{who?.by === 'key' ? 'Forget key' : 'Sign out'}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
