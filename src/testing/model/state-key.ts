/**
 * Makes a function that writes any value as text, so that two values that differ have different texts. Unlike
 * `JSON.stringify` it sees into Maps, Sets, and dates, knows `undefined` and numbers such as NaN, ignores the order of
 * keys, and takes cycles. Functions are the same if they are one object, and actors if they have one id.
 */
export function createKeyOf(): (value: unknown) => string {
  const identities = new WeakMap<object, number>();
  const above: object[] = [];
  let identitiesSoFar = 0;

  const identityOf = (of: object): string => {
    const known = identities.get(of);
    if (known !== undefined) return `#${known}`;
    identitiesSoFar += 1;
    identities.set(of, identitiesSoFar);
    return `#${identitiesSoFar}`;
  };

  const inner = (of: object, write: () => string): string => {
    const depth = above.indexOf(of);
    if (depth >= 0) return `^${depth}`;
    above.push(of);
    const text = write();
    above.pop();
    return text;
  };

  const list = (values: Iterable<unknown>): string => Array.from(values, write).join(',');

  const fields = (object: object): string =>
    Object.entries(object)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => `${JSON.stringify(key)}:${write(field)}`)
      .join(',');

  const write = (of: unknown): string => {
    if (typeof of === 'string') return JSON.stringify(of);
    if (typeof of === 'bigint') return `${of}n`;
    if (typeof of === 'function') return identityOf(of);
    // Each step of a model makes new actors of the same ids.
    if (isActor(of)) return `actor(${JSON.stringify(of.id)})`;
    if (typeof of !== 'object' || of === null) return Object.is(of, -0) ? '-0' : String(of);
    if (of instanceof Date) return `Date(${of.getTime()})`;
    if (of instanceof RegExp) return String(of);
    if (of instanceof Map) return inner(of, () => `Map(${list(of)})`);
    if (of instanceof Set) return inner(of, () => `Set(${list(of)})`);
    if (Array.isArray(of)) return inner(of, () => `[${list(of)}]`);
    if (of instanceof Error) return inner(of, () => `${of.name}(${JSON.stringify(of.message)},${fields(of)})`);
    const { constructor } = of;
    const name = constructor === Object || typeof constructor !== 'function' ? '' : constructor.name;
    return inner(of, () => `${name}{${fields(of)}}`);
  };

  return write;
}

function isActor(of: unknown): of is { readonly id: string } {
  return typeof of === 'object' && of !== null && 'sessionId' in of && 'getSnapshot' in of && 'id' in of;
}
