import { isThenable } from '../../transport/contain.js';
import type { Child, Exit, RunningChild } from '../api/child-spec.js';
import { show, wrongOption } from '../options/option-rules.js';

const START = 'startChild: start';
const KINDS: readonly unknown[] = ['worker', 'dialer', 'listener', 'supervisor'] satisfies Child['kind'][];
const REASONS: readonly unknown[] = ['normal', 'shutdown', 'abnormal'] satisfies Exit['reason'][];

/**
 * Checks what a start returned, and wraps it so that the run behaves whatever the user's code does later: `exited`
 * never rejects, and resolves with nothing but an exit.
 *
 * @throws {OptionError} for anything but a running child.
 */
export function checkedRun(id: string, given: unknown): RunningChild {
  const where = `of child ${id} returned no running child`;
  if (typeof given !== 'object' || given === null)
    throw wrongOption(START, `${where}: it is ${show(given)}; it must be an object`);
  const run = given as RunningChild;
  const handle: unknown = readPart(() => run.handle, `${where}: handle`);
  if (typeof handle !== 'object' || handle === null)
    throw wrongOption(START, `${where}: handle is ${show(handle)}; it must be an object`);
  const kind: unknown = readPart(() => (handle as Child).kind, `${where}: handle.kind`);
  if (!KINDS.includes(kind))
    throw wrongOption(START, `${where}: handle.kind is ${show(kind)}; allowed are ${KINDS.join(', ')}`);
  const exited: unknown = readPart(() => run.exited, `${where}: exited`);
  if (!readPart(() => isThenable(exited), `${where}: exited`))
    throw wrongOption(START, `${where}: exited is ${show(exited)}; it must be a promise`);
  const ended = Promise.resolve(exited).then((exit) => exitOf(id, exit), crashed);
  for (const method of ['shutDown', 'terminate'] as const) checkMethod(run, method, where);
  if (readPart(() => run.conclude, `${where}: conclude`) !== undefined) checkMethod(run, 'conclude', where);
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

/** Reads what may be behind a getter of the user's. */
function readPart<T>(get: () => T, part: string): T {
  try {
    return get();
  } catch (cause) {
    throw wrongOption(START, `${part} threw when it was read; it must be a value that can be read`, { cause });
  }
}

function checkMethod(run: RunningChild, method: 'shutDown' | 'terminate' | 'conclude', where: string): void {
  const value: unknown = readPart(() => run[method], `${where}: ${method}`);
  if (typeof value !== 'function')
    throw wrongOption(START, `${where}: ${method} is ${show(value)}; it must be a function`);
}

/** Returns what `exited` resolved with; a value that is not an exit is a crash. */
function exitOf(id: string, given: unknown): Exit {
  try {
    const { reason, report, error } = given as Exit;
    if (REASONS.includes(reason)) return { reason, report, ...(error === undefined ? {} : { error }) };
  } catch {
    // Destructuring threw: the value has no properties, or a getter that throws. It is reported below.
  }
  const where = `of child ${id}: exited resolved with ${show(given)}`;
  return crashed(wrongOption(START, `${where}; allowed are objects with a reason: ${REASONS.join(', ')}`));
}

function mayEndTogether(run: RunningChild): boolean {
  try {
    return run.endsTogether === true;
  } catch {
    return false;
  }
}
