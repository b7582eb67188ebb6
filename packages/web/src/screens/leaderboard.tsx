import { NotBuilt } from '../parts/not-built.js';

export function LeaderboardPage() {
  return <NotBuilt name="Leaderboard" />;
}
