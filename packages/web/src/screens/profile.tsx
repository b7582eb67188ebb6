/** What everybody may know of a player: the same that stands in the journal. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ApiError } from '../api.js';
import { assetWords } from '../asset-words.js';
import { points, shares } from '../figures.js';
import { usePageTitle } from '../hooks.js';
import { CopyButton } from '../parts/copy-button.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { Change, Points } from '../parts/figures.js';
import { MarketName } from '../parts/market-name.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { playerQuery } from '../people-queries.js';
import type { Player } from '../people-wire.js';
import './people.css';

type Holding = Player['positions'][number];

const COLUMNS: readonly Column<Holding>[] = [
  { id: 'market', name: 'Market', cell: ({ market }) => <MarketName id={market} /> },
  {
    id: 'held',
    name: 'Held',
    cell: (row) => `${shares(row.shares)} ${assetWords(row.asset, row.market)}`,
    isFigure: true,
  },
  { id: 'price', name: 'Price', cell: ({ price }) => points(price, 4), isFigure: true },
];

function Shown(props: { readonly player: Player }) {
  const { player } = props;
  return (
    <>
      <section className="card pad" aria-label="Figures">
        <dl className="tiles">
          <div>
            <dt>Profit</dt>
            <dd>
              <Change amount={player.profit} />
            </dd>
          </div>
          <div>
            <dt>Worth</dt>
            <dd>
              <Points amount={player.equity} />
            </dd>
          </div>
          <div>
            <dt>Points</dt>
            <dd>
              <Points amount={player.points} />
            </dd>
          </div>
        </dl>
        <p className="quiet account-id">
          In the journal: <code>{player.account}</code>{' '}
          <CopyButton text={player.account} label="Copy" />
        </p>
      </section>
      <section className="card pad" aria-labelledby="holds">
        <h2 id="holds">Holds</h2>
        <DataTable
          caption={`What ${player.handle} holds`}
          columns={COLUMNS}
          rows={player.positions}
          keyOf={({ asset }) => asset}
          empty="Nothing at the moment."
        />
      </section>
    </>
  );
}

export function ProfilePage() {
  const { handle } = useParams({ from: '/u/$handle' });
  usePageTitle(handle);
  const player = useQuery(playerQuery(handle));
  const isUnknown = player.error instanceof ApiError && player.error.code === 'account_unknown';
  return (
    <div className="stack">
      <h1>{player.data?.handle ?? handle}</h1>
      {player.isPending && <Skeleton lines={4} height={48} />}
      {player.isError && (
        <div className="card">
          {isUnknown ? (
            <Empty>Nobody here has this handle.</Empty>
          ) : (
            <Failure error={player.error} retry={() => void player.refetch()} />
          )}
        </div>
      )}
      {player.data && <Shown player={player.data} />}
    </div>
  );
}
