/** Where a chart will stand: its code comes when it is shown, and its place is kept from the start. */
import { lazy, Suspense } from 'react';
import type { PriceChart } from './chart.js';

const Drawn = lazy(async () => ({ default: (await import('./chart.js')).PriceChart }));

export function LazyChart(props: Parameters<typeof PriceChart>[0]) {
  return (
    <Suspense fallback={<div className="chart-box chart-coming" aria-busy="true" />}>
      <Drawn {...props} />
    </Suspense>
  );
}
