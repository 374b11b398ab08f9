/**
 * Gives a class what Web IDL (https://webidl.spec.whatwg.org/) wants of an interface and a class does not have:
 * constants on itself and on its instances, which cannot be changed; members that are enumerable; and its name in
 * `Object.prototype.toString`.
 */
export function asInterface(
  target: new (...args: never) => unknown,
  name: string,
  constants: Readonly<Record<string, number>>,
): void {
  const prototype = target.prototype as object;
  for (const key of Object.getOwnPropertyNames(prototype))
    if (key !== 'constructor') Object.defineProperty(prototype, key, { enumerable: true });
  for (const [key, value] of Object.entries(constants))
    for (const owner of [target, prototype]) Object.defineProperty(owner, key, { value, enumerable: true });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}

/** @throws {TypeError} when a call has no argument where one is required; one that is `undefined` counts. */
export function checkArguments({ length }: ArrayLike<unknown>, call: string): void {
  if (length === 0) throw new TypeError(`${call}: 1 argument is required, but there is none.`);
}
