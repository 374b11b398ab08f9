import { createTestModel } from '@xstate/test';
import { type ConnectionEvent, connectionMachine } from '../../src/machines/index.js';
import { pathOf } from '../../src/machines/state-path.js';
import { eventsIn } from './connection-events.js';
import type { Step } from './connection-system.js';

const model = createTestModel(connectionMachine, {
  events: (state) => [...(eventsIn[pathOf(state.value)] ?? [])],
  // Without it transitions that lead back to their own state are left out, and so are all variants of an event but one.
  serializeTransition: (_state, event, previous) =>
    event === undefined ? '' : ` by ${JSON.stringify(event)} from ${JSON.stringify(previous?.value)}`,
});

export type ConnectionPath = ReturnType<typeof model.getShortestPaths>[number];

/** The shortest way to each transition of the connection machine by each variant of its event. */
export const connectionPaths: readonly ConnectionPath[] = model.getShortestPaths();

/** A path's steps, without XState's own first one. */
export function stepsOf(path: ConnectionPath): readonly Step[] {
  return path.steps.flatMap(({ event, state }, index) => {
    const before = path.steps[index - 1];
    return before === undefined ? [] : [{ from: pathOf(before.state.value), event, to: pathOf(state.value) }];
  });
}

/** A path in one line, for titles. */
export function titleOf(steps: readonly Step[]): string {
  return steps.map(({ event, to }) => `${labelOf(event)} > ${to}`).join(', ');
}

function labelOf(event: ConnectionEvent): string {
  switch (event.type) {
    case 'close':
    case 'handler.returned':
      return `${event.type} ${event.code}`;
    case 'wire.closing':
      return `${event.type} ${event.received.code}`;
    case 'wire.failed':
      return `${event.type} ${event.fault}`;
    case 'wire.closed':
      return `${event.type} ${event.end.kind}`;
    default:
      return event.type;
  }
}
