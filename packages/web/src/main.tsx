/** The page starts here: the theme before the first paint, one live feed, then React. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError, forgetCursor, get, sawCursor } from './api.js';
import { router } from './app.js';
import { LiveContext } from './hooks.js';
import { Kit } from './kit/provider.js';
import { Live } from './live.js';
import { resumeOrders } from './orders.js';
import { onWho, watchOtherTabs, who } from './session.js';
import { applyTheme, watchSystemTheme } from './theme.js';
import './theme.css';
import './kit/kit.js';
import './shell/shell.css';
import './parts/parts.css';

applyTheme();
watchSystemTheme();

const live = new Live({
  url: `${location.origin.replace(/^http/, 'ws')}/v1/stream`,
  chance: () => Math.random(),
  onCursor: sawCursor,
  onForked: forgetCursor,
  onRevoked: () => void stillIn(),
});
/** A session's cookie goes with the socket by itself; a key has to be said. */
const watcher = () => {
  const mine = who();
  return mine && (mine.by === 'key' ? { key: mine.key } : {});
};
/** A session that ended may have been renewed meanwhile, as by a new password: the node knows. */
async function stillIn(): Promise<void> {
  // Who has signed out needs no telling.
  if (who() === undefined) return;
  try {
    await get('/v1/me');
    live.watchAs(watcher());
  } catch {
    // A 401 has signed us out already; anything else says nothing of it.
  }
}
live.watchAs(watcher());
onWho(() => live.watchAs(watcher()));
watchOtherTabs();
live.hold('global');
live.start();
resumeOrders();

/** A no stays a no; what could not be reached is worth another try. */
const worthRetrying = (failures: number, error: Error): boolean =>
  failures < 2 && (!(error instanceof ApiError) || error.unknown || error.notNow);

const untilRetry = (failures: number, error: Error): number =>
  (error instanceof ApiError ? error.retryAfterMs : undefined) ?? 700 * 2 ** failures;

const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: worthRetrying, retryDelay: untilRetry, staleTime: 10_000 },
  },
});

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <LiveContext value={live}>
          <Kit>
            <RouterProvider router={router} />
          </Kit>
        </LiveContext>
      </QueryClientProvider>
    </StrictMode>,
  );
}
