import type { AnyEventObject } from 'xstate';

/** How many keys of an object are shown; the rest is only counted as being there. */
const MOST_KEYS = 50;

/** How long a name that code has given may be: keys, types of events, names of errors. */
const LONGEST_NAME = 200;

const UNREADABLE = '[unreadable]';

/** Stands for a value: its type, and how much it holds. It has nothing of the content. Never throws. */
export function shapeOf(value: unknown): string {
  if (value === null || value === undefined) return `[${value}]`;
  if (typeof value !== 'object') return `[${typeof value}]`;
  try {
    if (Array.isArray(value)) return `[list of ${value.length}]`;
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Map) return `[Map of ${value.size}]`;
    if (value instanceof Set) return `[Set of ${value.size}]`;
    return value instanceof Error ? '[error]' : '[object]';
  } catch {
    return UNREADABLE;
  }
}

/** An object as its keys, each with the shape of its value; anything else as its shape. Never throws. */
export function keysOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || shapeOf(value) !== '[object]') return shapeOf(value);
  const shown: Record<string, string> = {};
  let count = 0;
  try {
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      count += 1;
      if (count > MOST_KEYS) {
        shown['...'] = '[more]';
        break;
      }
      shown[shortened(key)] = memberShape(value, key);
    }
  } catch {
    return UNREADABLE;
  }
  return shown;
}

/** An event of a user's actor as its type, and its other keys with the shapes of their values. Never throws. */
export function eventShape(event: AnyEventObject): AnyEventObject {
  const keys = keysOf(event);
  return { ...(typeof keys === 'object' ? keys : {}), type: typeOf(event) };
}

/** An error as its name and code, without its message. Never throws. */
export function errorShape(error: unknown): unknown {
  try {
    if (!(error instanceof Error)) return shapeOf(error);
    const code: unknown = 'code' in error ? error.code : undefined;
    const isCode = typeof code === 'number' || (typeof code === 'string' && /^[A-Z][A-Z\d_]{1,60}$/.test(code));
    const name = /^\w{1,60}$/.test(error.name) ? error.name : 'Error';
    return isCode ? { name, code } : { name };
  } catch {
    return UNREADABLE;
  }
}

function typeOf(event: AnyEventObject): string {
  try {
    const type: unknown = event.type;
    return typeof type === 'string' ? shortened(type) : shapeOf(type);
  } catch {
    return UNREADABLE;
  }
}

function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}...`;
}

/** A getter is not called: it is the user's code. */
function memberShape(value: object, key: string): string {
  const descriptor = Object.getOwnPropertyDescriptor(value, key);
  return descriptor === undefined || !('value' in descriptor) ? '[getter]' : shapeOf(descriptor.value);
}
