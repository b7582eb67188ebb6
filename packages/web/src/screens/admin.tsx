import { NotBuilt } from '../parts/not-built.js';

export function AdminPage() {
  return <NotBuilt name="Admin" />;
}
