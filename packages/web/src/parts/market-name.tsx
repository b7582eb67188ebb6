/** A market by its title, where only its id is told. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { besideBadge } from '../figures.js';
import { marketQuery } from '../queries.js';

/** Titles hardly ever change. */
const STALE_MS = 600_000;

export const useTitle = (id: string): string => {
  const market = useQuery({ ...marketQuery(id), staleTime: STALE_MS });
  return market.data === undefined ? id : besideBadge(market.data.title);
};

export function MarketName(props: { readonly id: string; readonly title?: string }) {
  return (
    <Link to="/m/$id" params={{ id: props.id }} className="market-name">
      {props.title === undefined ? <Read id={props.id} /> : besideBadge(props.title)}
    </Link>
  );
}

const Read = (props: { readonly id: string }) => useTitle(props.id);
