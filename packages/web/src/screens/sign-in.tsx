import { NotBuilt } from '../parts/not-built.js';

export function SignInPage() {
  return <NotBuilt name="Sign in" />;
}
