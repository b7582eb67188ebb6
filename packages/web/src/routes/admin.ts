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

export const adminRoutes = [admin, section] as const;
