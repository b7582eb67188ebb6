import { NotBuilt } from '../parts/not-built.js';

export function ProfilePage() {
  return <NotBuilt name="Profile" />;
}
