import type { AnyActor } from 'xstate';

/** The function by which XState reports everything that happens in a system to its inspectors. Not documented. */
interface Inspectable {
  _sendInspectionEvent?: (event: { readonly type: string; readonly actorRef: AnyActor }) => void;
}

/**
 * Calls back with each actor that a system makes from now on, before any other code has it.
 *
 * An inspector could do this, and does where XState has no such function. But with an inspector attached each event
 * costs half as much again (4.3 instead of 2.8 us, measured), and only one event in thousands is about a new actor.
 */
export function eachNewActor(system: AnyActor['system'], onActor: (actor: AnyActor) => void): void {
  const inspectable = system as Inspectable;
  const { _sendInspectionEvent: send } = inspectable;
  if (send === undefined) {
    system.inspect((event) => {
      if (event.type === '@xstate.actor') onActor(event.actorRef as AnyActor);
    });
    return;
  }
  inspectable._sendInspectionEvent = (event) => {
    if (event.type === '@xstate.actor') onActor(event.actorRef);
    send(event);
  };
}
