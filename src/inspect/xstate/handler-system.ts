import type { AnyActor, AnyActorLogic, InspectionEvent } from 'xstate';
import type { HandlerActor } from '../../machines/actor/handler-actors.js';
import type { TreeActor } from './inspected-actor.js';
import { eventEvent, INIT, presentOf, snapshotEvent } from './inspection-events.js';
import type { LiveActors } from './live-actors.js';
import type { Sanitizers } from './sanitizers.js';
import { shapeOf } from './shape.js';
import { shownLogic, shownTransition } from './shown-logic.js';
import { UserActor } from './user-actor.js';

/** Shows the actors that one handler runs, as children of their connection, until they are over. */
export class HandlerSystem {
  readonly root: UserActor | undefined;
  readonly #handler: HandlerActor;
  readonly #connection: TreeActor;
  readonly #live: LiveActors;
  readonly #settings: HandlerSystemSettings;
  readonly #shown = new Map<AnyActor, Entry>();
  readonly #subscription: { unsubscribe(): void };

  constructor(handler: HandlerActor, connection: TreeActor, live: LiveActors, settings: HandlerSystemSettings) {
    this.#handler = handler;
    this.#connection = connection;
    this.#live = live;
    this.#settings = settings;
    for (const actor of handler.running) this.#join(actor, true);
    this.root = this.#shown.get(handler.root)?.own;
    this.#subscription = handler.root.system.inspect((event: InspectionEvent) => this.#onEvent(event));
    // An actor that was stopped before it had started shows no last snapshot.
    const end = () => this.#end();
    void handler.outcome.then(end, end);
  }

  detach(): void {
    this.#subscription.unsubscribe();
    for (const { leave } of this.#shown.values()) leave();
    this.#shown.clear();
  }

  #join(actor: AnyActor, isPresent: boolean): void {
    if (this.#shown.has(actor)) return;
    const { sanitizers, logicOf } = this.#settings;
    const parent = actor._parent === undefined ? undefined : this.#shown.get(actor._parent as AnyActor)?.own;
    const own = new UserActor(actor, {
      parent: parent ?? this.#connection,
      logic: logicOf(actor.logic as AnyActorLogic),
      context: (context, shown) => sanitizers.context(context, shown),
      child: (child) => this.#shown.get(child as AnyActor)?.own,
      deliver: (to, event) => this.#deliver(to, event),
    });
    // An actor that fails shows no last snapshot of its own.
    const { unsubscribe } = actor.subscribe({ error: () => this.#last(actor) });
    this.#shown.set(actor, { own, leave: unsubscribe });
    this.#live.add(own);
    if (!isPresent) return;
    const [, snapshot] = presentOf(own);
    if (snapshot !== undefined) this.#live.show(snapshot, own);
  }

  #onEvent(event: InspectionEvent): void {
    const actor = event.actorRef as AnyActor;
    if (event.type === '@xstate.actor') {
      this.#join(actor, false);
      return;
    }
    const own = this.#shown.get(actor)?.own;
    if (own === undefined) return;
    const { sanitizers, isDetailed } = this.#settings;
    const rootId = own.rootActor.sessionId;
    switch (event.type) {
      case '@xstate.event':
        this.#live.show(eventEvent(own, sanitizers.event(event.event, own), this.#sourceOf(event.sourceRef, own)), own);
        return;
      case '@xstate.snapshot':
        this.#live.show(snapshotEvent(own, sanitizers.event(event.event, own), own.shown(event.snapshot)), own);
        if (event.snapshot.status !== 'active') this.#over(actor);
        return;
      case '@xstate.action':
        if (isDetailed) this.#live.show({ ...event, rootId, actorRef: own, action: shownAction(event.action) }, own);
        return;
      case '@xstate.microstep':
        if (isDetailed)
          this.#live.show(
            {
              ...event,
              rootId,
              actorRef: own,
              event: sanitizers.event(event.event, own),
              snapshot: own.shown(event.snapshot),
              _transitions: event._transitions.map(shownTransition),
            },
            own,
          );
        return;
      default:
    }
  }

  /** What is sent to the root from outside comes from its connection: frames, a drain, the end. */
  #sourceOf(source: unknown, own: UserActor): TreeActor | undefined {
    return this.#shown.get(source as AnyActor)?.own ?? (own === this.root ? this.#connection : undefined);
  }

  /** Shows the last snapshot of an actor that has not shown it itself. */
  #last(actor: AnyActor): void {
    const own = this.#shown.get(actor)?.own;
    if (own === undefined) return;
    const snapshot = own.getSnapshot();
    const last = snapshot.status === 'active' ? { ...snapshot, status: 'stopped' as const } : snapshot;
    this.#live.show(snapshotEvent(own, INIT, last), own);
    this.#over(actor);
  }

  #over(actor: AnyActor): void {
    const entry = this.#shown.get(actor);
    if (entry === undefined) return;
    this.#shown.delete(actor);
    entry.leave();
    this.#live.over(entry.own);
  }

  #deliver(actor: AnyActor, event: Parameters<HandlerActor['send']>[0]): boolean {
    if (!this.#shown.has(actor)) return false;
    // Through the handler, which contains what the actor throws.
    if (actor === this.#handler.root) this.#handler.send(event);
    else actor.send(event);
    return true;
  }

  /** Children before their parents, as XState ends them. */
  #end(): void {
    for (const actor of [...this.#shown.keys()].reverse()) this.#last(actor);
    this.#subscription.unsubscribe();
  }
}

/** What users' actors are shown with. */
export interface HandlerSystemSettings {
  readonly sanitizers: Sanitizers;
  /** Returns a logic as it may be shown. */
  readonly logicOf: (logic: AnyActorLogic) => AnyActorLogic;
  /** Whether microsteps and actions are shown as well. */
  readonly isDetailed: boolean;
}

/** Makes `logicOf`, which shows each logic once. Static contexts are shown by their keys: no actor has them. */
export function logicsShown(): HandlerSystemSettings['logicOf'] {
  const shown = new WeakMap<AnyActorLogic, AnyActorLogic>();
  return (logic) => {
    const known = shown.get(logic) ?? shownLogic(logic);
    shown.set(logic, known);
    return known;
  };
}

interface Entry {
  readonly own: UserActor;
  /** Ends what was subscribed at the actor. */
  readonly leave: () => void;
}

function shownAction({ type, params }: { readonly type: string; readonly params: unknown }) {
  return { type, params: params === undefined ? undefined : shapeOf(params) };
}
