import type { Unsubscribable } from 'rxjs';
import type { InspectionEvent, Observer } from 'xstate';
import type { Supervisor } from '../../supervisor/api/supervisor.js';
import { read, readOptions } from '../../transport/read-options.js';
import { show } from '../../transport/show.js';
import { wrongOption } from '../../transport/wrong-option.js';
import { Gate } from './gate.js';
import { logicsShown } from './handler-system.js';
import type { TreeActor } from './inspected-actor.js';
import { presentOf } from './inspection-events.js';
import { MachineObserver } from './machine-observer.js';
import { type InspectOnly, resolveOnly } from './only.js';
import { resolveSanitizers, type SanitizeOptions } from './sanitizers.js';

/** Takes XState's inspection events: a function, or an observer. */
export type InspectionObserver = Observer<InspectionEvent> | ((event: InspectionEvent) => void);

/** What has such an observer, as the inspectors of `@statelyai/inspect` do. */
export interface Inspector {
  readonly inspect: InspectionObserver;
}

/** Settings of an inspection. */
export interface InspectOptions extends SanitizeOptions {
  /** Which actors are shown. Default: all. */
  readonly only?: InspectOnly | undefined;
}

const KEYS = ['only', 'sanitizeEvent', 'sanitizeContext'] as const satisfies readonly (keyof InspectOptions)[];

/**
 * Shows a supervisor and everything below it to a tool for XState: its machine, those of its child supervisors,
 * listeners, dialers, and connections, and the actors that `actorHandler` runs for connections.
 *
 * The observer first gets the present: of each actor, parents before children, an `@xstate.actor` and an
 * `@xstate.snapshot`. From then on it gets what happens, as XState reports it: `@xstate.actor`, `@xstate.event`,
 * `@xstate.action`, `@xstate.microstep`, and `@xstate.snapshot`. After the final snapshot of an actor nothing follows;
 * a child that is restarted is another actor. Any number of observers can be attached, at any time.
 *
 * Nothing that peers or users have written is shown: close reasons, frames, messages of errors, and the contents of
 * users' actors are redacted (see `sanitizeEvent` and `sanitizeContext`). An observer that throws is detached, and
 * reported as the event `observer.threw`.
 *
 * @param observer an observer, a function, or an inspector of `@statelyai/inspect`.
 * @returns a subscription; `unsubscribe` detaches the observer.
 * @throws {OptionError} for a wrong argument or option.
 */
export function inspect(
  supervisor: Supervisor,
  observer: InspectionObserver | Inspector,
  options: InspectOptions = {},
): Unsubscribable {
  checkSupervisor(supervisor, 'inspect');
  const next = nextOf(observer);
  const { only: given, ...sanitize } = readOptions(options, KEYS, 'inspect');
  const gate = new Gate(resolveOnly(given, 'inspect: only'));
  const sanitizers = resolveSanitizers(sanitize, 'inspect');
  const settings = { sanitizers, logicOf: logicsShown(), isDetailed: true };
  const machines = new MachineObserver(supervisor, settings, (event, actor) => {
    if (event.type !== '@xstate.actor') {
      if (gate.passes(event, actor)) next(event);
      return;
    }
    for (const admitted of gate.admit(actor)) for (const each of introductionOf(admitted, event, actor)) next(each);
  });
  machines.attach();
  return { unsubscribe: () => machines.detach() };
}

/** An actor that has just begun is shown as that; a parent which the filter had left out until now, as it is. */
function introductionOf(admitted: TreeActor, event: InspectionEvent, actor: TreeActor): readonly InspectionEvent[] {
  return admitted === actor ? [event] : presentOf(admitted);
}

/** @throws {OptionError} unless it can be inspected. */
export function checkSupervisor(value: unknown, where: string): void {
  const isOne = typeof value === 'object' && value !== null && 'observe' in value && 'events$' in value;
  if (!isOne) throw wrongOption(`${where}: supervisor`, `is ${show(value)}; it must be a supervisor`);
}

function nextOf(given: InspectionObserver | Inspector): (event: InspectionEvent) => void {
  const observer: unknown = hasInspect(given) ? read(() => given.inspect, 'inspect: observer.inspect') : given;
  if (typeof observer === 'function') return observer as (event: InspectionEvent) => void;
  if (typeof observer === 'object' && observer !== null && 'next' in observer && typeof observer.next === 'function') {
    const { next } = observer;
    return (event) => next.call(observer, event);
  }
  throw wrongOption(
    'inspect: observer',
    `is ${show(observer)}; it must be a function, an observer with a method next, or an inspector with inspect`,
  );
}

function hasInspect(value: unknown): value is Inspector {
  return typeof value === 'object' && value !== null && 'inspect' in value;
}
