import { NotBuilt } from '../parts/not-built.js';

export function ForgotPage() {
  return <NotBuilt name="Forgot your password" />;
}
