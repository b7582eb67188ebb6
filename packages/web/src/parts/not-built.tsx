import { usePageTitle } from '../hooks.js';

/** A page that has its address already and nothing else. */
export function NotBuilt(props: { readonly name: string }) {
  usePageTitle(props.name);
  return (
    <div className="state">
      <h1>{props.name}</h1>
      <p className="quiet">Not built yet.</p>
    </div>
  );
}
