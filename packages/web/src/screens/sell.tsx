import { NotBuilt } from '../parts/not-built.js';

export function SellPage() {
  return <NotBuilt name="Sell" />;
}
