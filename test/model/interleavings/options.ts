import type { DialOptions } from '../../../src/supervisor/api/dial-options.js';
import type { Limits } from '../../../src/supervisor/api/limits.js';
import type { ListenOptions } from '../../../src/supervisor/api/listener.js';
import type { SupervisorOptions } from '../../../src/supervisor/api/supervisor.js';
import { LINK_LIMITS, READ_AHEAD_BYTES } from './byte-link.js';
import { handlerFrom } from './handlers.js';
import type { Picks } from './picks.js';
import type { World } from './world.js';

/** The options of one run. The first of each list leaves most to chance. */
export function optionsFrom(picks: Picks) {
  const limits: Partial<Limits> = {
    ...LINK_LIMITS,
    openWithinMs: 1_000,
    authenticateWithinMs: 800,
    readyWithinMs: 1_500,
    closeWithinMs: picks.of([2_000, 5_000]),
    idleWithinMs: picks.of([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 3_000]),
    quietWithinMs: picks.of([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 2_500]),
    pausedWithinMs: picks.of([60_000, 300]),
    frameWithinMs: picks.of([60_000, 1_500]),
    readAheadBytes: picks.of(READ_AHEAD_BYTES),
    ...picks.of([{}, { highWaterMark: 500 }, { highWaterMark: 500, maxBufferedBytes: 6_000 }]),
    slowPeer: picks.of(['close', 'drop-newest']),
    maxConnections: picks.of([100, 100, 2]),
    maxMessagesPerSecond: picks.of([100_000, 100_000, 4]),
    throttledWithinMs: 1_500,
  };
  return {
    limits,
    liveness: picks.of([false, { pingEveryMs: 2_000, answerWithinMs: 1_000 }] as const),
    ready: picks.of(['open', 'open', 'handler'] as const),
    maxAgeMs: picks.of([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 4_000]),
    seed: picks.below(1_000),
    /** Whether all of it is recorded and replayed, which takes half of the time. */
    isReplayed: picks.below(8) === 0,
  };
}

export function supervisorOptions({ clock, transport, options }: World): SupervisorOptions {
  let state = options.seed;
  return {
    clock,
    transport,
    warnWhenFailed: false,
    keepAlive: false,
    limits: options.limits,
    liveness: options.liveness,
    random: () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 31;
    },
  };
}

export function listenOptions(world: World): ListenOptions {
  return {
    port: 0,
    origins: 'any',
    authenticate: async () => {
      await world.gate('authenticate');
      return { data: undefined };
    },
    handler: handlerFrom(world),
  };
}

/** @param isOnce whether it is dialed once, and not again. */
export function dialOptions(world: World, isOnce: boolean, isReadElsewhere: boolean): DialOptions {
  const { ready, maxAgeMs } = world.options;
  return {
    // Names are unique within a supervisor only.
    id: `dialer of ${world.key()}`,
    url: async () => {
      await world.gate('url');
      return `ws://example.com/${world.key()}`;
    },
    headers: async () => {
      await world.gate('headers');
      return {};
    },
    ready: isReadElsewhere ? 'open' : ready,
    maxAgeMs,
    backoff: { initialMs: 100, maxMs: 1_000, firstWithinMs: 200, stableAfterMs: 1_000, maxAdviceMs: 1_000 },
    ...(isOnce
      ? { restart: 'temporary', retry: () => 'stop' }
      : { retry: () => world.picks.of(['retry', 'retry', 'refresh', 'stop']) }),
    ...(isReadElsewhere ? {} : { handler: handlerFrom(world) }),
  };
}
