import type { ChildSpec, RunningChild } from '../api/child-spec.js';
import type { Supervisor } from '../api/supervisor.js';
import type { OwnContext } from './child-context.js';
import { GOING_AWAY } from './stopping.js';

/** A supervisor below another one, before its first children run. */
export interface SupervisorBelow {
  readonly ended: Promise<unknown>;
  asChild(): RunningChild<Supervisor>;
  startAll(children: readonly ChildSpec[]): Promise<void>;
}

/**
 * Starts a supervisor below another one: its start is over when its first children run, and fails with the first of
 * them that does, once those that ran have been stopped. A start that is called off stops them likewise; one that is
 * given up terminates them.
 */
export async function startBelow(
  below: SupervisorBelow,
  children: readonly ChildSpec[],
  context: OwnContext,
): Promise<RunningChild<Supervisor>> {
  const running = below.asChild();
  const stop = () => running.shutDown(GOING_AWAY);
  context.onAbandon = () => {
    running.terminate();
    return below.ended;
  };
  context.signal.addEventListener('abort', stop);
  try {
    await below.startAll(children);
  } catch (error) {
    stop();
    await below.ended;
    throw error;
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
  return running;
}
