import { NotBuilt } from '../parts/not-built.js';

export function SettingsPage() {
  return <NotBuilt name="Settings" />;
}
