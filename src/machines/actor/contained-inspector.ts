import type { InspectionEvent, Observer } from 'xstate';
import { contain } from '../../transport/contain.js';

/** Sees what happens in an actor system, as the option `inspect` of XState's `createActor`. */
export type ActorInspector = Observer<InspectionEvent> | ((event: InspectionEvent) => void);

/**
 * Makes an inspector whose faults do not get out: XState would throw them out of `send`, or put the actor into error.
 * An inspector that throws is called no more.
 */
export function containedInspector(
  inspector: ActorInspector,
  onThrow: (error: unknown) => void,
): (event: InspectionEvent) => void {
  let isDetached = false;
  const detach = (error: unknown): void => {
    if (isDetached) return;
    isDetached = true;
    onThrow(error);
  };
  return (event) => {
    if (isDetached) return;
    contain(() => (typeof inspector === 'function' ? inspector(event) : inspector.next?.(event)), detach);
  };
}

/**
 * Reports an inspector that threw as a warning of Node. What it threw may hold what the actor was sent, so it is the
 * warning's `cause` and is not printed.
 */
export function warnOfInspector(cause: unknown): void {
  const text =
    'actorHandler: inspect threw and is detached from this connection; the cause of this warning is its error';
  const warning = Object.assign(new Error(text, { cause }), { name: 'Warning', code: 'WIREKEEPER_INSPECTOR_THREW' });
  process.emitWarning(warning);
}
