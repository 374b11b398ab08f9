// Every step of the machines, as XState makes it. Written by `npm run steps`.

import type { connectionMachine } from './connection-machine.js';
import type { dialerMachine } from './dialer-machine.js';
import type { EffectOf, StateNameOf } from './machine-types.js';
import type { StepTable } from './step-table.js';
import type { supervisorMachine } from './supervisor-machine.js';

export const connectionSteps: StepTable<StateNameOf<typeof connectionMachine>, EffectOf<typeof connectionMachine>> = {
  id: 'connection',
  initial: ['connecting', 'armOpenDeadline'],
  states: {
    connecting: {
      'wire.opened': ['open', 'disarmDeadline', 'startHandler'],
      'wire.closed': ['failed', 'disarmDeadline', 'interruptHandler'],
      'wire.failed': ['failed', 'disarmDeadline', 'dropWire', 'interruptHandler'],
      'deadline.open': ['failed', 'disarmDeadline', 'dropWire', 'interruptHandler'],
      close: ['closed', 'disarmDeadline', 'callOff', 'interruptHandlerOnceRead'],
      terminate: ['closed', 'disarmDeadline', 'callOff', 'interruptHandlerOnceRead'],
    },
    open: {
      'wire.closed': ['failed', 'interruptHandler'],
      'wire.failed': ['failed', 'endWire', 'interruptHandler'],
      close: ['closing.awaitingPeer', 'sendClose', 'interruptHandler', 'armCloseDeadline'],
      terminate: ['failed', 'dropWire', 'interruptHandler'],
      'handler.returned': ['closing.awaitingPeer', 'sendClose', 'interruptHandler', 'armCloseDeadline'],
      'handler.threw': [
        'closing.awaitingPeer',
        'keepHandlerError',
        'sendClose',
        'interruptHandler',
        'armCloseDeadline',
      ],
      'wire.closing': ['closing.crossed', 'echoClose', 'interruptHandlerOnceRead', 'armCloseDeadline'],
      'liveness.lost': ['failed', 'dropWire', 'interruptHandler'],
    },
    failed: 'final',
    closed: 'final',
    'closing.awaitingPeer': {
      'wire.closed': ['failed', 'disarmDeadline', 'interruptHandler'],
      'wire.failed': ['failed', 'disarmDeadline', 'dropWire', 'interruptHandler'],
      terminate: ['failed', 'disarmDeadline', 'dropWire', 'interruptHandler'],
      'handler.threw': ['closing.awaitingPeer', 'keepHandlerError'],
      'wire.closing': ['closing.crossed'],
      'liveness.lost': ['failed', 'disarmDeadline', 'dropWire', 'interruptHandler'],
      'deadline.close': ['failed', 'disarmDeadline', 'dropWire', 'interruptHandler'],
    },
    'closing.crossed': {
      'wire.closed': ['closed', 'disarmDeadline', 'interruptHandlerOnceRead'],
      'wire.failed': ['closed', 'disarmDeadline', 'dropWire', 'interruptHandlerOnceRead'],
      terminate: ['closed', 'disarmDeadline', 'dropWire', 'interruptHandler', 'interruptHandlerOnceRead'],
      'handler.threw': ['closing.crossed', 'keepHandlerError'],
      'liveness.lost': ['closed', 'disarmDeadline', 'dropWire', 'interruptHandlerOnceRead'],
      'deadline.close': ['closed', 'disarmDeadline', 'dropWire', 'interruptHandlerOnceRead'],
    },
  },
};

