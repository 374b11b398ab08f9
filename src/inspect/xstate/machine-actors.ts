import type { AnyEventObject } from 'xstate';
import { identityAfter, identityOf } from './identities.js';
import type { TreeActor } from './inspected-actor.js';
import { eventEvent, INIT, presentOf, snapshotEvent } from './inspection-events.js';
import type { LiveActors } from './live-actors.js';
import { MachineActor, type MachineActorParts } from './machine-actor.js';

/** The actors of our machines, by what owns them. */
export class MachineActors {
  readonly #live: LiveActors;
  readonly #isDetailed: boolean;
  readonly #actors = new WeakMap<object, MachineActor>();

  /** @param isDetailed whether microsteps and actions are shown as well. */
  constructor(live: LiveActors, isDetailed: boolean) {
    this.#live = live;
    this.#isDetailed = isDetailed;
  }

  of(owner: object): MachineActor | undefined {
    return this.#actors.get(owner);
  }

  /** An actor, if it is a listener that has not ended. */
  ofListener(actor: TreeActor | undefined): MachineActor | undefined {
    return actor instanceof MachineActor && actor.kind === 'listener' && !actor.isOver ? actor : undefined;
  }

  /**
   * Shows a machine that begins, or that runs already. An owner whose machine is over gets another actor.
   *
   * @param how `started` if the first step of the machine is reported by itself.
   */
  begin(owner: object, parts: Omit<MachineActorParts, 'identity'>, how: 'present' | 'new' | 'started'): MachineActor {
    const before = this.#actors.get(owner);
    const identity =
      before === undefined ? identityOf(owner, parts.kind) : identityAfter(owner, parts.kind, before.sessionId);
    const actor = new MachineActor({ ...parts, identity });
    this.#actors.set(owner, actor);
    this.#live.add(actor);
    if (how === 'present') {
      const [, snapshot] = presentOf(actor);
      if (snapshot !== undefined) this.#live.show(snapshot, actor);
    }
    if (how === 'new') {
      this.#live.show(eventEvent(actor, INIT, actor._parent), actor);
      this.#live.show(snapshotEvent(actor, INIT), actor);
    }
    if (actor.isFinal) this.#live.over(actor);
    return actor;
  }

  /** Shows a step as XState shows it: the event, what it does, and the snapshot after it. */
  step(
    actor: MachineActor,
    event: AnyEventObject,
    {
      to,
      effects = [],
      source,
    }: { readonly to: string; readonly effects?: readonly string[]; readonly source: TreeActor | undefined },
  ): void {
    const rootId = actor.rootActor.sessionId;
    this.#live.show(eventEvent(actor, event, source), actor);
    const transitions = this.#isDetailed ? actor.transitionsOf(event.type) : [];
    actor.path = to;
    const snapshot = actor.getSnapshot();
    if (this.#isDetailed) {
      for (const type of effects)
        this.#live.show(
          { type: '@xstate.action', rootId, actorRef: actor, action: { type, params: undefined } },
          actor,
        );
      this.#live.show(
        { type: '@xstate.microstep', rootId, actorRef: actor, event, snapshot, _transitions: transitions },
        actor,
      );
    }
    this.#live.show(snapshotEvent(actor, event, snapshot), actor);
    if (actor.isFinal) this.#live.over(actor);
  }

  /** Shows the end of a machine that has not reached a final state: it was never started. */
  stop(actor: MachineActor): void {
    if (actor.isOver) return;
    actor.isStopped = true;
    this.#live.show(snapshotEvent(actor, INIT), actor);
    this.#live.over(actor);
  }
}
