import { inspect } from 'node:util';
import type { AnyEventObject } from 'xstate';
import type { ModelState, ModelStep, Step } from './driver.js';
import type { Position } from './model.js';

/** The event that stands for a wait. */
export const TIME = 'wirekeeper.time';

/** A position as users see it. */
export const stateOf = ({ name, snapshot }: Position): ModelState => ({
  name,
  context: snapshot.context,
  snapshot,
});

/** A step as users see it. */
export const publicStep = ({ event, from, to }: Step): ModelStep => ({
  event,
  from: stateOf(from),
  to: stateOf(to),
});

/** An event in one line: `add { item: 'tea' }`, `after 1000 ms`. */
export function textOf({ type, ...payload }: AnyEventObject): string {
  if (type === TIME) return `after ${String(payload['ms'])} ms`;
  if (Object.keys(payload).length === 0) return type;
  return `${type} ${inspect(payload, { breakLength: Number.POSITIVE_INFINITY, maxStringLength: 40, depth: 3 })}`;
}

/** A way in one line: `red --go--> green --after 1000 ms--> yellow`. */
export const trailOf = (start: Position, steps: readonly Step[]): string =>
  [start.name, ...steps.map(({ event, to }) => `--${textOf(event)}--> ${to.name}`)].join(' ');