export const dialerSteps: StepTable<StateNameOf<typeof dialerMachine>, EffectOf<typeof dialerMachine>> = {
  id: 'dialer',
  initial: ['dialing', 'startDial'],
  states: {
    dialing: {
      'dial.opened': ['up'],
      'dial.failed': ['waiting.verdict', 'judge'],
      stop: ['stopping.asked', 'callOffDial'],
      shutdown: ['stopping.shutDown', 'callOffDial'],
    },
    up: {
      stop: ['stopping.asked', 'closeConnection'],
      shutdown: ['stopping.shutDown', 'closeConnection'],
      'connection.ended': ['waiting.verdict', 'judge'],
      redial: ['dialing', 'retireConnection', 'startDial'],
      overlap: ['overlapping.dialing', 'startDial'],
      'deadline.age': ['overlapping.dialing', 'startDial'],
    },
    'waiting.verdict': {
      stop: ['stopped', 'exitNormal'],
      shutdown: ['stopped', 'exitShutdown'],
      redial: ['dialing', 'startDial'],
      overlap: ['dialing', 'startDial'],
      'verdict.retry': ['waiting.backoff', 'armBackoff'],
      'verdict.stop': ['stopped', 'exitShutdown'],
      'verdict.crashed': ['failed', 'exitAbnormal'],
      'verdict.finished': ['stopped', 'exitNormal'],
    },
    'stopping.asked': {
      'dial.opened': ['stopping.asked', 'closeConnection'],
      'dial.failed': ['stopped', 'exitNormal'],
      'connection.ended': ['stopped', 'exitNormal'],
    },
    'stopping.shutDown': {
      'dial.opened': ['stopping.shutDown', 'closeConnection'],
      'dial.failed': ['stopped', 'exitShutdown'],
      'connection.ended': ['stopped', 'exitShutdown'],
    },
    'overlapping.dialing': {
      'dial.opened': ['up', 'retireConnection'],
      'dial.failed': ['overlapping.verdict', 'judge'],
      stop: ['stopping.asked', 'retireDial', 'closeConnection'],
      shutdown: ['stopping.shutDown', 'retireDial', 'closeConnection'],
      'connection.ended': ['dialing', 'startDial'],
      redial: ['dialing', 'retireConnection', 'startDial'],
      'connection.decided': ['up', 'retireDial'],
    },
    stopped: 'final',
    'waiting.backoff': {
      stop: ['stopped', 'disarmBackoff', 'exitNormal'],
      shutdown: ['stopped', 'disarmBackoff', 'exitShutdown'],
      redial: ['dialing', 'disarmBackoff', 'startDial'],
      overlap: ['dialing', 'disarmBackoff', 'startDial'],
      'deadline.backoff': ['dialing', 'disarmBackoff', 'startDial'],
    },
    failed: 'final',
    'overlapping.verdict': {
      stop: ['stopping.asked', 'retireDial', 'closeConnection'],
      shutdown: ['stopping.shutDown', 'retireDial', 'closeConnection'],
      'connection.ended': ['waiting.verdict', 'judge'],
      redial: ['dialing', 'retireConnection', 'startDial'],
      'connection.decided': ['up', 'retireDial'],
      'verdict.retry': ['overlapping.backoff', 'armBackoff'],
      'verdict.stop': ['up'],
      'verdict.crashed': ['failed', 'retireConnection', 'exitAbnormal'],
    },
    'overlapping.backoff': {
      stop: ['stopping.asked', 'disarmBackoff', 'retireDial', 'closeConnection'],
      shutdown: ['stopping.shutDown', 'disarmBackoff', 'retireDial', 'closeConnection'],
      'connection.ended': ['waiting.verdict', 'disarmBackoff', 'judge'],
      redial: ['dialing', 'disarmBackoff', 'retireConnection', 'startDial'],
      overlap: ['overlapping.dialing', 'disarmBackoff', 'startDial'],
      'connection.decided': ['up', 'disarmBackoff', 'retireDial'],
      'deadline.backoff': ['overlapping.dialing', 'disarmBackoff', 'startDial'],
    },
  },
};

export const supervisorSteps: StepTable<StateNameOf<typeof supervisorMachine>, EffectOf<typeof supervisorMachine>> = {
  id: 'supervisor',
  initial: ['running'],
  states: {
    running: {
      drain: ['draining', 'startDrain'],
      stop: ['stopping.asked', 'stopChildren'],
      terminate: ['stopping.asked', 'terminateChildren', 'stopChildren'],
      shutdown: ['stopping.shutDown', 'stopChildren'],
      'child.escalated': ['stopping.escalated', 'stopChildren'],
    },
    draining: {
      stop: ['stopping.asked', 'endDrain', 'stopChildren'],
      terminate: ['stopping.asked', 'endDrain', 'terminateChildren', 'stopChildren'],
      shutdown: ['stopping.shutDown', 'endDrain', 'stopChildren'],
      'child.escalated': ['stopping.escalated', 'endDrain', 'stopChildren'],
      drained: ['stopping.asked', 'endDrain', 'stopChildren'],
      resume: ['running', 'endDrain'],
    },
    'stopping.asked': {
      terminate: ['stopping.asked', 'terminateChildren'],
      'children.gone': ['stopped', 'exitNormal'],
    },
    'stopping.shutDown': {
      terminate: ['stopping.shutDown', 'terminateChildren'],
      'children.gone': ['stopped', 'exitShutdown'],
    },
    'stopping.escalated': {
      terminate: ['stopping.escalated', 'terminateChildren'],
      'children.gone': ['failed', 'exitShutdown'],
    },
    stopped: 'final',
    failed: 'final',
  },
};
