/** The seller's console. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from './root.js';

const sell = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sell',
  component: lazyRouteComponent(() => import('../screens/sell.js'), 'SellPage'),
});

const launched = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sell/$id',
  component: lazyRouteComponent(() => import('../screens/launched.js'), 'LaunchedPage'),
});

export const sellRoutes = [sell, launched] as const;
