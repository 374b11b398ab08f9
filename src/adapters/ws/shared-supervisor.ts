import { createSupervisor, type Supervisor } from '../../index.js';

/**
 * How fast sockets of the shared supervisor may be dialed. ws dials at once, so this only bounds a storm: a thousand
 * opening handshakes at a time, and ten thousand in a second.
 */
const DIAL_LIMITER = { inFlight: 1_000, perSecond: 10_000 };

let shared: Supervisor | undefined;

/**
 * The supervisor of all sockets and servers of this entry that were not given one: `await sharedSupervisor().drain()`
 * drains them all. It is made when it is first needed, and again after it has ended.
 */
export function sharedSupervisor(): Supervisor {
  if (shared === undefined || shared.state === 'stopped' || shared.state === 'failed')
    shared = createSupervisor({ name: 'ws', dialLimiter: DIAL_LIMITER });
  return shared;
}

/**
 * Has later sockets and servers supervised by this one, unless they are given another. Call it before anything dials or
 * listens, so that a library that makes its own sockets is supervised with everything else.
 */
export function shareSupervisor(supervisor: Supervisor): void {
  shared = supervisor;
}
