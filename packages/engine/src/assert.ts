/** A broken assertion is a fault of ours, never a refusal: it stays on in production. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`engine: ${message}`);
}
