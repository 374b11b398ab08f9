import { createMachine } from 'xstate';
import type { InspectedKind, TreeActor } from '../../../src/inspect/xstate/inspected-actor.js';
import { MachineActor } from '../../../src/inspect/xstate/machine-actor.js';

/** A machine of two states. */
export const aMachine = createMachine({
  id: 'lamp',
  initial: 'on',
  states: { on: { on: { turn: 'off' } }, off: { type: 'final' } },
});

/** An actor of a machine of two states. */
export const anActor = (kind: InspectedKind, id: string, parent?: TreeActor): MachineActor =>
  new MachineActor({ kind, id, identity: `${kind}:${id}`, machine: aMachine, path: 'on', parent });
