import type { AnyEventObject } from 'xstate';
import { wrongOption } from '../../transport/wrong-option.js';
import type { InspectedActor } from './inspected-actor.js';
import { eventShape, keysOf } from './shape.js';

/** What is shown of users' own actors. The names are those of `@statelyai/inspect`. */
export interface SanitizeOptions {
  /**
   * Makes what is shown of an event that a user's own actor takes. It gets the event itself, frames included, and what
   * it returns is shown; when it throws, the default is. Default: the type, and the other keys with the types of their
   * values.
   */
  readonly sanitizeEvent?: ((event: AnyEventObject, actor: InspectedActor) => AnyEventObject) | undefined;
  /**
   * Makes what is shown of the context of a user's own actor; when it throws, the default is. `(context) => context`
   * shows it whole. Default: the keys, with the types of their values.
   */
  readonly sanitizeContext?: ((context: unknown, actor: InspectedActor) => unknown) | undefined;
}

/** The same, made: never throws. */
export interface Sanitizers {
  event(event: AnyEventObject, actor: InspectedActor): AnyEventObject;
  context(context: unknown, actor: InspectedActor): unknown;
}

/** @throws {OptionError} unless each is a function. */
export function resolveSanitizers({ sanitizeEvent, sanitizeContext }: SanitizeOptions, where: string): Sanitizers {
  checkFunction(sanitizeEvent, `${where}: sanitizeEvent`);
  checkFunction(sanitizeContext, `${where}: sanitizeContext`);
  return {
    event(event, actor) {
      try {
        const shown: unknown = sanitizeEvent?.(event, actor);
        return isEvent(shown) ? shown : eventShape(event);
      } catch {
        return eventShape(event);
      }
    },
    context(context, actor) {
      if (sanitizeContext === undefined) return keysOf(context);
      try {
        return sanitizeContext(context, actor);
      } catch {
        return keysOf(context);
      }
    },
  };
}

function checkFunction(value: unknown, name: string): void {
  if (value !== undefined && typeof value !== 'function')
    throw wrongOption(name, `is of type ${typeof value}; it must be a function`);
}

function isEvent(value: unknown): value is AnyEventObject {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
