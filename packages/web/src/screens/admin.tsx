import { HousePart } from './admin-section.js';

/** The house begins with its markets. */
export function AdminPage() {
  return <HousePart section="markets" name="Markets" />;
}
