import type { AnyActorLogic, InspectionEvent } from 'xstate';
import { boundedJson, DEFINITION_BOUNDS, MESSAGE_BOUNDS } from './bounded-json.js';
import type { InspectedActor } from './inspected-actor.js';

/** The release of `@statelyai/inspect` whose messages these are. It is a part of each message. */
const VERSION = '0.7.2';

/**
 * Writes an inspection event as the message that `@statelyai/inspect` makes of it. It has messages for actors, events,
 * and snapshots only.
 *
 * @param wallNow Unix ms.
 * @returns JSON; `undefined` for microsteps and actions.
 */
export function statelyMessage(event: InspectionEvent, wallNow: number): string | undefined {
  const actor = event.actorRef as InspectedActor;
  const common = {
    type: event.type,
    sessionId: actor.sessionId,
    rootId: event.rootId,
    id: null,
    createdAt: String(wallNow),
    _version: VERSION,
  };
  switch (event.type) {
    case '@xstate.actor':
      return JSON.stringify({
        ...common,
        name: nameOf(actor),
        parentId: actor._parent?.sessionId,
        definition: definitionOf(actor),
        snapshot: boundedJson(actor.getSnapshot(), MESSAGE_BOUNDS),
      });
    case '@xstate.event':
      return JSON.stringify({
        ...common,
        sourceId: (event.sourceRef as { readonly sessionId: string } | undefined)?.sessionId,
        event: boundedJson(event.event, MESSAGE_BOUNDS),
      });
    case '@xstate.snapshot':
      return JSON.stringify({
        ...common,
        event: boundedJson(event.event, MESSAGE_BOUNDS),
        snapshot: boundedJson(event.snapshot, MESSAGE_BOUNDS),
      });
    default:
      return undefined;
  }
}

/** The actor of a handler has no id of its own: it is shown by its machine's. */
function nameOf({ id, sessionId, logic }: InspectedActor): unknown {
  const config = configOf(logic);
  return id === sessionId && config !== undefined ? boundedJson(config['id'], MESSAGE_BOUNDS) : id;
}

/** The definition of each machine: there may be 10,000 actors of one. */
const definitions = new WeakMap<AnyActorLogic, string>();

function definitionOf(actor: InspectedActor): string {
  const { logic } = actor;
  const config = configOf(logic);
  if (config === undefined) return JSON.stringify({ id: nameOf(actor) });
  const known = definitions.get(logic) ?? JSON.stringify(boundedJson(config, DEFINITION_BOUNDS));
  definitions.set(logic, known);
  return known;
}

function configOf(logic: AnyActorLogic): Readonly<Record<string, unknown>> | undefined {
  const { config } = logic as { readonly config?: unknown };
  return typeof config === 'object' && config !== null ? (config as Record<string, unknown>) : undefined;
}
