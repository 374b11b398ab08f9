import type { AnyEventObject } from 'xstate';
import type { ModelState, ModelStep, Step } from './driver.js';
import type { Advance, Model, Position } from './model.js';
import { publicStep, stateOf, TIME } from './views.js';

/** The events of a machine, or those of a state of it. */
export type EventSource =
  | readonly AnyEventObject[]
  | ((state: ModelState, steps: readonly ModelStep[]) => readonly AnyEventObject[]);

/** An event that can happen, and what the model makes of it. */
export interface Choice {
  readonly event: AnyEventObject;
  /** Computes it: of all that can happen in a walk one is taken. */
  readonly advance: () => Advance;
}

/** What can happen where the model is. */
export interface Choices {
  /** @param steps how the model has come there. */
  at(position: Position, steps: readonly Step[]): readonly Choice[];
  /** The same for one event; `undefined` if it cannot happen. */
  of(position: Position, event: AnyEventObject): Choice | undefined;
}

/**
 * Chooses what can happen: of `events` those for which the machine has a transition, whatever its guard says; of
 * `ignored` those for which it has none; and that time passes if the machine waits.
 */
export function createChoices(model: Model, events: EventSource, ignored: EventSource): Choices {
  const all = (source: EventSource, position: Position, steps: readonly Step[]) =>
    typeof source === 'function' ? source(stateOf(position), steps.map(publicStep)) : source;

  const wait = (position: Position): readonly Choice[] => {
    const waited = model.wait(position);
    return waited === undefined ? [] : [{ event: { type: TIME, ms: waited.ms }, advance: waited.advance }];
  };

  const tried = (position: Position, event: AnyEventObject, isHandled: boolean): readonly Choice[] =>
    !position.isFinal && model.canReport(position, event) && model.handles(position, event) === isHandled
      ? [{ event, advance: () => model.take(position, event) }]
      : [];

  return {
    at: (position, steps) =>
      position.isFinal
        ? []
        : [
            ...all(events, position, steps).flatMap((event) => tried(position, event, true)),
            ...all(ignored, position, steps).flatMap((event) => tried(position, event, false)),
            ...wait(position),
          ],
    of(position, event) {
      if (event.type === TIME) return wait(position)[0];
      return tried(position, event, true)[0] ?? (isIn(ignored, event) ? tried(position, event, false)[0] : undefined);
    },
  };
}

const isIn = (source: EventSource, { type }: AnyEventObject): boolean =>
  typeof source === 'function' || source.some((event) => event.type === type);
