/** The seller's console: launch a rally in one sight, and watch those that run. */
import { usePageTitle } from '../hooks.js';
import { Only } from '../parts/only.js';
import { LaunchForm } from '../sell/launch-form.js';
import { MyRallies } from '../sell/my-rallies.js';
import './rally.css';
import '../house/forms.css';
import '../sell/sell.css';

export function SellPage() {
  usePageTitle('Sell');
  return (
    <div className="stack">
      <h1>Sell</h1>
      <Only
        need="seller"
        signedOut="Sign in to launch a rally: a price that falls as people join."
        others="Only sellers launch rallies. An admin gives that role."
      >
        {({ account }) => (
          <>
            <LaunchForm seller={account} />
            <MyRallies seller={account} />
          </>
        )}
      </Only>
    </div>
  );
}
