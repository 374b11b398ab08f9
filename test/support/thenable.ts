/** What promises of other makes have in common, and nothing else. */
export function thenable(then: (done: (value: unknown) => void) => void): object {
  return new Proxy({}, { get: (_nothing, key) => (key === 'then' ? then : undefined) });
}
