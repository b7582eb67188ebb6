import { NotBuilt } from '../parts/not-built.js';

export function NotificationsPage() {
  return <NotBuilt name="Notifications" />;
}
