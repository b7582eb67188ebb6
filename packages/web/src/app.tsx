/** The routes, and the frame around every screen. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  useParams,
  useSearch,
} from '@tanstack/react-router';
import { Footer } from './parts/footer.js';
import { Header } from './parts/header.js';
import type { Filters } from './queries.js';
import { Home } from './screens/home.js';
import { MarketScreen } from './screens/market.js';
import { Missing } from './screens/missing.js';
import { ProofScreen } from './screens/proof.js';

function Frame() {
  return (
    <>
      <a className="skip" href="#main">
        To the content
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <Footer />
    </>
  );
}

const rootRoute = createRootRoute({ component: Frame, notFoundComponent: Missing });

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

function HomePage() {
  const search = useSearch({ from: '/' });
  return <Home search={search} />;
}

function MarketPage() {
  const { id } = useParams({ from: '/m/$id' });
  return <MarketScreen key={id} id={id} />;
}

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: readSearch,
  component: HomePage,
});

const marketRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/m/$id',
  component: MarketPage,
});

const proofRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/proof',
  component: ProofScreen,
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([homeRoute, marketRoute, proofRoute]),
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
