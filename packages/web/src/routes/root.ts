/** The frame that every page stands in. */
import { createRootRoute } from '@tanstack/react-router';
import { Frame } from '../shell/frame.js';
import { Missing } from '../screens/missing.js';
import { PageFailure } from '../shell/page-failure.js';

export const rootRoute = createRootRoute({
  component: Frame,
  notFoundComponent: Missing,
  errorComponent: PageFailure,
});
