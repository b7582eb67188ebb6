import { Link } from '@tanstack/react-router';

export function Missing() {
  return (
    <div className="state">
      <h1>There is nothing here.</h1>
      <p>
        <Link to="/">To the markets</Link>
      </p>
    </div>
  );
}
