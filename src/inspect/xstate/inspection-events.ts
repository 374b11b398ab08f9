import type { AnyEventObject, InspectionEvent, Snapshot } from 'xstate';
import type { TreeActor } from './inspected-actor.js';

/** The event of a snapshot that nothing has led to: it shows the present to an observer that came later. */
const PRESENT: AnyEventObject = { type: 'wirekeeper.present' };

/** The first event of every actor, as in XState. */
export const INIT: AnyEventObject = { type: 'xstate.init' };

export function actorEvent(actor: TreeActor): InspectionEvent {
  return { type: '@xstate.actor', actorRef: actor, rootId: actor.rootActor.sessionId };
}

/** The events that present an actor which is there already. */
export function presentOf(actor: TreeActor): readonly InspectionEvent[] {
  return [actorEvent(actor), snapshotEvent(actor, PRESENT)];
}

export function eventEvent(actor: TreeActor, event: AnyEventObject, source: TreeActor | undefined): InspectionEvent {
  return {
    type: '@xstate.event',
    actorRef: actor,
    rootId: actor.rootActor.sessionId,
    event,
    // XState types it as a whole actor reference.
    sourceRef: source as never,
  };
}

export function snapshotEvent(
  actor: TreeActor,
  event: AnyEventObject,
  snapshot: Snapshot<unknown> = actor.getSnapshot(),
): InspectionEvent {
  return { type: '@xstate.snapshot', actorRef: actor, rootId: actor.rootActor.sessionId, event, snapshot };
}
