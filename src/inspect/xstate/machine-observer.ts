import type { Unsubscribable } from 'rxjs';
import { watchHandlerActors } from '../../machines/actor/handler-actors.js';
import { connectionMachine } from '../../machines/connection-machine.js';
import { dialerMachine } from '../../machines/dialer-machine.js';
import { supervisorMachine } from '../../machines/supervisor-machine.js';
import type { ChildExit } from '../../supervisor/api/child-spec.js';
import type { Connection } from '../../supervisor/api/connection.js';
import type { ObservedStep, Observer, Subject } from '../../supervisor/api/observer.js';
import type { Supervisor, SupervisorReport } from '../../supervisor/api/supervisor.js';
import type { CloseReport } from '../../transport/close-report.js';
import { HandlerSystem, type HandlerSystemSettings } from './handler-system.js';
import type { TreeActor } from './inspected-actor.js';
import { INIT } from './inspection-events.js';
import { ListenerActors } from './listener-actors.js';
import { LiveActors, type Sink } from './live-actors.js';
import { MachineActor, type MachineActorParts } from './machine-actor.js';
import { MachineActors } from './machine-actors.js';
import { shownEvent } from './shown-event.js';

/**
 * Inspects one supervisor: makes XState's inspection events of what its machines do, and of what the actors of users'
 * handlers do.
 */
export class MachineObserver implements Observer {
  readonly #supervisor: Supervisor;
  readonly #settings: HandlerSystemSettings;
  readonly #live: LiveActors;
  readonly #machines: MachineActors;
  readonly #listeners: ListenerActors;
  /** The connections that have not ended, each with the function that stops watching for its actors. */
  readonly #watched = new Map<Connection<unknown>, () => void>();
  readonly #systems = new Set<HandlerSystem>();
  #observing: Unsubscribable | undefined;
  #listening: Unsubscribable | undefined;
  #isAttaching = false;

  constructor(supervisor: Supervisor, settings: HandlerSystemSettings, sink: Sink) {
    this.#supervisor = supervisor;
    this.#settings = settings;
    this.#live = new LiveActors(sink, () => this.#letGo());
    this.#machines = new MachineActors(this.#live, settings.isDetailed);
    this.#listeners = new ListenerActors(this.#machines);
  }

  /** The actors that are there, parents before their children. */
  get present(): Iterable<TreeActor> {
    return this.#live.present;
  }

  /** Begins, with the actors that are there already. */
  attach(): void {
    this.#isAttaching = true;
    this.#observing = this.#supervisor.observe(this);
    this.#isAttaching = false;
    this.#listening = this.#supervisor.events$.subscribe((event) => this.#listeners.onEvent(event));
  }

  detach(): void {
    this.#observing?.unsubscribe();
    this.#letGo();
    this.#live.clear();
  }

  began(subject: Subject, state: string): void {
    const { supervisor } = subject;
    if (subject.machine === 'connection') this.#connectionBegan(subject.connection, supervisor, state);
    else this.#machines.begin(ownerOf(subject), this.#partsOf(subject, state), this.#howFor(subject.machine));
    if (subject.machine === 'supervisor') this.#listeners.supervisorBegan(supervisor, this.#isAttaching);
    this.#live.throwFault();
  }

  stepped(subject: Subject, { event, from, to, effects }: ObservedStep): void {
    const owner = ownerOf(subject);
    let actor = this.#machines.of(owner);
    if (actor?.isOver === true) {
      // A dialer is started again. The socket of a connection may end when its machine has: that is no step of it.
      if (subject.machine !== 'dialer' || isFinalOf(actor, from)) return;
      actor = this.#machines.begin(owner, this.#partsOf(subject, from), event === undefined ? 'started' : 'new');
    }
    if (actor === undefined) return;
    const shown = event === undefined ? INIT : shownEvent(event);
    this.#machines.step(actor, shown, { to, effects, source: sourceOf(actor, event?.type) });
    this.#live.throwFault();
  }

  ended(subject: Subject, how: CloseReport | ChildExit | SupervisorReport): void {
    const actor = this.#machines.of(ownerOf(subject));
    if (actor === undefined) return;
    if (subject.machine === 'connection') this.#connectionEnded(subject.connection, actor, how as CloseReport);
    if (subject.machine === 'supervisor') this.#listeners.supervisorEnded(subject.supervisor);
    this.#machines.stop(actor);
    this.#live.throwFault();
  }

