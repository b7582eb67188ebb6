/** All addresses of the pages. Each page is its own file, loaded when somebody goes there. */
import { createRouter } from '@tanstack/react-router';
import { keepPlace } from './back.js';
import { adminRoutes } from './routes/admin.js';
import { doorRoutes } from './routes/door.js';
import { outsideRoutes } from './routes/outside.js';
import { peopleRoutes } from './routes/people.js';
import { proofRoutes } from './routes/proof.js';
import { rootRoute } from './routes/root.js';
import { sellRoutes } from './routes/sell.js';
import { tradingRoutes } from './routes/trading.js';
import { PageFailure } from './shell/page-failure.js';
import { PageSkeleton } from './shell/page-skeleton.js';

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    ...tradingRoutes,
    ...peopleRoutes,
    ...doorRoutes,
    ...sellRoutes,
    ...adminRoutes,
    ...proofRoutes,
    ...outsideRoutes,
  ]),
  scrollRestoration: true,
  /** The code of a page is on its way while somebody still points at its link. */
  defaultPreload: 'intent',
  defaultPendingMs: 150,
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: PageFailure,
});

router.subscribe('onResolved', ({ toLocation }) => keepPlace(toLocation.href));

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
