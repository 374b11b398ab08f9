import type { ChildSpec, RunningChild } from '../api/child-spec.js';
import type { Supervisor } from '../api/supervisor.js';
import type { StartContext } from './child-context.js';
import { GOING_AWAY } from './stopping.js';

/**
 * Starts a supervisor as a child of another: its start is over when its own first children run. When one of these
 * cannot be started, those that run are stopped, and the start rejects with the error of that one.
 *
 * A start that is called off stops the children likewise; one that is abandoned terminates them.
 */
export async function startChildSupervisor(
  supervisor: ChildSupervisor,
  children: readonly ChildSpec[],
  context: StartContext,
): Promise<RunningChild<Supervisor>> {
  const running = supervisor.asChild();
  const stop = () => running.shutDown(GOING_AWAY);
  context.onAbandon = () => {
    running.terminate();
    return supervisor.ended;
  };
  context.signal.addEventListener('abort', stop);
  try {
    await supervisor.startAll(children);
  } catch (error) {
    stop();
    await supervisor.ended;
    throw error;
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
  return running;
}

/** A child supervisor whose first children have not been started yet. */
export interface ChildSupervisor {
  readonly ended: Promise<unknown>;
  asChild(): RunningChild<Supervisor>;
  startAll(children: readonly ChildSpec[]): Promise<void>;
}
