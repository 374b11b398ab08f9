import type { Dialer } from '../../../supervisor/api/dialer.js';
import type { ObservedStep, Observer, Subject } from '../../../supervisor/api/observer.js';
import type { CloseReport } from '../../../transport/close-report.js';
import type { MachineFlow, MachineName } from '../protocol/overview.js';
import { Flow } from './flow.js';

/** Counts the machines of a supervisor by observing them. What a step costs does not depend on how many there are. */
export class Census {
  readonly #flows: Readonly<Record<MachineName, Flow>> = {
    connection: new Flow(),
    dialer: new Flow(),
    supervisor: new Flow(),
  };
  /** Where dialers stand: a restart leads from a final state to the first one, and is no step of the machine. */
  readonly #dialers = new WeakMap<Dialer, string>();
  /** Machines that ran before have not just entered their state. */
  isAttaching = true;
  /** Connections opened so far. */
  opened = 0;
  /** How often a connection has begun, changed its state, or ended. */
  changes = 0;

  began(subject: Subject, state: string): void {
    this.#flows[subject.machine].arrive(state, !this.isAttaching);
    if (subject.machine === 'dialer') this.#dialers.set(subject.dialer, state);
    if (subject.machine !== 'connection') return;
    this.changes += 1;
    if (state === 'open' && !this.isAttaching) this.opened += 1;
  }

  stepped(subject: Subject, { event, from, to }: ObservedStep): void {
    const flow = this.#flows[subject.machine];
    if (event !== undefined) flow.step(from, event.type, to);
    if (subject.machine === 'dialer') {
      const before = this.#dialers.get(subject.dialer) ?? from;
      if (event === undefined && before !== to) {
        flow.leave(before);
        flow.arrive(to, true);
      }
      this.#dialers.set(subject.dialer, to);
    }
    if (subject.machine !== 'connection' || from === to) return;
    this.changes += 1;
    if (to === 'open') this.opened += 1;
  }

  ended(subject: Subject, how: Parameters<NonNullable<Observer['ended']>>[1]): void {
    switch (subject.machine) {
      case 'connection':
        this.#flows.connection.leave((how as CloseReport).outcome);
        this.changes += 1;
        return;
      case 'dialer':
        this.#flows.dialer.leave(this.#dialers.get(subject.dialer) ?? subject.dialer.state);
        this.#dialers.delete(subject.dialer);
        return;
      case 'supervisor':
        this.#flows.supervisor.leave(subject.supervisor.state);
    }
  }

  /** A second has passed. */
  tick(): void {
    for (const flow of Object.values(this.#flows)) flow.tick();
  }

  toJSON(): Readonly<Record<MachineName, MachineFlow>> {
    const { connection, dialer, supervisor } = this.#flows;
    return { connection: connection.toJSON(), dialer: dialer.toJSON(), supervisor: supervisor.toJSON() };
  }
}
