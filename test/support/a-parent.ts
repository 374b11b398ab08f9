import type { SupervisorEvent } from '../../src/supervisor/api/events.js';
import type { Handler } from '../../src/supervisor/api/handler.js';
import type { Limits, Liveness } from '../../src/supervisor/api/limits.js';
import type { ConnectionActor } from '../../src/supervisor/connection/connection-actor.js';
import type { ConnectionParent, Services } from '../../src/supervisor/connection/connection-parent.js';
import { Holdings } from '../../src/supervisor/connection/holdings.js';
import { Tap } from '../../src/supervisor/connection/tap.js';
import { DEFAULT_LIMITS } from '../../src/supervisor/options/options.js';
import { Followers } from '../../src/supervisor/reporting/followers.js';
import { Wheel } from '../../src/supervisor/time/wheel.js';
import { createHeapClock, type HeapClock } from '../../src/testing/heap-clock.js';
import type { CloseReport } from '../../src/transport/close-report.js';

/** A parent for connections under test, on a clock that stands still. */
export interface TestParent extends ConnectionParent {
  readonly clock: HeapClock;
  readonly events: SupervisorEvent[];
  readonly openedIds: string[];
  readonly reports: CloseReport[];
  readonly live: { connecting: number; open: number; closing: number };
  lingering: number;
}

/** What a test asks of its parent. */
export interface ParentParts {
  readonly limits?: Partial<Limits>;
  readonly liveness?: Liveness | false;
  readonly handler?: Handler<unknown>;
}

/** A parent whose handler waits for the end, unless another is given. */
export function aParent({
  limits = {},
  liveness = false,
  handler = (connection) => connection.closed,
}: ParentParts = {}): TestParent {
  const clock = createHeapClock();
  const events: SupervisorEvent[] = [];
  const reports: CloseReport[] = [];
  const openedIds: string[] = [];
  const live = { connecting: 0, open: 0, closing: 0 };
  const wheel = new Wheel(clock, (error) => {
    throw error;
  });
  const tap = new Tap(undefined, (error) => {
    throw error;
  });
  const services: Services = {
    clock,
    random: Math.random,
    wheel,
    totals: { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0, framesDropped: 0, throttled: 0 },
    holdings: new Holdings(
      limits.maxTotalBufferedBytes ?? DEFAULT_LIMITS.maxTotalBufferedBytes,
      clock,
      wheel,
      undefined,
    ),
    wants: () => true,
    followers: new Followers(undefined, (error) => {
      throw error;
    }),
    tap,
    publish: (event) => events.push(event),
    stateChanged(_role, from, to) {
      if (from !== undefined) live[from] -= 1;
      if (to !== undefined) live[to] += 1;
    },
    handlerLingers(by) {
      parent.lingering += by;
    },
  };
  const parent: TestParent = {
    childId: 'child',
    limits: { ...DEFAULT_LIMITS, ...limits },
    liveness,
    handler,
    services,
    clock,
    events,
    openedIds,
    reports,
    live,
    lingering: 0,
    connectionOpened: (connection: ConnectionActor) => openedIds.push(connection.id),
    connectionEnded: (_connection: ConnectionActor, report: CloseReport) => reports.push(report),
  };
  return parent;
}
