import type { AnyActor } from 'xstate';

/** Where XState tells its inspectors of everything that happens in a system. Not documented. */
interface Inspectable {
  _sendInspectionEvent?: (event: { readonly type: string; readonly actorRef: AnyActor }) => void;
}

/**
 * Tells of each actor that a system makes from now on, before anybody else has it.
 *
 * An inspector would do, and does where XState has no such function (any more). But with one attached each event costs
 * half as much again (2.8 and 4.3 us, measured), and only one in thousands is about a new actor.
 */
export function eachNewActor(system: AnyActor['system'], tell: (actor: AnyActor) => void): void {
  const inspectable = system as Inspectable;
  const { _sendInspectionEvent: send } = inspectable;
  if (send === undefined) {
    system.inspect((event) => {
      if (event.type === '@xstate.actor') tell(event.actorRef as AnyActor);
    });
    return;
  }
  inspectable._sendInspectionEvent = (event) => {
    if (event.type === '@xstate.actor') tell(event.actorRef);
    send(event);
  };
}