  #howFor(machine: Subject['machine']): 'present' | 'new' | 'started' {
    if (this.#isAttaching) return 'present';
    return machine === 'dialer' ? 'started' : 'new';
  }

  #partsOf(subject: Exclude<Subject, { machine: 'connection' }>, path: string): Omit<MachineActorParts, 'identity'> {
    if (subject.machine === 'dialer')
      return {
        kind: 'dialer',
        id: subject.dialer.id,
        machine: dialerMachine,
        path,
        parent: this.#machines.of(subject.supervisor),
      };
    const { supervisor, parent } = subject;
    return {
      kind: 'supervisor',
      id: supervisor.id,
      machine: supervisorMachine,
      path,
      parent: parent === undefined ? undefined : this.#machines.of(parent),
      facts: { name: supervisor.name },
    };
  }

  #connectionBegan(connection: Connection<unknown>, supervisor: Supervisor, path: string): void {
    const { id, role, childId, epoch, remoteAddress } = connection;
    const parent = this.#parentOf(supervisor, childId);
    const how = this.#isAttaching ? 'present' : role === 'dialed' ? 'started' : 'new';
    const actor = this.#machines.begin(
      connection,
      {
        kind: 'connection',
        id,
        machine: connectionMachine,
        path,
        parent,
        facts: { role, childId, epoch, remoteAddress },
      },
      how,
    );
    if (parent?.kind === 'dialer') parent.current = actor;
    const leave = watchHandlerActors(connection, (handler) => {
      const system = new HandlerSystem(handler, actor, this.#live, this.#settings);
      actor.current = system.root;
      this.#systems.add(system);
      const forget = () => this.#systems.delete(system);
      void handler.outcome.then(forget, forget);
    });
    this.#watched.set(connection, leave);
  }

  #connectionEnded(connection: Connection<unknown>, actor: MachineActor, report: CloseReport): void {
    this.#watched.get(connection)?.();
    this.#watched.delete(connection);
    if (actor._parent instanceof MachineActor && actor._parent.kind === 'dialer') actor._parent.ended = actor;
    const listener = this.#machines.ofListener(actor._parent);
    if (listener === undefined) return;
    const { outcome, code, trigger, phase, startedBy } = report;
    const event = { type: 'connection.ended', report: { outcome, code, trigger, phase, startedBy } };
    this.#machines.step(listener, shownEvent(event), { to: listener.path, source: actor });
  }

  /** The listener or dialer of a connection; the supervisor if that child is gone. */
  #parentOf(supervisor: Supervisor, childId: string | undefined): MachineActor | undefined {
    const child = childId === undefined ? undefined : supervisor.child(childId);
    const known =
      child?.kind === 'listener'
        ? this.#listeners.changed(supervisor, child.id)
        : this.#machines.of(child ?? supervisor);
    return known ?? this.#machines.of(supervisor);
  }

  /** Leaves everything but the tap, which reports what the sink threw. */
  #letGo(): void {
    this.#listening?.unsubscribe();
    for (const leave of this.#watched.values()) leave();
    for (const system of this.#systems) system.detach();
    this.#watched.clear();
    this.#systems.clear();
  }
}

function ownerOf(subject: Subject): object {
  if (subject.machine === 'connection') return subject.connection;
  return subject.machine === 'dialer' ? subject.dialer : subject.supervisor;
}

/** Whether a state is the one in which an actor is over. */
function isFinalOf(actor: MachineActor, path: string): boolean {
  return actor.path === path && actor.isFinal;
}

/** Who has sent an event to a machine, where that is known. */
function sourceOf(actor: MachineActor, type: string | undefined): TreeActor | undefined {
  if (type === undefined || type === 'shutdown') return actor._parent;
  if (actor.kind === 'dialer' && (type === 'dial.failed' || type === 'connection.ended')) return actor.ended;
  const isFromBelow = actor.kind === 'dialer' ? type === 'dial.opened' : type.startsWith('handler.');
  return isFromBelow ? actor.current : undefined;
}
