import { NotBuilt } from '../parts/not-built.js';

export function ConfirmPage() {
  return <NotBuilt name="Confirm your address" />;
}
