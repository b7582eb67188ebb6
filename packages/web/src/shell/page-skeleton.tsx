import { Skeleton } from '../parts/states.js';

/** What stands where a page will stand, while its code is on its way. */
export function PageSkeleton() {
  return (
    <div className="page-skeleton">
      <Skeleton lines={1} height={36} />
      <Skeleton lines={3} height={120} />
    </div>
  );
}
