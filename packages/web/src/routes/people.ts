/** Somebody's own pages, and what everybody may see of him. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from './root.js';

const portfolio = createRoute({
  getParentRoute: () => rootRoute,
  path: '/portfolio',
  component: lazyRouteComponent(() => import('../screens/portfolio.js'), 'PortfolioPage'),
});

const leaderboard = createRoute({
  getParentRoute: () => rootRoute,
  path: '/leaderboard',
  component: lazyRouteComponent(() => import('../screens/leaderboard.js'), 'LeaderboardPage'),
});

const profile = createRoute({
  getParentRoute: () => rootRoute,
  path: '/u/$handle',
  component: lazyRouteComponent(() => import('../screens/profile.js'), 'ProfilePage'),
});

const notifications = createRoute({
  getParentRoute: () => rootRoute,
  path: '/notifications',
  component: lazyRouteComponent(() => import('../screens/notifications.js'), 'NotificationsPage'),
});

const settings = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('../screens/settings.js'), 'SettingsPage'),
});

export const peopleRoutes = [portfolio, leaderboard, profile, notifications, settings] as const;
