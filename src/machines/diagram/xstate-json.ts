import type { AnyStateMachine } from 'xstate';
import { describeMachine } from './describe.js';
import type { ActionDescription, GuardDescription } from './description.js';
import { guardName } from './label.js';
import { configOf } from './xstate-config.js';

/**
 * Writes a machine's configuration as JSON, which `createMachine` and editors read.
 *
 * JSON has no functions. An inline function is a name, `action_1` or `guard_1`, counted in the order of the source; a
 * combination of guards has its text as its name, `isOpen and not isBusy`. A built-in action of XState whose arguments
 * are data is `{ "type": "xstate.raise", "params": ... }`. Give implementations for these names with `provide`.
 * Context and output that functions make are left out.
 */
export function toXStateJson(machine: AnyStateMachine): string {
  const config = configOf(describeMachine(machine), {
    action: actionJson,
    guard: guardJson,
    historyTargets: (targets) => targets,
  });
  return `${JSON.stringify(config, null, 2)}\n`;
}

function actionJson({ kind, name, params, parts }: ActionDescription): unknown {
  if (kind === 'inline') return name;
  if (kind === 'named') return params?.isStatic === true ? { type: name, params: params.value } : name;
  const given = Object.entries(parts);
  if (kind === 'enqueueActions' || given.some(([, { isStatic }]) => !isStatic)) return name;
  return { type: `xstate.${kind}`, params: Object.fromEntries(given.map(([part, { value }]) => [part, value])) };
}

function guardJson(guard: GuardDescription): unknown {
  if (guard.kind === 'named' && guard.params?.isStatic === true)
    return { type: guard.name, params: guard.params.value };
  return guardName(guard);
}
