/** What comes from outside: prices, and matches that are played now. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from './root.js';

interface SymbolsSearch {
  readonly prefix?: string;
}

const ticks = createRoute({
  getParentRoute: () => rootRoute,
  path: '/ticks',
  validateSearch: ({ prefix }: Record<string, unknown>): SymbolsSearch =>
    typeof prefix === 'string' && prefix !== '' ? { prefix } : {},
  component: lazyRouteComponent(() => import('../screens/ticks.js'), 'TicksPage'),
});

const symbol = createRoute({
  getParentRoute: () => rootRoute,
  path: '/ticks/$symbol',
  component: lazyRouteComponent(() => import('../screens/symbol.js'), 'SymbolPage'),
});

const matches = createRoute({
  getParentRoute: () => rootRoute,
  path: '/matches',
  component: lazyRouteComponent(() => import('../screens/matches.js'), 'MatchesPage'),
});

export const outsideRoutes = [ticks, symbol, matches] as const;
