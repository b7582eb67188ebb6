import { NotBuilt } from '../parts/not-built.js';

export function PortfolioPage() {
  return <NotBuilt name="Portfolio" />;
}
