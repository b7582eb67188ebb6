/** The house's own pages. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from './root.js';

const admin = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin',
  component: lazyRouteComponent(() => import('../screens/admin.js'), 'AdminPage'),
});

const section = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/$section',
  component: lazyRouteComponent(() => import('../screens/admin-section.js'), 'AdminSectionPage'),
});

const newMarket = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/new',
  component: lazyRouteComponent(() => import('../screens/admin-new.js'), 'AdminNewPage'),
});

const market = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/markets/$id',
  component: lazyRouteComponent(() => import('../screens/admin-market.js'), 'AdminMarketPage'),
});

export const adminRoutes = [admin, section, newMarket, market] as const;
