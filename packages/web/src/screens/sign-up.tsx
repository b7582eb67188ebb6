import { NotBuilt } from '../parts/not-built.js';

export function SignUpPage() {
  return <NotBuilt name="Open an account" />;
}
