import type { ValueDescription } from './description.js';

/** Describes what is either data or a function that makes it. `undefined` stays that. */
export function describeValue(value: unknown): ValueDescription | undefined {
  return value === undefined ? undefined : { isStatic: isData(value), value };
}

/** Whether JSON can carry a value. A member that is `undefined` is none. */
export function isData(value: unknown, outer: readonly unknown[] = []): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || outer.includes(value)) return false;
  const around = [...outer, value];
  if (Array.isArray(value)) return value.every((item) => isData(item, around));
  return isPlain(value) && Object.values(value).every((member) => member === undefined || isData(member, around));
}

/** The part of a value that JSON can carry; `undefined` if there is none. */
export function dataOf(value: unknown, outer: readonly unknown[] = []): unknown {
  if (typeof value !== 'object' || value === null) return isData(value) ? value : undefined;
  if (outer.includes(value)) return undefined;
  const around = [...outer, value];
  if (Array.isArray(value)) return value.map((item) => dataOf(item, around) ?? null);
  if (!isPlain(value)) return undefined;
  const members = Object.entries(value).map(([key, member]) => [key, dataOf(member, around)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}

/** A member of an object or a function; `undefined` of anything else. */
export function memberOf(value: unknown, key: string): unknown {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject ? (Reflect.get(value, key) as unknown) : undefined;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
