import type { Snapshot } from 'xstate';
import { errorShape, shapeOf } from './shape.js';

/** How many children a snapshot shows; each of them is an actor of its own anyway. */
const MOST_CHILDREN = 50;

/** What is shown in a snapshot in place of what an actor has. */
export interface Shown {
  readonly context: (context: unknown) => unknown;
  /** The inspected actor of a child; `undefined` if it is not known. */
  readonly child: (child: unknown) => unknown;
}

/**
 * A snapshot of a user's actor as it may be shown. Of a machine it is a machine's snapshot still, with value, status,
 * tags, and methods; context, output, error, and input are what may be shown of them. Never throws.
 */
export function shownSnapshot(given: unknown, { context, child }: Shown): Snapshot<unknown> {
  // While XState makes an actor, the actor has no snapshot yet.
  if (typeof given !== 'object' || given === null || !('status' in given)) return EMPTY;
  const snapshot: Readonly<Record<string, unknown>> = { ...given };
  const { output, error, input } = snapshot;
  const isMachines = 'machine' in snapshot && 'value' in snapshot;
  const shown = {
    ...(isMachines ? { ...snapshot, historyValue: {}, children: shownChildren(snapshot['children'], child) } : {}),
    status: snapshot['status'],
    output: output === undefined ? undefined : shapeOf(output),
    error: error === undefined ? undefined : errorShape(error),
    ...('context' in snapshot ? { context: context(snapshot['context']) } : {}),
    ...(input === undefined ? {} : { input: shapeOf(input) }),
  };
  return shown as unknown as Snapshot<unknown>;
}

const EMPTY: Snapshot<unknown> = { status: 'active', output: undefined, error: undefined };

function shownChildren(children: unknown, shown: Shown['child']): Record<string, unknown> {
  if (typeof children !== 'object' || children === null) return {};
  const first: [string, unknown][] = [];
  for (const [id, child] of Object.entries(children)) {
    if (first.length === MOST_CHILDREN) break;
    first.push([id, shown(child)]);
  }
  return Object.fromEntries(first);
}
