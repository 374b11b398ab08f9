import type { ConnectionEvent } from '../../src/machines/index.js';
import type { ConnectionModelOptions } from './connection-model.js';
import type { Step, SystemMaker } from './connection-system.js';
import { memoryStage } from './memory-stage.js';
import type { Role } from './peer.js';
import { PureSystem } from './pure-system.js';
import { RuntimeSystem } from './runtime-system.js';
import { scriptedStage } from './scripted-stage.js';
import { socketStage } from './socket-stage.js';

/** A system, and what of the machine it can show. */
export interface NamedSystem extends Pick<ConnectionModelOptions, 'isPossible' | 'undriven'> {
  readonly name: string;
  readonly makeSystem: SystemMaker;
  /** The transitions that it cannot take. */
  readonly beyond: readonly string[];
  /** How many random walks it is worth. */
  readonly runs: number;
}

/** What no wire of ours emits in that state, since the handshake's or the socket's end says it: only a script can. */
const BEYOND_WIRES = ['connecting: wire.failed', 'closing.crossed: wire.failed'];

/** An accepted connection begins open: there is nothing to observe before. */
const BEFORE_OPENING: readonly ConnectionEvent['type'][] = ['wire.closed', 'deadline.open', 'close', 'terminate'];

const limits = (role: Role) => {
  const beyond = [
    ...(role === 'accepted' ? BEFORE_OPENING.map((event) => `connecting: ${event}`) : []),
    ...BEYOND_WIRES,
  ];
  return {
    beyond,
    isPossible: ({ from, event }: Pick<Step, 'from' | 'event'>) => !beyond.includes(`${from}: ${event.type}`),
    undriven: role === 'accepted' ? (['deadline.open'] as const) : [],
  };
};

export const SYSTEMS: readonly NamedSystem[] = [
  { name: 'the machine itself', makeSystem: async () => new PureSystem(), beyond: [], runs: 500 },
  {
    name: 'the runtime over scripted wires',
    makeSystem: RuntimeSystem.on(scriptedStage(), 'dialed'),
    beyond: [],
    runs: 200,
  },
  {
    name: 'the runtime in memory, dialed',
    makeSystem: RuntimeSystem.on(memoryStage, 'dialed'),
    ...limits('dialed'),
    runs: 100,
  },
  {
    name: 'the runtime in memory, accepted',
    makeSystem: RuntimeSystem.on(memoryStage, 'accepted'),
    ...limits('accepted'),
    runs: 100,
  },
  {
    name: 'the runtime over real sockets, dialed',
    makeSystem: RuntimeSystem.on(socketStage, 'dialed'),
    ...limits('dialed'),
    runs: 25,
  },
  {
    name: 'the runtime over real sockets, accepted',
    makeSystem: RuntimeSystem.on(socketStage, 'accepted'),
    ...limits('accepted'),
    runs: 25,
  },
];
