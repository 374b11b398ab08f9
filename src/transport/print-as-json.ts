import { type InspectOptions, inspect } from 'node:util';

/** What says in plain values what it is. */
interface Describable {
  toJSON(): object;
}

/**
 * Has `console.log` and `util.inspect` print what the objects of a class say of themselves by `toJSON`, and not their
 * internals: of a connection these are 70 lines.
 *
 * @param name stands before it, and for the whole where there is no more depth.
 */
export function printAsJson(prototype: Describable, name: string): void {
  Object.defineProperty(prototype, inspect.custom, {
    value(this: Describable, depth: number, options: InspectOptions): string {
      return depth < 0 ? `[${name}]` : `${name} ${inspect(this.toJSON(), { ...options, depth })}`;
    },
  });
}
