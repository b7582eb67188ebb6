import { NotBuilt } from '../parts/not-built.js';

export function LaunchedPage() {
  return <NotBuilt name="Your rally" />;
}
