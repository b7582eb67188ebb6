/** Who trades here, or how to come in. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { points } from '../figures.js';
import { type MyAccount, useMe } from '../me.js';
import { KEY_SHAPE, setApiKey } from '../session.js';
import { errorWords } from '../words.js';

export function KeyField() {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const use = (): void => {
    const key = text.trim();
    if (KEY_SHAPE.test(key)) setApiKey(key);
    else setWrong(true);
  };
  return (
    <form
      className="key"
      onSubmit={(event) => {
        event.preventDefault();
        use();
      }}
    >
      <label htmlFor="key">Paste an API key to trade</label>
      <div className="key-line">
        <input
          id="key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder="fg_…"
          value={text}
          aria-invalid={wrong}
          aria-describedby="key-says"
          onChange={(event) => {
            setText(event.target.value);
            setWrong(false);
          }}
        />
        <button type="submit" className="button">
          Use
        </button>
      </div>
      <p id="key-says" className="quiet">
        {wrong ? (
          'That is not an API key: it begins with fg_.'
        ) : (
          <>
            Make one with <code>npm run fairground -- user create NAME</code>. It stays in this tab.
          </>
        )}
      </p>
    </form>
  );
}

/** What stands where only somebody can act who is in. */
export function ComeIn(props: { readonly to?: 'trade' | 'join' }) {
  return (
    <div className="come-in">
      <p>
        <Link to="/sign-in">Sign in</Link> or <Link to="/sign-up">open an account</Link> to
        {` ${props.to ?? 'trade'}`}.
      </p>
      <details>
        <summary>Use an API key</summary>
        <KeyField />
      </details>
    </div>
  );
}

/** Who I am here, and what I have to trade with. */
export function AccountLine(props: { readonly account: MyAccount }) {
  const { who, me, points: money } = props.account;
  return (
    <p className="account-line">
      <span>
        {me?.handle ?? 'You'} · <b className="figures">{points(money)}</b> Points
      </span>
      {who?.by === 'key' && (
        <button type="button" className="plain" onClick={() => setApiKey(undefined)}>
          Forget key
        </button>
      )}
    </p>
  );
}

/** Who joins here; `children` say with what he has. */
export function AccountBox(props: { readonly children: ReactNode }) {
  const account = useMe();
  return (
    <div className="account">
      <AccountLine account={account} />
      {account.error !== null && account.me === undefined ? (
        <p role="alert">{errorWords(account.error)}</p>
      ) : (
        props.children
      )}
    </div>
  );
}
