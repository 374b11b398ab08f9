import type { SupervisorEvent } from '../../supervisor/api/events.js';
import type { Supervisor } from '../../supervisor/api/supervisor.js';
import { LISTENER_EVENT, listenerMachine } from './listener-machine.js';
import type { MachineActor } from './machine-actor.js';
import type { MachineActors } from './machine-actors.js';

/** Shows listeners. They have no machine that runs: each is shown in the state that it says it is in. */
export class ListenerActors {
  readonly #machines: MachineActors;
  readonly #supervisors = new Set<Supervisor>();

  constructor(machines: MachineActors) {
    this.#machines = machines;
  }

  /** @param isPresent whether it runs already, perhaps with listeners. */
  supervisorBegan(supervisor: Supervisor, isPresent: boolean): void {
    this.#supervisors.add(supervisor);
    if (!isPresent) return;
    for (const { id, kind } of supervisor.whichChildren())
      if (kind === 'listener') this.changed(supervisor, id, 'present');
  }

  supervisorEnded(supervisor: Supervisor): void {
    this.#supervisors.delete(supervisor);
  }

  onEvent(event: SupervisorEvent): void {
    const isAboutListener =
      event.type.startsWith('listener.') || (event.type === 'child.started' && event.kind === 'listener');
    if (!isAboutListener || !('childId' in event)) return;
    // Which supervisor's child it is, the event does not say: of several children with this id the others have not
    // changed.
    for (const supervisor of this.#supervisors) this.changed(supervisor, event.childId);
  }

  /** Shows a listener in the state that it is in by now, and returns its actor; `undefined` for other children. */
  changed(supervisor: Supervisor, id: string, how: 'present' | 'new' = 'new'): MachineActor | undefined {
    const listener = supervisor.child(id);
    if (listener?.kind !== 'listener') return undefined;
    const known = this.#machines.of(listener);
    const { state } = listener;
    if (known === undefined || (known.isOver && state !== 'stopped')) {
      const parent = this.#machines.of(supervisor);
      return this.#machines.begin(
        listener,
        { kind: 'listener', id, machine: listenerMachine, path: state, parent },
        how,
      );
    }
    if (known.path !== state)
      this.#machines.step(known, { type: LISTENER_EVENT[state] }, { to: state, source: undefined });
    return known;
  }
}
