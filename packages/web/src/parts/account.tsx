/** Who trades here: a pasted key, and what belongs to it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { points, shares, signed } from '../figures.js';
import { useMeState } from '../hooks.js';
import { meQuery, positionsQuery } from '../queries.js';
import { KEY_SHAPE, setApiKey } from '../session.js';
import type { Position } from '../wire.js';
import { errorWords } from '../words.js';
import { useSparingly } from './use-facts.js';

const READ_EVERY_MS = 3_000;

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

function PositionLines(props: { readonly position: Position | undefined }) {
  const { position } = props;
  if (!position) return <p className="quiet">You hold nothing here.</p>;
  return (
    <dl className="lines">
      {position.shares.map((held) => (
        <div key={held.outcome ?? ''}>
          <dt>You hold {held.outcome ?? ''}</dt>
          <dd className="figures">{shares(held.shares)}</dd>
        </div>
      ))}
      <div>
        <dt>Worth now</dt>
        <dd className="figures">{points(position.value)}</dd>
      </div>
      <div>
        <dt>Profit</dt>
        <dd className="figures">{signed(position.profit)}</dd>
      </div>
    </dl>
  );
}

/** My Points and my position here, up to date as my account moves. */
export function useAccount(apiKey: string, market: string) {
  const queries = useQueryClient();
  const me = useQuery(meQuery(apiKey));
  const positions = useQuery(positionsQuery(apiKey));
  const live = useMeState(true);
  const [read] = useState(() => () => {
    void queries.invalidateQueries({ queryKey: ['me'] });
    void queries.invalidateQueries({ queryKey: ['positions'] });
  });
  const readSparingly = useSparingly(read, READ_EVERY_MS);
  const seq = live?.seq;
  useEffect(() => {
    if (seq !== undefined) readSparingly();
  }, [seq, readSparingly]);
  const position = positions.data?.items.find((one) => one.market === market);
  return { me, position, money: live?.data.points ?? me.data?.points };
}

/** `children` say what I hold here, where shares and their worth do not. */
export function AccountBox(props: {
  readonly account: ReturnType<typeof useAccount>;
  readonly children?: ReactNode;
}) {
  const { me, position, money } = props.account;
  return (
    <div className="account">
      <p className="account-line">
        <span>
          {me.data?.handle ?? 'You'} · <b className="figures">{points(money)}</b> Points
        </span>
        <button type="button" className="plain" onClick={() => setApiKey(undefined)}>
          Forget key
        </button>
      </p>
      {me.isError ? (
        <p role="alert">{errorWords(me.error)}</p>
      ) : (
        (props.children ?? <PositionLines position={position} />)
      )}
    </div>
  );
}
