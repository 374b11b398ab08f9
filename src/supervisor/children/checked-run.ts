import { isThenable } from '../../transport/contain.js';
import { OptionError } from '../../transport/errors.js';
import type { Child, Exit, RunningChild } from '../api/child-spec.js';
import { read, show } from '../options/option-rules.js';

const KINDS: readonly unknown[] = ['worker', 'dialer', 'listener', 'supervisor'] satisfies Child['kind'][];
const REASONS: readonly unknown[] = ['normal', 'shutdown', 'abnormal'] satisfies Exit['reason'][];

/**
 * Checks what a start returned, and wraps it so that the run behaves whatever the user's code does later: `exited`
 * never rejects, and resolves with nothing but an exit.
 *
 * @throws {OptionError} for anything but a running child.
 */
export function checkedRun(id: string, given: unknown): RunningChild {
  const where = `startChild: the start of child ${id} returned no running child`;
  if (typeof given !== 'object' || given === null)
    throw new OptionError(`${where}: it is ${show(given)}; it must be an object.`, { option: 'start' });
  const run = given as RunningChild;
  const handle: unknown = read(() => run.handle, `${where}: handle`);
  if (typeof handle !== 'object' || handle === null)
    throw new OptionError(`${where}: handle is ${show(handle)}; it must be an object.`, { option: 'start' });
  const kind: unknown = read(() => (handle as Child).kind, `${where}: handle.kind`);
  if (!KINDS.includes(kind))
    throw new OptionError(`${where}: handle.kind is ${show(kind)}; allowed are ${KINDS.join(', ')}.`, {
      option: 'start',
    });
  const exited: unknown = read(() => run.exited, `${where}: exited`);
  if (!read(() => isThenable(exited), `${where}: exited`))
    throw new OptionError(`${where}: exited is ${show(exited)}; it must be a promise.`, { option: 'start' });
  const ended = Promise.resolve(exited).then((exit) => exitOf(id, exit), crashed);
  for (const method of ['shutDown', 'terminate'] as const) checkMethod(run, method, where);
  if (read(() => run.conclude, `${where}: conclude`) !== undefined) checkMethod(run, 'conclude', where);
  return {
    handle: handle as Child,
    exited: ended,
    shutDown: (close) => run.shutDown(close),
    terminate: () => run.terminate(),
    conclude: (exit) => run.conclude?.(exit),
    get endsTogether() {
      return mayEndTogether(run);
    },
  };
}

/** The exit of a run whose `exited` rejects: a crash. */
export function crashed(error: unknown): Exit {
  return { reason: 'abnormal', error };
}

function checkMethod(run: RunningChild, method: 'shutDown' | 'terminate' | 'conclude', where: string): void {
  const value: unknown = read(() => run[method], `${where}: ${method}`);
  if (typeof value !== 'function')
    throw new OptionError(`${where}: ${method} is ${show(value)}; it must be a function.`, { option: 'start' });
}

/** Returns what `exited` resolved with; a value that is not an exit is a crash. */
function exitOf(id: string, given: unknown): Exit {
  try {
    const { reason, report, error } = given as Exit;
    if (REASONS.includes(reason)) return { reason, report, ...(error === undefined ? {} : { error }) };
  } catch {
    // Destructuring threw: the value has no properties, or a getter that throws. It is reported below.
  }
  const where = `startChild: exited of child ${id} resolved with ${show(given)}`;
  return crashed(new OptionError(`${where}; allowed are objects with a reason: ${REASONS.join(', ')}.`));
}

function mayEndTogether(run: RunningChild): boolean {
  try {
    return run.endsTogether === true;
  } catch {
    return false;
  }
}
