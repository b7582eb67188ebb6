/** Where toasts stand: loaded with the first of them. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { firstToast } from '../toast.js';

const Notifications = lazy(async () => ({
  default: (await import('@mantine/notifications')).Notifications,
}));

export function Toasts() {
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    void firstToast().then(() => setWanted(true));
  }, []);
  if (!wanted) return null;
  return (
    <Suspense fallback={null}>
      <Notifications position="bottom-right" limit={4} />
    </Suspense>
  );
}
