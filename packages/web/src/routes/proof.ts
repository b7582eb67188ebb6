/** What anybody can check. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from './root.js';

const proof = createRoute({
  getParentRoute: () => rootRoute,
  path: '/proof',
  component: lazyRouteComponent(() => import('../screens/proof.js'), 'ProofPage'),
});

export const proofRoutes = [proof] as const;
