/** On the home page: the matches that are played now, in one line that scrolls. Nothing where there are none. */
import { Link } from '@tanstack/react-router';
import { useTopic } from '../hooks.js';
import { lineOf, minuteOf } from './match-words.js';
import './live-line.css';

const SHOWN = 12;

export function LiveLine() {
  const state = useTopic('matches');
  const live = state?.items.filter(({ status }) => status === 'live').slice(0, SHOWN) ?? [];
  if (live.length === 0) return null;
  return (
    <Link to="/matches" className="live-line card" aria-label="Matches that are played now">
      <span className="live-word">
        <i className="live-lamp" aria-hidden="true" /> Now
      </span>
      {live.map((match) => (
        <span key={`${match.puller} ${match.item}`} className="live-match figures">
          {lineOf(match)} <span className="quiet">{minuteOf(match)}</span>
        </span>
      ))}
    </Link>
  );
}
