/** Home and the page of one market, whichever kind it is. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Filters } from '../queries.js';
import { rootRoute } from './root.js';

type HomeSearch = Partial<Filters>;

const word = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** What stands in the address survives a reload and can be sent to someone. */
function readSearch(raw: Record<string, unknown>): HomeSearch {
  const names = ['search', 'category', 'status', 'sort'] as const;
  const found: { -readonly [K in keyof Filters]?: Filters[K] } = {};
  for (const name of names) {
    const value = word(raw[name]);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

const home = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('../screens/home.js'), 'HomePage'),
});

const market = createRoute({
  getParentRoute: () => rootRoute,
  path: '/m/$id',
  component: lazyRouteComponent(() => import('../screens/market.js'), 'MarketPage'),
});

export const tradingRoutes = [home, market] as const;
