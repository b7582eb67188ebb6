import { NotBuilt } from '../parts/not-built.js';

export function AdminSectionPage() {
  return <NotBuilt name="Admin" />;
}
