import type { StateValue } from 'xstate';

/**
 * A state as a path: `closing.awaitingPeer`.
 *
 * @throws {Error} for a parallel state, which is in several places at once.
 */
export function pathOf(value: StateValue): string {
  if (typeof value === 'string') return value;
  const [entry, ...parallel] = Object.entries(value);
  if (entry === undefined || parallel.length > 0)
    throw new Error(`a parallel state has no path: ${JSON.stringify(value)}`);
  const [name, inner] = entry;
  return inner === undefined ? name : `${name}.${pathOf(inner)}`;
}

/** The inverse of `pathOf`. */
export function valueOf(path: string): StateValue {
  const [name = '', ...inner] = path.split('.');
  return inner.length === 0 ? name : { [name]: valueOf(inner.join('.')) };
}
