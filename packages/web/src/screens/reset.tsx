import { NotBuilt } from '../parts/not-built.js';

export function ResetPage() {
  return <NotBuilt name="Set a new password" />;
}
