/** Values that throw when they are read. */

/** What every trap and getter here throws. */
export function fail(): never {
  throw new Error('no');
}

/** An object whose property of that name throws when it is read. */
export function throwing(key: string): object {
  return Object.defineProperty({}, key, { enumerable: true, get: fail });
}

/** A proxy of which nothing can be asked: `Array.isArray` and `instanceof` throw, too. */
export function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
