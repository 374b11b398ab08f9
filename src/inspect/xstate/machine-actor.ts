import type { AnyActorLogic, AnyMachineSnapshot, AnyStateMachine, AnyTransitionDefinition, Snapshot } from 'xstate';
import { valueOf } from '../../machines/state-path.js';
import { type InspectedKind, TreeActor } from './inspected-actor.js';

/** The machine of a supervisor, listener, dialer, or connection, as an actor. */
export class MachineActor extends TreeActor {
  readonly kind: InspectedKind;
  /** The state, as a path. */
  path: string;
  /** Whether it ended without reaching a final state: a dialer whose start never came. */
  isStopped = false;
  /** The connection of a dialer's latest attempt, or the actor that handles a connection. */
  current: TreeActor | undefined;
  /** The connection of a dialer that has ended last. */
  ended: TreeActor | undefined;
  readonly #machine: AnyStateMachine;
  readonly #facts: Readonly<Record<string, unknown>>;

  constructor({ kind, id, identity, machine, path, parent, facts = {} }: MachineActorParts) {
    super(id, identity, parent);
    this.kind = kind;
    this.path = path;
    this.#machine = machine;
    this.#facts = facts;
  }

  get logic(): AnyActorLogic {
    return this.#machine;
  }

  get src(): string {
    return this.#machine.id;
  }

  get isFinal(): boolean {
    return snapshotAt(this.#machine, this.path).status === 'done';
  }

  getSnapshot(): Snapshot<unknown> {
    const snapshot = { ...snapshotAt(this.#machine, this.path), context: this.#facts };
    return (this.isStopped ? { ...snapshot, status: 'stopped' } : snapshot) as Snapshot<unknown>;
  }

  /** The transitions that an event of this type takes in the present state. */
  transitionsOf(type: string): AnyTransitionDefinition[] {
    return this.#machine.getTransitionData(snapshotAt(this.#machine, this.path), { type }) ?? [];
  }
}

/** What the actor of a machine is made of. */
export interface MachineActorParts {
  readonly kind: InspectedKind;
  readonly id: string;
  /** Its session id. */
  readonly identity: string;
  readonly machine: AnyStateMachine;
  /** The state, as a path. */
  readonly path: string;
  readonly parent: TreeActor | undefined;
  /** What is shown as its context. The machines themselves have none. Default: nothing. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** The snapshots of our machines, which have no context: one for each state. */
const snapshots = new WeakMap<AnyStateMachine, Map<string, AnyMachineSnapshot>>();

function snapshotAt(machine: AnyStateMachine, path: string): AnyMachineSnapshot {
  let ofMachine = snapshots.get(machine);
  if (ofMachine === undefined) {
    ofMachine = new Map();
    snapshots.set(machine, ofMachine);
  }
  const known = ofMachine.get(path);
  if (known !== undefined) return known;
  const snapshot: AnyMachineSnapshot = machine.resolveState({ value: valueOf(path), context: {} });
  ofMachine.set(path, snapshot);
  return snapshot;
}
