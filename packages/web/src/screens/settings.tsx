/** What somebody sets for himself here; and the way to be forgotten. */
import { Link } from '@tanstack/react-router';
import { usePageTitle } from '../hooks.js';
import { useMe } from '../me.js';
import { CopyButton } from '../parts/copy-button.js';
import { Segments } from '../parts/segments.js';
import { SignedOut } from '../parts/states.js';
import { useWho, type Who } from '../session.js';
import { DeleteMe } from '../settings/delete-me.js';
import { Keys } from '../settings/keys.js';
import { Password } from '../settings/password.js';
import { Sessions } from '../settings/sessions.js';
import { Mail, Webhooks } from '../settings/told.js';
import { chooseTheme, useThemeChoice } from '../theme.js';
import './people.css';

function Account() {
  const { me } = useMe();
  if (!me) return null;
  return (
    <section className="card pad" aria-labelledby="account">
      <h2 id="account">Account</h2>
      <dl className="lines">
        {me.handle !== undefined && (
          <>
            <dt>Handle</dt>
            <dd>
              <Link to="/u/$handle" params={{ handle: me.handle }}>
                {me.handle}
              </Link>
            </dd>
          </>
        )}
        <dt>In the journal</dt>
        <dd>
          <code>{me.account}</code> <CopyButton text={me.account} label="Copy" />
        </dd>
        <dt>Roles</dt>
        <dd>{['player', ...me.roles].join(', ')}</dd>
      </dl>
    </section>
  );
}

function Theme() {
  const theme = useThemeChoice();
  return (
    <section className="card pad" aria-labelledby="theme">
      <h2 id="theme">Theme</h2>
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
    </section>
  );
}

function Own(props: { readonly who: Who }) {
  const { who } = props;
  const handle = useMe().me?.handle ?? (who.by === 'session' ? who.handle : '');
  return (
    <>
      <Sessions who={who.id} />
      {who.by === 'session' && <Password handle={handle} />}
      <Keys who={who.id} />
      <Mail who={who.id} />
      <Webhooks who={who.id} />
      <DeleteMe who={who} handle={handle} />
    </>
  );
}

export function SettingsPage() {
  usePageTitle('Settings');
  const who = useWho();
  return (
    <div className="stack settings">
      <h1>Settings</h1>
      {who !== undefined && <Account />}
      <Theme />
      {who === undefined ? (
        <div className="card">
          <SignedOut>Sign in to see your account here.</SignedOut>
        </div>
      ) : (
        <Own who={who} />
      )}
    </div>
  );
}
