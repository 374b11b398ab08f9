import type { Supervisor } from '../../../supervisor/api/supervisor.js';
import { describeThrown } from '../../../transport/thrown.js';
import type { Action } from '../protocol.js';
import { supervisorAt } from '../shown/tree.js';

/** What became of an action. */
export interface ActionResult {
  readonly isDone: boolean;
  /** Why it was not done: a sentence for people. */
  readonly error?: string;
}

/** Carries out an action of a viewer, by the public API, which checks the values. Never throws. */
export async function act(top: Supervisor, action: Action): Promise<ActionResult> {
  try {
    const fault = await carryOut(top, action);
    return fault === undefined ? { isDone: true } : { isDone: false, error: fault };
  } catch (error) {
    return { isDone: false, error: describeThrown(error) };
  }
}

/** Returns why there is nothing to act on. */
async function carryOut(top: Supervisor, action: Action): Promise<string | undefined> {
  switch (action.kind) {
    case 'close':
    case 'terminate': {
      const connection = top.connections.get(action.connectionId);
      if (connection === undefined) return 'There is no such connection any more.';
      if (action.kind === 'close') connection.close(action.code, action.reason);
      else connection.terminate();
      return undefined;
    }
    case 'drain': {
      const supervisor = supervisorAt(top, action.supervisor);
      if (supervisor === undefined) return 'There is no such supervisor.';
      return begun(supervisor.drain({ share: action.share, spreadMs: action.spreadMs }));
    }
    case 'redial': {
      const child = supervisorAt(top, action.supervisor)?.child(action.childId);
      if (child?.kind !== 'dialer') return 'There is no such dialer.';
      child.redial();
      return undefined;
    }
  }
}

/** A drain may last for minutes: only what keeps it from beginning, which is known a microtask later, is awaited. */
async function begun(drain: Promise<unknown>): Promise<string | undefined> {
  let fault: string | undefined;
  drain.catch((error: unknown) => {
    fault = describeThrown(error);
  });
  await new Promise<void>((resolve) => setImmediate(resolve));
  return fault;
}
